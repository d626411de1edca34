//! The guard in numbers. Every label has a closed list of values, and all of them are there from the start.

use std::{path::Path, sync::atomic::AtomicU64, time::Duration};

use http::{Method, Uri};
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};
use tokio::{net::UnixStream, time::timeout};

use crate::verdicts::Verdicts;

/// How long the homeserver may take to accept a connection before it counts as away.
const PROBE: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Named {
    change: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    class: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    outcome: &'static str,
}

/// What kind of request it is. A sync waits for news, so its time says nothing about the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Read,
    Write,
    Sync,
}

impl Class {
    const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Sync];

    pub(crate) fn of(method: &Method, uri: &Uri) -> Self {
        let path = uri.path();
        if path.ends_with("/sync") || path.ends_with("/events") {
            Self::Sync
        } else if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
            Self::Read
        } else {
            Self::Write
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Sync => "sync",
        }
    }
}

/// All numbers.
pub(crate) struct Metrics {
    registry: Registry,
    verdicts: Verdicts,
    streamed: Counter,
    judged: Counter,
    changed: Family<Named, Counter>,
    seconds: [Histogram; Class::ALL.len()],
    upstream_up: Gauge,
    upstream_busy: Gauge,
    connections: Gauge,
    reloads: Family<Ended, Counter>,
    policy_time: Gauge<f64, AtomicU64>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("rampart_guard");
        let verdicts = Verdicts::registered(&mut registry);
        let (streamed, judged) = (verdicts.passed("streamed"), verdicts.passed("judged"));
        let seconds = Family::<Of, Histogram>::new_with_constructor(histogram);
        let of = |class: Class| seconds.get_or_create_owned(&Of { class: class.name() });
        let changed = Family::<Named, Counter>::default();
        for note in ingress::Note::ALL {
            drop(changed.get_or_create(&Named { change: note.name() }));
        }
        let reloads = Family::<Ended, Counter>::default();
        for outcome in ["taken", "refused"] {
            drop(reloads.get_or_create(&Ended { outcome }));
        }
        let (upstream_up, upstream_busy, connections) =
            (Gauge::default(), Gauge::default(), Gauge::default());
        let policy_time = Gauge::<f64, AtomicU64>::default();
        registry.register("changes", "Bodies that were put right, by change", changed.clone());
        registry.register_with_unit(
            "request",
            "From the head of a request to the head of its answer",
            Unit::Seconds,
            seconds.clone(),
        );
        registry.register("upstream_up", "Whether the homeserver takes connections now", upstream_up.clone());
        registry.register(
            "upstream_requests",
            "Requests that wait for the homeserver",
            upstream_busy.clone(),
        );
        registry.register("connections", "Open connections of clients", connections.clone());
        registry.register("reloads", "Configuration files read again, by outcome", reloads.clone());
        registry.register_with_unit(
            "policy_loaded",
            "When the policy in force was read",
            Unit::Seconds,
            policy_time.clone(),
        );
        let seconds = Class::ALL.map(of);
        let metrics = Self {
            registry,
            verdicts,
            streamed,
            judged,
            changed,
            seconds,
            upstream_up,
            upstream_busy,
            connections,
            reloads,
            policy_time,
        };
        metrics.policy_is_new();
        metrics
    }

    /// A request has got its answer.
    pub(crate) fn answered(&self, class: Class, verdict: Verdict, after: Duration) {
        match verdict {
            Verdict::Streamed => self.streamed.inc(),
            Verdict::Judged => self.judged.inc(),
            Verdict::Preflight => {
                self.verdicts.preflight();
                return;
            }
            Verdict::Refused(rule) => return self.refused(rule),
        };
        self.seconds[class as usize].observe(after.as_secs_f64());
    }

    /// Something was refused.
    pub(crate) fn refused(&self, rule: &'static str) {
        self.verdicts.refused(rule);
    }

    /// Something in a body was put right.
    pub(crate) fn changed(&self, change: &'static str) {
        self.changed.get_or_create(&Named { change }).inc();
    }

    /// The file was read again.
    pub(crate) fn reloaded(&self, taken: bool) {
        let outcome = if taken { "taken" } else { "refused" };
        self.reloads.get_or_create(&Ended { outcome }).inc();
        if taken {
            self.policy_is_new();
        }
    }

    fn policy_is_new(&self) {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        self.policy_time.set(now.as_secs_f64());
    }

    /// Counts a connection until it is dropped.
    pub(crate) fn connection(&self) -> Counting {
        Counting::new(&self.connections)
    }

    /// Counts a request that waits for the homeserver until it is dropped.
    pub(crate) fn upstream(&self) -> Counting {
        Counting::new(&self.upstream_busy)
    }

    /// The page. Whether the homeserver is there is tried now, so that the number is true without any traffic.
    pub(crate) async fn page(&self, socket: &Path) -> String {
        let reached = timeout(PROBE, UnixStream::connect(socket)).await;
        self.upstream_up.set(i64::from(matches!(reached, Ok(Ok(_)))));
        let mut page = String::new();
        // Writing to a string does not fail.
        let _ = text::encode(&mut page, &self.registry);
        page
    }
}

