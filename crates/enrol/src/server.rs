//! Which page is it, and what every answer carries.

use std::{io, path::Path, path::PathBuf, sync::Arc, time::Duration};

use axum::{
    Form as Fields, Router,
    extract::{
        DefaultBodyLimit, Query, Request, State as Of,
        rejection::{FormRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use broker::client::Client;
use broker_api::token::State;
use daemon::{
    http::{Door, Limits as DoorLimits, Peer},
    state as systemd, stop,
};
use serde::Deserialize;
use settings::enrol::Enrol;
use tokio::time::{Instant, sleep_until};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    enrolling::{self, Ending},
    form::{Form, Mistake},
    limits::Limits,
    look::{self, Logo},
    password,
    proof::Proofs,
    register::{Register, Wish},
    view::{FormPage, Reader, View, ViewError},
};

/// Longest form: two passwords of 512 characters, four bytes each, percent-encoded.
const LONGEST: usize = 16 * 1024;
/// Longest token that is looked at (Matrix spec: 64 characters).
const LONGEST_TOKEN: usize = 64;
/// Answers about a token or a link leave at a multiple of this after the request came, so that small differences of the
/// work tell nothing. Nearly all work is done within one (`cargo xtask bench-dmz`: 3 ms): where half of the answers needed
/// a second beat, it would tell them apart again.
const BEAT: Duration = Duration::from_millis(5);
/// Longest time for the broker; it asks the homeserver, too.
const BROKER: Duration = Duration::from_secs(30);

/// What the door puts up with.
fn limits(config: &Enrol) -> DoorLimits {
    DoorLimits {
        connections: config.max_connections as usize,
        header_timeout: Duration::from_secs(10),
        // Longer than Traefik keeps an idle connection (90 s).
        connection_timeout: Duration::from_mins(10),
        header_bytes: 16 * 1024,
    }
}

/// Why the page could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A template or a language file.
    #[error("the pages cannot be made: {0}")]
    View(String),
    /// The logo.
    #[error("{file}: the logo cannot be used: {cause}\n  help: a PNG or SVG file of at most 512 KiB")]
    Logo {
        /// The file.
        file: String,
        /// What is wrong.
        cause: io::Error,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Random(#[source] io::Error),
    /// The address.
    #[error(
        "cannot listen on {place}: {cause}\n  help: `ss -lntp` shows whether another program has it; the address must be the \
         host's own"
    )]
    Listen {
        /// The address.
        place: String,
        /// What the system said. It is in the text, before the help, so it is no `source`.
        cause: io::Error,
    },
}

impl From<ViewError> for StartError {
    fn from(error: ViewError) -> Self {
        Self::View(daemon::program::chain(&error))
    }
}

struct Page {
    view: View,
    broker: Client,
    register: Register,
    proofs: Proofs,
    limits: Limits,
    style: String,
    logo: Option<Logo>,
    least: u32,
    /// Words that a guesser tries first.
    known: Vec<String>,
    work: TaskTracker,
}

/// Serves until `stop` is cancelled.
pub async fn run(config: Enrol, stop: CancellationToken) -> Result<(), StartError> {
    let work = TaskTracker::new();
    let router = router(&config, work.clone())?;
    let door = Door::on_address(config.listen).await;
    let door = door.map_err(|cause| StartError::Listen { place: config.listen.to_string(), cause })?;
    let place = door.place();
    work.spawn(door.serve(router, limits(&config), work.clone(), stop.clone()));
    tracing::info!(door = place, "ready");
    systemd::ready(&format!("listening on {place}"));
    stop.cancelled().await;
    systemd::stopping();
    stop::drain(&work, config.stop_timeout.as_std()).await;
    Ok(())
}

/// All pages.
pub fn router(config: &Enrol, work: TaskTracker) -> Result<Router, StartError> {
    let logo = config.look.logo_file.as_deref().map(|file| {
        look::logo(Path::new(file)).map_err(|cause| StartError::Logo { file: file.to_owned(), cause })
    });
    let title = config.look.title.to_lowercase();
    let labels = config.server_name.as_str().split('.').chain(title.split_whitespace());
    let page = Page {
        view: View::new(config)?,
        broker: Client::new(Peer::Socket(PathBuf::from(&config.broker_socket)), None, BROKER),
        register: Register::new(&config.register_socket),
        proofs: Proofs::new(config.page_url.as_str()).map_err(StartError::Random)?,
        limits: Limits::new(config.address_per_minute, config.token_per_minute),
        style: look::style(&config.look.colour),
        logo: logo.transpose()?,
        least: config.least_password,
        known: labels.map(str::to_owned).collect(),
        work,
    };
    let about_tokens = Router::new()
        .route("/register", get(show).post(make))
        .route("/register/password", get(show_password).post(set_password))
        .route_layer(middleware::from_fn(on_a_beat));
    Ok(about_tokens
        .route("/register/start", get(start))
        .route("/register/style.css", get(style))
        .route("/register/logo", get(logo_file))
        .fallback(nowhere)
        .method_not_allowed_fallback(nowhere)
        .layer(DefaultBodyLimit::max(LONGEST))
        .layer(middleware::map_response(strict))
        .with_state(Arc::new(page)))
}

/// Headers of every answer. Nothing may run, be framed, be cached, or tell another site where it was.
async fn strict(mut response: Response) -> Response {
    const HEADERS: [(&str, &str); 10] = [
        (
            "content-security-policy",
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
             frame-ancestors 'none'",
        ),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("x-robots-tag", "noindex, nofollow"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()"),
        ("vary", "accept-language"),
    ];
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    token: String,
    lang: Option<String>,
}

impl Page {
    fn reader(&self, headers: &HeaderMap, chosen: Option<&str>) -> Reader<'_> {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        self.view.reader(chosen, accepted)
    }

    /// The reader of a page about a token, and the token, unless this address has asked too often. Of what is too long for a
    /// token nothing is left, so that the broker is asked about nothing, and answers alike.
    fn asked(
        &self,
        headers: &HeaderMap,
        asked: Result<Query<Asked>, QueryRejection>,
    ) -> (Reader<'_>, Option<String>) {
        let Asked { token, lang } = asked.map(|Query(asked)| asked).unwrap_or_default();
        let reader = self.reader(headers, lang.as_deref());
        let token = if token.len() > LONGEST_TOKEN { String::new() } else { token };
        (reader, self.limits.address(headers).then_some(token))
    }

    /// The form with a proof, and the cookie that belongs to it.
    fn form(&self, headers: &HeaderMap, token: &str, show: impl FnOnce(&str) -> String) -> Response {
        match self.proofs.issue(headers, token) {
            Err(error) => {
                tracing::error!(%error, "no proof can be made");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
            Ok(proof) => {
                let mut response = Html(show(&proof.field)).into_response();
                if let Some(cookie) = proof.cookie {
                    response.headers_mut().insert(header::SET_COOKIE, cookie);
                }
                response
            }
        }
    }
}

/// A page that says one thing.
fn says(status: StatusCode, reader: Reader<'_>, key: &str) -> Response {
    (status, Html(reader.state(key, key))).into_response()
}

fn state_page(reader: Reader<'_>, state: State) -> Response {
    let key = match state {
        State::Used => "used",
        State::Expired => "expired",
        State::Revoked => "revoked",
        State::Busy => "busy",
        State::Unknown | State::Valid => "unknown",
    };
    // One status for all: it would be one more thing that tells.
    says(StatusCode::OK, reader, key)
}

/// Every answer about a token or a link, whatever it says, leaves on a beat.
async fn on_a_beat(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let response = next.run(request).await;
    beat(began).await;
    response
}

/// Waits for the next beat.
async fn beat(began: Instant) {
    let beats = began.elapsed().as_millis() / BEAT.as_millis() + 1;
    sleep_until(began + BEAT * u32::try_from(beats).unwrap_or(1)).await;
}

async fn show(
    Of(page): Of<Arc<Page>>,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let (reader, token) = page.asked(&headers, asked);
    let Some(token) = token else { return says(StatusCode::TOO_MANY_REQUESTS, reader, "slow") };
    match enrolling::look_up(&page.broker, &token).await {
        Ok(State::Valid) => page.form(&headers, &token, |proof| {
            reader.form(&FormPage { token: &token, proof, username: "", mistakes: &[] })
        }),
        Ok(state) => state_page(reader, state),
        Err(error) => {
            enrolling::trouble(&error);
            says(StatusCode::SERVICE_UNAVAILABLE, reader, "trouble")
        }
    }
}

/// What a form must have before it is read: room for its address and token, and a proof.
enum Admitted {
    Yes(Form),
    Foreign(Form),
    No(Response),
}

fn admit(page: &Page, headers: &HeaderMap, form: Result<Fields<Form>, FormRejection>) -> Admitted {
    let reader = page.reader(headers, None);
    if !page.limits.address(headers) {
        return Admitted::No(says(StatusCode::TOO_MANY_REQUESTS, reader, "slow"));
    }
    let Ok(Fields(form)) = form else {
        return Admitted::No(says(StatusCode::BAD_REQUEST, reader, "bad"));
    };
    let reader = page.reader(headers, Some(&form.lang));
    if form.token.len() > LONGEST_TOKEN || form.token.is_empty() {
        return Admitted::No(state_page(reader, State::Unknown));
    }
    if !page.limits.token(&form.token) {
        return Admitted::No(says(StatusCode::TOO_MANY_REQUESTS, reader, "slow"));
    }
    if page.proofs.holds(headers, &form.token, &form.proof) {
        Admitted::Yes(form)
    } else {
        Admitted::Foreign(form)
    }
}

async fn make(
    Of(page): Of<Arc<Page>>,
    headers: HeaderMap,
    form: Result<Fields<Form>, FormRejection>,
) -> Response {
    let (form, foreign) = match admit(&page, &headers, form) {
        Admitted::No(response) => return response,
        Admitted::Yes(form) => (form, false),
        Admitted::Foreign(form) => (form, true),
    };
    let reader = page.reader(&headers, Some(&form.lang));
    let name = form.name();
    let again = |mistakes: &[Mistake]| {
        page.form(&headers, &form.token, |proof| {
            reader.form(&FormPage { token: &form.token, proof, username: &name, mistakes })
        })
    };
    if foreign {
        return status(StatusCode::FORBIDDEN, again(&[("username", "form_stale")]));
    }
    let known: Vec<&str> = page.known.iter().map(String::as_str).collect();
    let mistakes = form.mistakes(page.least, &known);
    if !mistakes.is_empty() {
        return status(StatusCode::UNPROCESSABLE_ENTITY, again(&mistakes));
    }
    let ending = {
        let (page, name) = (Arc::clone(&page), name.clone());
        let (token, password) = (form.token.clone(), form.password.clone());
        // A task of its own: a browser that goes away must not leave the account half-made.
        let task = page.work.clone().spawn(async move {
            let wish = Wish { username: &name, password: &password };
            enrolling::enrol(&page.broker, &page.register, &wish, &token).await
        });
        task.await.unwrap_or(Ending::Unsure)
    };
    match ending {
        Ending::Made(user) => Html(reader.done("done", Some(&user))).into_response(),
        Ending::Mistake(mistake) => status(StatusCode::UNPROCESSABLE_ENTITY, again(&[mistake])),
        Ending::State(state) => state_page(reader, state),
        Ending::Trouble => says(StatusCode::SERVICE_UNAVAILABLE, reader, "trouble"),
        Ending::Unsure => says(StatusCode::SERVICE_UNAVAILABLE, reader, "unsure"),
    }
}

fn status(status: StatusCode, mut response: Response) -> Response {
    *response.status_mut() = status;
    response
}

fn link_state(reader: Reader<'_>, state: State) -> Response {
    match state {
        State::Used => Html(reader.state("used", "link_used")).into_response(),
        state => state_page(reader, state),
    }
}

async fn show_password(
    Of(page): Of<Arc<Page>>,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let (reader, link) = page.asked(&headers, asked);
    let Some(link) = link else { return says(StatusCode::TOO_MANY_REQUESTS, reader, "slow") };
    match password::look_up(&page.broker, &link).await {
        Ok(found) => match found.user {
            Some(user) => page.form(&headers, &link, |proof| {
                reader.password(Some(&user), &FormPage { token: &link, proof, username: "", mistakes: &[] })
            }),
            None => link_state(reader, found.state),
        },
        Err(error) => {
            enrolling::trouble(&error);
            says(StatusCode::SERVICE_UNAVAILABLE, reader, "trouble")
        }
    }
}

async fn set_password(
    Of(page): Of<Arc<Page>>,
    headers: HeaderMap,
    form: Result<Fields<Form>, FormRejection>,
) -> Response {
    let (form, foreign) = match admit(&page, &headers, form) {
        Admitted::No(response) => return response,
        Admitted::Yes(form) => (form, false),
        Admitted::Foreign(form) => (form, true),
    };
    let reader = page.reader(&headers, Some(&form.lang));
    let again = |user: Option<&str>, mistake: Mistake| {
        page.form(&headers, &form.token, |proof| {
            reader.password(user, &FormPage { token: &form.token, proof, username: "", mistakes: &[mistake] })
        })
    };
    // Before anybody is asked: whoever has no proof hears nothing of the link, not even whose it is.
    if foreign {
        return status(StatusCode::FORBIDDEN, again(None, ("password", "form_stale")));
    }
    let user = match password::look_up(&page.broker, &form.token).await {
        Ok(found) => match found.user {
            Some(user) => user,
            None => return link_state(reader, found.state),
        },
        Err(error) => {
            enrolling::trouble(&error);
            return says(StatusCode::SERVICE_UNAVAILABLE, reader, "trouble");
        }
    };
    let local = user.trim_start_matches('@').split(':').next().unwrap_or_default();
    let known: Vec<&str> = page.known.iter().map(String::as_str).chain([local]).collect();
    if let Some(mistake) = form.password_mistake(page.least, &known) {
        return status(StatusCode::UNPROCESSABLE_ENTITY, again(Some(&user), mistake));
    }
    match password::set(&page.broker, &form.token, &form.password).await {
        Ending::Made(user) => Html(reader.done("link_done", Some(&user))).into_response(),
        Ending::Mistake(mistake) => status(StatusCode::UNPROCESSABLE_ENTITY, again(Some(&user), mistake)),
        Ending::State(state) => link_state(reader, state),
        Ending::Trouble | Ending::Unsure => says(StatusCode::SERVICE_UNAVAILABLE, reader, "trouble"),
    }
}

async fn start(
    Of(page): Of<Arc<Page>>,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    Html(page.reader(&headers, asked.lang.as_deref()).done("start", None)).into_response()
}

async fn style(Of(page): Of<Arc<Page>>) -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], page.style.clone()).into_response()
}

async fn logo_file(Of(page): Of<Arc<Page>>) -> Response {
    match &page.logo {
        Some(logo) => ([(header::CONTENT_TYPE, logo.kind)], logo.bytes.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn nowhere(Of(page): Of<Arc<Page>>, headers: HeaderMap) -> Response {
    says(StatusCode::NOT_FOUND, page.reader(&headers, None), "bad")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn beats_are_multiples() {
        for (work, leaves) in [(0, 5), (1, 5), (4, 5), (5, 10), (6, 10), (59, 60), (1001, 1005)] {
            let began = Instant::now();
            tokio::time::sleep(Duration::from_millis(work)).await;
            beat(began).await;
            assert_eq!(began.elapsed(), Duration::from_millis(leaves), "after {work} ms of work");
        }
    }
}
