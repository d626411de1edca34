//! A real Synapse, for what a double cannot show. `RAMPART_SYNAPSE` names its Python environment (the lab's cache has one).

use std::{
    env, io,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use fs_err as fs;
use serde_json::{Value, json};
use tokio::net::{TcpStream, UnixStream};

/// A server of the name `example.org`. It ends when it is dropped.
pub struct Synapse {
    python: PathBuf,
    folder: PathBuf,
    address: SocketAddr,
    child: Option<Child>,
}

impl Synapse {
    /// The Python environment. Without one nothing can be shown, and the test should say so.
    pub fn python() -> Option<PathBuf> {
        env::var_os("RAMPART_SYNAPSE").map(PathBuf::from)
    }

    /// Starts one in `folder`, and waits until it listens everywhere.
    pub async fn start(python: &Path, folder: &Path) -> io::Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let (python, folder) = (python.to_owned(), folder.to_owned());
        let mut synapse = Self { python, folder, address, child: None };
        fs::write(synapse.file(), settings(&synapse.folder, address.port()).to_string())?;
        done(synapse.homeserver().arg("--generate-keys").status()?)?;
        done(synapse.finish_database().status()?)?;
        synapse.begin().await?;
        Ok(synapse)
    }

    /// Starts again what was ended, and waits until it listens.
    pub async fn begin(&mut self) -> io::Result<()> {
        self.child = Some(self.homeserver().spawn()?);
        let (socket, address) = (self.socket(), self.address);
        super::listening(async || UnixStream::connect(&socket).await).await?;
        // Which it opens a moment later.
        super::listening(async || TcpStream::connect(address).await).await
    }

    /// Ends it. What it knows is kept.
    pub fn end(&mut self) -> io::Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        match fs::remove_file(self.socket()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Makes an account with its own tool.
    pub fn make_account(&self, name: &str, password: &str, is_admin: bool) -> io::Result<()> {
        let power = if is_admin { "-a" } else { "--no-admin" };
        let mut make = self.program("register_new_matrix_user");
        make.args(["-u", name, "-p", password, power, "-c"]).arg(self.file());
        done(make.arg(format!("http://{}", self.address)).status()?)
    }

    /// Where it listens for whoever comes through a proxy.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("synapse.sock")
    }

    /// Where it listens besides.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    fn file(&self) -> PathBuf {
        self.folder.join("synapse.yaml")
    }

    fn homeserver(&self) -> Command {
        let mut command = self.program("python");
        command.args(["-m", "synapse.app.homeserver", "--config-path"]).arg(self.file());
        command
    }

    /// Makes the database and all of its indexes. A new one gets its last indexes while the server runs, during the first
    /// minute; until then Synapse 1.163 on `SQLite` answers 500 to an account that is brought back (`create_profile` in
    /// `synapse/storage/databases/main/profile.py` relies on the index `profiles_full_user_id_key`).
    fn finish_database(&self) -> Command {
        let mut command = self.program("update_synapse_database");
        command.arg("--run-background-updates").arg("--database-config").arg(self.file());
        command
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.python.join("bin").join(name));
        command.current_dir(&self.folder).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

impl Drop for Synapse {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

fn done(status: std::process::ExitStatus) -> io::Result<()> {
    if status.success() { Ok(()) } else { Err(io::Error::other(status.to_string())) }
}

fn settings(folder: &Path, port: u16) -> Value {
    let at = |name: &str| folder.join(name).display().to_string();
    let many = json!({ "per_second": 1000, "burst_count": 1000 });
    json!({
        "server_name": "example.org", "pid_file": at("pid"), "signing_key_path": at("signing.key"),
        "media_store_path": at("media"), "report_stats": false,
        "database": { "name": "sqlite3", "args": { "database": at("synapse.db") } },
        "listeners": [
            { "type": "http", "path": at("synapse.sock"), "x_forwarded": true, "resources": [{ "names": ["client"] }] },
            { "type": "http", "port": port, "bind_addresses": ["127.0.0.1"],
                "resources": [{ "names": ["client"] }] },
        ],
        "enable_registration": true, "registration_requires_token": true,
        "registration_shared_secret": "secret-of-the-tests", "federation_domain_whitelist": [],
        "trusted_key_servers": [], "auto_join_rooms": ["#welcome:example.org"],
        "autocreate_auto_join_rooms": false,
        "rc_registration": many, "rc_registration_token_validity": many, "rc_message": many,
        "rc_login": { "address": many, "account": many, "failed_attempts": many },
        "rc_joins": { "local": many, "remote": many }, "rc_invites": { "per_room": many, "per_user": many },
    })
}
