//! Questions to brokers.

use std::{collections::BTreeMap, io, path::Path};

use broker::client::{Client, ClientError};
use broker_api::Verb;
use chatops::{Ask, Asker, Broker, Outcome};
use daemon::http::Peer;
use fs_err as fs;
use settings::bot::Bot;
use zeroize::Zeroizing;

/// The core's broker and those of the tenants.
#[derive(Debug, Clone)]
pub(crate) struct Brokers {
    core: One,
    tenants: BTreeMap<String, One>,
}

/// One broker.
#[derive(Debug, Clone)]
struct One(Client);

/// Why a broker could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum BrokersError {
    /// The token cannot be read.
    #[error("the token for the broker of `{tenant}` cannot be read")]
    Unreadable {
        /// The tenant.
        tenant: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// There is none.
    #[error(
        "the token for the broker of `{tenant}` is blank or too short\n  help: render and deploy the secret \
         `broker-client-token-{tenant}`"
    )]
    Blank {
        /// The tenant.
        tenant: String,
    },
}

impl Brokers {
    /// Reads the credentials.
    pub(crate) fn open(config: &Bot) -> Result<Self, BrokersError> {
        let deadline = config.broker_timeout.as_std();
        let core = One(Client::new(Peer::Socket(config.accounts_socket.clone().into()), None, deadline));
        let mut tenants = BTreeMap::new();
        for tenant in &config.tenants {
            let token = token(Path::new(&tenant.client_token_file), tenant.name.as_str())?;
            let client = Client::new(Peer::Address(tenant.broker), Some(token), deadline);
            tenants.insert(tenant.name.to_string(), One(client));
        }
        Ok(Self { core, tenants })
    }

    /// Asks once.
    pub(crate) async fn ask(&self, broker: &Broker, ask: &Ask) -> Outcome {
        let one = match broker {
            Broker::Core => Some(&self.core),
            Broker::Tenant(name) => self.tenants.get(name),
        };
        let Some(one) = one else { return Outcome::Silent { may_have_acted: false } };
        match ask.through(one).await {
            Ok(answer) => Outcome::Answered(Box::new(answer)),
            Err(ClientError::Refused(refusal)) => Outcome::Refused(refusal),
            Err(error) => {
                tracing::warn!(?broker, verb = ask.verb(), error = %daemon::program::chain(&error), "no answer");
                let may_have_acted = match &error {
                    ClientError::Silent(error) => error.may_have_acted(),
                    _ => true,
                };
                Outcome::Silent { may_have_acted }
            }
        }
    }
}

impl Asker for One {
    type Error = ClientError;

    async fn ask<V: Verb>(&self, request: &V::Request) -> Result<V::Answer, ClientError>
    where
        V::Request: Sync,
    {
        self.0.ask::<V>(request).await
    }
}

fn token(file: &Path, tenant: &str) -> Result<String, BrokersError> {
    let text = fs::read_to_string(file)
        .map(Zeroizing::new)
        .map_err(|source| BrokersError::Unreadable { tenant: tenant.to_owned(), source })?;
    let token = text.trim();
    if token.len() < 16 {
        Err(BrokersError::Blank { tenant: tenant.to_owned() })
    } else {
        Ok(token.to_owned())
    }
}
