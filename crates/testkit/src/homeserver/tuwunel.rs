//! A real Tuwunel, for what neither the double nor Synapse can show. `RAMPART_TUWUNEL` names its program; no registry has one.

use std::{
    env, io,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use fs_err as fs;
use tokio::net::UnixStream;

/// A server of the name `example.org`, set as a DMZ host's. It ends when it is dropped.
pub struct Tuwunel {
    folder: PathBuf,
    child: Child,
}

impl Tuwunel {
    /// The program. Without one nothing can be shown, and the test should say so.
    pub fn program() -> Option<PathBuf> {
        env::var_os("RAMPART_TUWUNEL").filter(|path| !path.is_empty()).map(PathBuf::from)
    }

    /// Starts one in `folder`, and waits until it listens. Its token file is `folder/sentinel`; its administrator has the name
    /// and the password that are given.
    pub async fn start(program: &Path, folder: &Path, name: &str, password: &str) -> io::Result<Self> {
        let file = folder.join("tuwunel.toml");
        fs::write(&file, settings(folder))?;
        let commands = format!(r#"["users create-user {name} {password}", "users make-user-admin {name}"]"#);
        let mut command = Command::new(program);
        command.env("TUWUNEL_CONFIG", file).env("TUWUNEL_ADMIN_EXECUTE", commands);
        command.env("TUWUNEL_ADMIN_EXECUTE_ERRORS_IGNORE", "true");
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let server = Self { folder: folder.to_owned(), child };
        super::listening(async || UnixStream::connect(server.socket()).await).await?;
        Ok(server)
    }

    /// Where it listens.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("tuwunel.sock")
    }
}

impl Drop for Tuwunel {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn settings(folder: &Path) -> String {
    let at = |name: &str| folder.join(name).display().to_string();
    format!(
        "[global]\nserver_name = \"example.org\"\nunix_socket_path = \"{}\"\ndatabase_path = \"{}\"\n\
         allow_registration = true\nregistration_token_file = \"{}\"\nallow_federation = false\n\
         grant_admin_to_first_user = false\ntrusted_servers = []\nallow_room_creation = false\n\
         auto_join_rooms = [\"#welcome:example.org\"]\nlog = \"error\"\nerror_on_unknown_config_opts = true\n",
        at("tuwunel.sock"),
        at("tuwunel"),
        at("sentinel")
    )
}
