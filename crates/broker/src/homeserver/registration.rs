//! Whether anybody can make an account without a token.

use broker_api::status::Registration;
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::{Failure, Homeserver};

const TOKEN_STAGE: &str = "m.login.registration_token";

#[derive(Deserialize)]
struct Interactive {
    flows: Vec<Flow>,
}

#[derive(Deserialize)]
struct Flow {
    stages: Vec<String>,
}

impl Homeserver {
    /// Asks for an account without showing anything. Closed means: every way leads past a token, or there is no way.
    pub(crate) async fn registration(&self) -> Result<Registration, Failure> {
        let path = "/_matrix/client/v3/register".to_owned();
        let answer = self.raw(Method::POST, path, Some(&json!({ "inhibit_login": true })), None).await?;
        Ok(match answer.status {
            StatusCode::FORBIDDEN => Registration::Closed,
            StatusCode::UNAUTHORIZED => serde_json::from_slice(&answer.body)
                .map_or(Registration::Unknown, |offered: Interactive| judge(&offered)),
            // An account would have been made.
            status if status.is_success() => Registration::Open,
            _ => Registration::Unknown,
        })
    }
}

fn judge(offered: &Interactive) -> Registration {
    let asks = |flow: &Flow| flow.stages.iter().any(|stage| stage == TOKEN_STAGE);
    if offered.flows.iter().all(asks) { Registration::Closed } else { Registration::Open }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(flows: &[&[&str]]) -> Registration {
        let flow = |stages: &&[&str]| Flow { stages: stages.iter().map(ToString::to_string).collect() };
        judge(&Interactive { flows: flows.iter().map(flow).collect() })
    }

    #[test]
    fn one_way_without_a_token_is_open() {
        assert_eq!(offered(&[&[TOKEN_STAGE]]), Registration::Closed);
        assert_eq!(offered(&[&[TOKEN_STAGE, "m.login.dummy"]]), Registration::Closed);
        assert_eq!(offered(&[&["m.login.dummy"]]), Registration::Open);
        assert_eq!(offered(&[&[TOKEN_STAGE], &["m.login.dummy"]]), Registration::Open);
        assert_eq!(offered(&[&[]]), Registration::Open);
        assert_eq!(offered(&[]), Registration::Closed);
    }
}