/// From a quarter of a millisecond to four minutes, four times wider at each step: the homeserver's own longest wait.
fn histogram() -> Histogram {
    Histogram::new(exponential_buckets(0.000_25, 4.0, 11))
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It went on as it came.
    Streamed,
    /// It went on as it was judged.
    Judged,
    /// A browser asks whether it may send what will be refused. It may, so that it can read the refusal.
    Preflight,
    /// It did not go on, or has no answer, by this rule.
    Refused(&'static str),
}

/// One of something, while it lasts.
pub(crate) struct Counting(Gauge);

impl Counting {
    pub(crate) fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counting {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[cfg(test)]
mod tests {
    use std::{path::Path, time::Duration};

    use http::Method;

    use super::{Class, Metrics, Verdict};

    #[tokio::test]
    async fn every_rule_is_on_the_page_before_it_has_decided_anything() {
        let metrics = Metrics::new();
        metrics.answered(Class::Write, Verdict::Judged, Duration::from_millis(3));
        metrics.answered(Class::Write, Verdict::Refused("redaction_endpoint"), Duration::ZERO);
        let page = metrics.page(Path::new("/nonexistent/homeserver.sock")).await;
        for line in [
            "rampart_guard_verdicts_total{verdict=\"refused\",rule=\"redaction_endpoint\"} 1",
            "rampart_guard_verdicts_total{verdict=\"refused\",rule=\"encryption_event\"} 0",
            "rampart_guard_verdicts_total{verdict=\"refused\",rule=\"http_malformed\"} 0",
            "rampart_guard_verdicts_total{verdict=\"passed\",rule=\"judged\"} 1",
            "rampart_guard_verdicts_total{verdict=\"granted\",rule=\"preflight\"} 0",
            "rampart_guard_request_seconds_count{class=\"write\"} 1",
            "rampart_guard_request_seconds_bucket{le=\"0.004\",class=\"write\"} 1",
            "rampart_guard_upstream_up 0",
            "rampart_guard_reloads_total{outcome=\"refused\"} 0",
        ] {
            assert!(page.lines().any(|found| found == line), "{line}\n{page}");
        }
        let verdicts = page.lines().filter(|line| line.starts_with("rampart_guard_verdicts_total")).count();
        assert_eq!(verdicts, crate::refusal::rules().count() + 3);
    }

    #[test]
    fn connections_are_counted_while_they_last() {
        let metrics = Metrics::new();
        let (one, two) = (metrics.connection(), metrics.connection());
        assert_eq!(metrics.connections.get(), 2);
        drop((one, two));
        assert_eq!(metrics.connections.get(), 0);
    }

    #[test]
    fn requests_have_three_classes() {
        for (method, path, class) in [
            (Method::GET, "/_matrix/client/v3/sync?timeout=30000", Class::Sync),
            (Method::POST, "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync", Class::Sync),
            (Method::GET, "/_matrix/client/versions", Class::Read),
            (Method::PUT, "/_matrix/client/v3/rooms/r/send/m.room.message/1", Class::Write),
        ] {
            assert_eq!(Class::of(&method, &path.parse().unwrap()), class, "{path}");
        }
    }
}
