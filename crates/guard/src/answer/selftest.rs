//! `rampart-answer selftest`: the host fires at itself what its Traefik must refuse. A router that does not build is dropped
//! without a word (traefik: pkg/server/router), so the rules are tried where they run.
//!
//! A case is kept when Traefik itself refuses it: by its own 400, 404 or 405, or through `rampart-answer`. What the guard
//! or the homeserver refuses counts as passed, because there the gateway's rules have not held.

mod cases;
mod wire;

use std::{fmt, io, time::Duration};

use settings::answer::Answer;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

pub use self::cases::{Case, Part, of};
use self::wire::{Client, Reply};

/// Between two tries while Traefik does not answer yet.
const PAUSE: Duration = Duration::from_secs(1);

/// What came of one case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Refused by Traefik or `rampart-answer`.
    Refused,
    /// Something behind the rules has answered, with this status.
    Passed(u16),
    /// The answer was no HTTP.
    Garbled,
}

/// Why the self-test fails.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Traefik cannot be asked.
    #[error("{entry} did not answer as {client} within {patience:?}")]
    Silent {
        /// Where it was asked.
        entry: String,
        /// As which host name.
        client: String,
        /// For how long.
        patience: Duration,
        /// What the last try said.
        #[source]
        source: io::Error,
    },
    /// Some cases were not refused.
    #[error("{}", Listed(.0))]
    Passed(Vec<(Case, Outcome)>),
    /// Everything is refused, what is allowed included; so the test shows nothing.
    #[error("a plain read is refused as well ({0:?}), so this test shows nothing")]
    Closed(Outcome),
}

/// One line for each case.
struct Listed<'a>(&'a [(Case, Outcome)]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cases were not refused here", self.0.len())?;
        self.0.iter().try_for_each(|(case, outcome)| write!(f, "; {case}: {outcome:?}"))
    }
}

/// Fires all cases and gives how many were refused.
pub async fn run(config: Answer, stop: CancellationToken) -> Result<(), Fault> {
    let client = Client::new(config.self_test.entry, config.self_test.client.as_str());
    let outcome = stop.run_until_cancelled(fire(&config, &client)).await;
    let Some(kept) = outcome.transpose()? else { return Ok(()) };
    tracing::info!(cases = kept, "every case was refused here");
    Ok(())
}

async fn fire(config: &Answer, client: &Client) -> Result<usize, Fault> {
    reachable(config, client).await?;
    let cases = of(config);
    let mut passed = Vec::new();
    for case in &cases {
        let outcome =
            client.ask(case.method, &case.target).await.map_or(Outcome::Garbled, |reply| judge(&reply));
        if outcome == Outcome::Refused {
            tracing::debug!(%case, "refused");
        } else {
            tracing::error!(%case, ?outcome, "was not refused here");
            passed.push((case.clone(), outcome));
        }
    }
    match passed.as_slice() {
        [] => Ok(cases.len()),
        _ => Err(Fault::Passed(passed)),
    }
}

/// Waits for Traefik, and makes sure that not everything is refused. Without a core the answer is 502, which is none of
/// this host's faults. Until Traefik has read its rules, it says 404 to everything.
async fn reachable(config: &Answer, client: &Client) -> Result<(), Fault> {
    let patience = config.self_test.patience.as_std();
    let start = Instant::now();
    loop {
        let said = client.ask("GET", "/_matrix/client/versions").await.map(|reply| judge(&reply));
        if let Ok(Outcome::Passed(_) | Outcome::Garbled) = said {
            return Ok(());
        }
        if start.elapsed() >= patience {
            let (entry, client) = (config.self_test.entry.to_string(), config.self_test.client.to_string());
            return Err(match said {
                Ok(refused) => Fault::Closed(refused),
                Err(source) => Fault::Silent { entry, client, patience, source },
            });
        }
        tracing::debug!(?said, "Traefik does not let a plain read through yet");
        sleep(PAUSE).await;
    }
}

/// Who has answered: Traefik's own refusals are plain text, and ours carry our name.
fn judge(reply: &Reply) -> Outcome {
    let ours = reply.header("server") == Some(super::NAME) && (400..500).contains(&reply.status);
    let json = reply.header("content-type").is_some_and(|kind| kind.contains("json"));
    let traefik = matches!(reply.status, 400 | 404 | 405 | 501) && !json && reply.header("server").is_none();
    if ours || traefik { Outcome::Refused } else { Outcome::Passed(reply.status) }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, judge, wire::Reply};

    fn outcome(head: &str) -> Outcome {
        judge(&Reply::parse(format!("HTTP/1.1 {head}\r\n\r\n").as_bytes()).unwrap())
    }

    #[test]
    fn only_the_gateways_own_refusals_count() {
        assert_eq!(outcome("403 Forbidden\r\nServer: rampart-answer"), Outcome::Refused);
        assert_eq!(outcome("404 Not Found\r\nContent-Type: text/plain; charset=utf-8"), Outcome::Refused);
        assert_eq!(outcome("400 Bad Request\r\nContent-Type: text/plain"), Outcome::Refused);
        // The guard, the homeserver, nobody.
        assert_eq!(outcome("403 Forbidden\r\nContent-Type: application/json"), Outcome::Passed(403));
        assert_eq!(outcome("404 Not Found\r\nContent-Type: application/json"), Outcome::Passed(404));
        assert_eq!(outcome("401 Unauthorized\r\nContent-Type: application/json"), Outcome::Passed(401));
        assert_eq!(outcome("502 Bad Gateway\r\nContent-Type: text/plain"), Outcome::Passed(502));
        assert_eq!(outcome("200 OK\r\nServer: rampart-answer"), Outcome::Passed(200));
    }
}
