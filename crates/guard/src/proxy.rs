//! One request from its first judgement to its answer.

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{
    HeaderValue, Method, Request, Response,
    header::{CONNECTION, CONTENT_LENGTH, EXPECT},
    request::Parts,
};
use http_body::Body;
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use ingress::{BodyJudge, Head};
use settings::guard::{Guard, LogUsers};
use tokio_util::task::TaskTracker;

use crate::{
    body::{self, Counted, Passing, Progress},
    desk::Desk,
    forwarded::Forwarded,
    full, gate, headers,
    metrics::{Class, Metrics, Verdict},
    pieces::Bodies,
    record::{Record, Records},
    refusal::{Refusal, preflight},
    terms::{Live, Terms},
    upstream::{Failure, Upstream},
};

/// Our own answer, or the homeserver's as it streams in.
pub(crate) type Answer = Response<Either<Full<Bytes>, Passing>>;

/// Says that nothing more is read on the connection.
fn closing(mut answer: Answer) -> Answer {
    answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    answer
}

/// Who is on a connection and what its door is for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    /// The peer of the socket.
    pub(crate) peer: IpAddr,
    /// Whether accounts may be registered through the door.
    pub(crate) may_register: bool,
}

/// What all connections share.
pub(crate) struct Proxy {
    live: Arc<Live>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) bodies: Bodies,
    desk: Desk,
    upstream: Arc<Upstream>,
    records: Records<Arc<Upstream>>,
}

impl Proxy {
    pub(crate) fn new(
        config: &Guard,
        live: Arc<Live>,
        metrics: Arc<Metrics>,
        work: TaskTracker,
        patience: Duration,
    ) -> Self {
        let bodies = Bodies::default();
        let upstream = Arc::new(Upstream::new(config, patience, &bodies));
        Self {
            live,
            metrics,
            desk: Desk::new(patience, bodies.clone()),
            bodies,
            records: Records::new(Arc::clone(&upstream), work),
            upstream,
        }
    }

    /// Answers a request; refusals are logged here and nowhere else.
    pub(crate) async fn handle(&self, request: Request<Incoming>, caller: Caller) -> Answer {
        let (came, terms) = (Instant::now(), self.live.now());
        let (head, body) = request.into_parts();
        let class = Class::of(&head.method, &head.uri);
        let forwarded = Forwarded::read(caller.peer, &head.headers, &terms.trusted);
        let record = Record::of(&head, forwarded.client);
        let mut is_unread = !body.is_end_stream();
        let (passed, outcome) = match gate::admit(&head, caller.may_register, &terms.policy) {
            Ok(Head::Pass) => (Verdict::Streamed, self.stream(head, body, forwarded, &terms).await),
            Ok(Head::Body(judge)) => {
                (Verdict::Judged, self.judge(&judge, head, body, forwarded, &terms, &record).await)
            }
            Err(refusal) => {
                // Who asks before sending is not told to send what is refused.
                let is_worth_it = !refusal.ends_connection() && !head.headers.contains_key(EXPECT);
                is_unread = is_unread && !(is_worth_it && body::is_drained(body).await);
                (Verdict::Refused(refusal.rule()), Err(refusal.into()))
            }
        };
        let refused = |failure: &Failure| match &failure.refusal {
            refusal if is_preflight(&record.method, refusal) => Verdict::Preflight,
            refusal => Verdict::Refused(refusal.rule()),
        };
        let verdict = outcome.as_ref().map_or_else(refused, |_| passed);
        self.metrics.answered(class, verdict, came.elapsed());
        outcome.unwrap_or_else(|failure| {
            // What was judged has been read; what could not be sent on may not.
            is_unread &= passed != Verdict::Judged || failure.refusal.is_ours();
            let answer = self.refuse(record, failure, terms.log_users);
            if is_unread { closing(answer) } else { answer }
        })
    }

    /// The answer to a request that does not get through, and its line in the log.
    fn refuse(&self, record: Record, failure: Failure, how: LogUsers) -> Answer {
        if is_preflight(&record.method, &failure.refusal) {
            return preflight().map(Either::Left);
        }
        let answer = failure.refusal.answer().map(Either::Left);
        self.records.refused(record, failure, how);
        answer
    }

    /// Sends an admitted request on as it comes.
    async fn stream(
        &self,
        mut head: Parts,
        body: Incoming,
        forwarded: Forwarded,
        terms: &Terms,
    ) -> Result<Answer, Failure> {
        let progress = Progress::new();
        let framed = head.headers.contains_key(CONTENT_LENGTH);
        headers::strip_request(&mut head.headers);
        if let Some(length) = body.size_hint().exact().filter(|_| framed) {
            head.headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        let body = Counted::new(body, terms.max_body, progress.clone(), &self.bodies);
        let body = body.map_err(|_| Refusal::BodyTooLarge)?;
        self.send(head, body, forwarded, progress).await
    }

    /// Sends on what the judge of the body has let through.
    async fn judge(
        &self,
        judge: &BodyJudge,
        mut head: Parts,
        body: Incoming,
        forwarded: Forwarded,
        terms: &Terms,
        record: &Record,
    ) -> Result<Answer, Failure> {
        let judged = self.desk.judge(judge, body, &terms.policy).await?;
        judged.notes.iter().for_each(|note| self.metrics.changed(note.name()));
        self.records.changed(record, judge, &judged.notes);
        headers::strip_request(&mut head.headers);
        head.headers.insert(CONTENT_LENGTH, HeaderValue::from(judged.body.len()));
        let progress = Progress::new();
        let body = Counted::whole(judged.body, progress.clone());
        let answer = self.send(head, body, forwarded, progress).await;
        drop(judged.room);
        answer
    }

    async fn send(
        &self,
        mut head: Parts,
        body: Counted,
        forwarded: Forwarded,
        progress: Progress,
    ) -> Result<Answer, Failure> {
        forwarded.write(&mut head.headers).map_err(|_| Refusal::HostBad)?;
        let _counted = self.metrics.upstream();
        let mut answer = self.upstream.send(Request::from_parts(head, body), &progress).await?;
        headers::strip_response(answer.headers_mut());
        if full::is_suspect(&answer) {
            let (head, body) = answer.into_parts();
            return Ok(Response::from_parts(head, Either::Left(full::read(body).await?.into())));
        }
        Ok(answer.map(|body| Either::Right(Passing::new(body, &self.bodies))))
    }
}

/// Whether a browser only asks whether it may send what will be refused: that is granted and no refusal.
fn is_preflight(method: &Method, refusal: &Refusal) -> bool {
    *method == Method::OPTIONS && refusal.is_policy()
}
