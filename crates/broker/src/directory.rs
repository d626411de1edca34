//! The directory: whether it knows a person as active. No answer is no.

use std::{io, net::IpAddr, path::PathBuf, sync::Arc, time::Duration};

use ldap3::{LdapConnAsync, LdapConnSettings, LdapError, Scope, SearchEntry, ldap_escape};
use rustls::ClientConfig;
use settings::broker::Directory as Settings;
use tokio::time::{error::Elapsed, timeout};

use crate::state;

/// Why the directory gives no answer.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// Its password cannot be read.
    #[error("the directory's password cannot be read from {file}; it is the secret `ldap-bind`")]
    Password {
        /// The credential.
        file: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// It would be asked in clear.
    #[error("{0} is neither `ldaps://` nor on this machine")]
    Plain(String),
    /// Nothing can be asked behind TLS.
    #[error("TLS cannot be used")]
    Tls(#[from] rustls::Error),
    /// It says no, or nothing that makes sense.
    #[error("the directory refused")]
    Ldap(#[from] LdapError),
    /// It is too slow.
    #[error("the directory did not answer in time")]
    Silent(#[from] Elapsed),
    /// More than one person has this name.
    #[error("the directory knows several people of this name")]
    Ambiguous,
}

/// A directory.
pub(crate) struct Directory {
    settings: Settings,
    password_file: PathBuf,
    deadline: Duration,
    tls: Arc<ClientConfig>,
}

impl Directory {
    pub(crate) fn new(settings: &Settings, deadline: Duration) -> Result<Self, DirectoryError> {
        let uri = settings.uri.as_str();
        if !uri.starts_with("ldaps://") && !is_loopback(uri) {
            return Err(DirectoryError::Plain(uri.to_owned()));
        }
        let password_file = PathBuf::from(&settings.password_file);
        let tls = Arc::new(daemon::tls::client()?);
        let directory = Self { settings: settings.clone(), password_file, deadline, tls };
        directory.password()?;
        Ok(directory)
    }

    fn password(&self) -> Result<zeroize::Zeroizing<String>, DirectoryError> {
        let fault = |source| DirectoryError::Password { file: self.settings.password_file.clone(), source };
        state::read(&self.password_file).map_err(fault)?.ok_or_else(|| fault(io::ErrorKind::NotFound.into()))
    }

    /// Whether the person of this Matrix id is there and active. A connection of its own each time: a command of a person
    /// is seldom, and a kept connection would be one more thing that can be stale.
    pub(crate) async fn knows(&self, user: &str) -> Result<bool, DirectoryError> {
        let name = user.trim_start_matches('@').split(':').next().unwrap_or_default();
        timeout(self.deadline, self.search(name)).await?
    }

    async fn search(&self, name: &str) -> Result<bool, DirectoryError> {
        let settings = &self.settings;
        let options =
            LdapConnSettings::new().set_conn_timeout(self.deadline).set_config(Arc::clone(&self.tls));
        let (connection, mut ldap) = LdapConnAsync::with_settings(options, settings.uri.as_str()).await?;
        let driver = tokio::spawn(async move { connection.drive().await });
        let found = async {
            ldap.simple_bind(&settings.bind_dn, &self.password()?).await?.success()?;
            let filter = filter(&settings.uid_attribute, name, &settings.active_filter);
            // "1.1": no attributes (RFC 4511, section 4.5.1.8).
            let search = ldap.search(&settings.base_dn, Scope::Subtree, &filter, vec!["1.1"]).await?;
            let (entries, _) = search.success()?;
            let people =
                entries.into_iter().filter(|entry| !entry.is_ref()).map(SearchEntry::construct).count();
            if people > 1 { Err(DirectoryError::Ambiguous) } else { Ok(people == 1) }
        };
        let found = found.await;
        let _ = ldap.unbind().await;
        driver.abort();
        found
    }
}

/// The name is data, whatever is in it (RFC 4515, section 3).
fn filter(attribute: &str, name: &str, active: &str) -> String {
    format!("(&({attribute}={}){active})", ldap_escape(name))
}

/// Whether nothing of it leaves this machine: its address says so. A name could lead anywhere.
fn is_loopback(uri: &str) -> bool {
    let host = uri.trim_start_matches("ldap://").split(['/', ':']).next().unwrap_or_default();
    host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{filter, is_loopback};

    #[test]
    fn a_name_cannot_widen_the_search() {
        let active = "(!(loginDisabled=TRUE))";
        assert_eq!(filter("uid", "anna", active), "(&(uid=anna)(!(loginDisabled=TRUE)))");
        assert_eq!(filter("uid", "a*)(uid=b", ""), "(&(uid=a\\2a\\29\\28uid=b))");
    }

    #[test]
    fn only_loopback_goes_without_tls() {
        assert!(is_loopback("ldap://127.0.0.1:389"));
        for elsewhere in ["ldap.example.org", "localhost", "127.example.org", "127.0.0.1.example.org"] {
            assert!(!is_loopback(&format!("ldap://{elsewhere}")), "{elsewhere}");
        }
    }
}
