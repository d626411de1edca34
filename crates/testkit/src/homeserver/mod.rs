//! A test double of a homeserver: accounts, tokens, rooms and sessions in memory, behind a unix socket.
//!
//! It is **not** a homeserver. It has the routes that the broker and the enrolment page use, and behaves in them as
//! `../shared/facts` and the sources of Tuwunel 1.9.0 and Synapse say. Above all [`Kind::TuwunelLike`] has the trap: once no
//! valid token is left, anybody may register; and it takes a token in two steps without a lock, before the account is made.

mod accounts;
mod client;
mod state;
mod synapse;
mod tokens;
mod tuwunel;

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{any, delete, get, post},
};
use serde_json::{Value, json};
use tokio::{net::UnixListener, task::JoinHandle, time::sleep};

pub use state::{Faults, Kind, State, User};
pub use synapse::Synapse;
pub use tuwunel::Tuwunel;

/// Waits, at most a minute, until somebody listens.
async fn listening<S>(connect: impl AsyncFn() -> io::Result<S>) -> io::Result<()> {
    const ATTEMPTS: u32 = 600;
    const STEP: Duration = Duration::from_millis(100);
    for _ in 0..ATTEMPTS {
        if connect().await.is_ok() {
            return Ok(());
        }
        sleep(STEP).await;
    }
    Err(io::ErrorKind::TimedOut.into())
}

/// A running double. It ends when it is dropped.
pub struct Double {
    shared: Shared,
    socket: PathBuf,
    task: JoinHandle<()>,
}

#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<State>>);

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Double {
    /// Starts one in `folder`, with the server name `example.org`. Its token file is `folder/sentinel`.
    pub fn start(folder: &Path, kind: Kind) -> std::io::Result<Self> {
        let socket = folder.join("homeserver.sock");
        let shared = Shared(Arc::new(Mutex::new(State::new(kind, folder.join("sentinel")))));
        let listener = UnixListener::bind(&socket)?;
        let router = router(shared.clone());
        let task = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { shared, socket, task })
    }

    /// Where it listens.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Everything that it knows, to look at and to change.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state()
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn router(shared: Shared) -> Router {
    let admin = "/_synapse/admin";
    Router::new()
        .route("/_matrix/client/v3/register", post(client::register))
        .route("/_matrix/client/v3/login", post(client::log_in))
        .route("/_matrix/client/v3/account/whoami", get(client::whoami))
        .route("/_matrix/client/v3/account/password", post(client::password))
        .route("/_matrix/client/v3/createRoom", post(client::create_room))
        .route("/_matrix/client/v3/directory/room/{alias}", get(client::alias))
        .route("/_matrix/client/v3/rooms/{room}/{action}", post(client::membership))
        .route(&format!("{admin}/v1/registration_tokens"), get(tokens::list))
        .route(&format!("{admin}/v1/registration_tokens/new"), post(tokens::create))
        .route(&format!("{admin}/v1/registration_tokens/{{token}}"), any(tokens::one))
        .route(&format!("{admin}/v2/users"), get(accounts::list))
        .route(&format!("{admin}/v2/users/{{user}}"), any(accounts::one))
        .route(&format!("{admin}/v2/users/{{user}}/devices"), get(accounts::devices))
        .route(&format!("{admin}/v1/users/{{user}}/joined_rooms"), get(accounts::rooms))
        .route(&format!("{admin}/v1/users/{{user}}/login"), post(accounts::log_in_as))
        .route(&format!("{admin}/v1/deactivate/{{user}}"), post(accounts::deactivate))
        .route(&format!("{admin}/v1/rooms/{{room}}"), delete(|| async { StatusCode::IM_A_TEAPOT }))
        .with_state(shared)
}

/// An answer as Matrix servers give it.
pub(crate) fn refuse(status: u16, errcode: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, axum::Json(json!({ "errcode": errcode, "error": "test double" }))).into_response()
}

pub(crate) fn fine(value: Value) -> Response {
    axum::Json(value).into_response()
}

pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get("authorization")?.to_str().ok()?.strip_prefix("Bearer ")
}
