//! The directory before a real `OpenLDAP`: `RAMPART_SLAPD` names its program (Debian: `/usr/sbin/slapd`). Without it nothing is
//! shown here and the test says so.

use std::{
    env,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use broker_api::{
    ErrorCode,
    account::{Active, Activity, Reason},
    verbs::AccountActive,
};
use fs_err as fs;
use settings::broker::Directory;
use testkit::homeserver::Kind;

use crate::harness::{Scene, ask, code, prepared};

const PASSWORD: &str = "password-of-the-tests";
const PEOPLE: &str = "
dn: dc=example,dc=org
objectClass: domain
dc: example

dn: uid=anna,dc=example,dc=org
objectClass: inetOrgPerson
cn: Anna
sn: A
employeeType: active

dn: uid=left,dc=example,dc=org
objectClass: inetOrgPerson
cn: Left
sn: L
employeeType: former
";

/// slapd, ended when dropped.
struct Slapd(Child);

impl Drop for Slapd {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(program: &Path, folder: &Path, port: u16) -> Slapd {
    let data = folder.join("ldap");
    fs::create_dir(&data).unwrap();
    let schema: String = ["core", "cosine", "inetorgperson"]
        .map(|name| format!("include /etc/ldap/schema/{name}.schema\n"))
        .concat();
    let settings = format!(
        "{schema}modulepath /usr/lib/ldap\nmoduleload back_mdb\ndatabase mdb\nsuffix dc=example,dc=org\n\
         rootdn cn=matrix,dc=example,dc=org\nrootpw {PASSWORD}\ndirectory {}\n",
        data.display()
    );
    let (conf, people) = (folder.join("slapd.conf"), folder.join("people.ldif"));
    fs::write(&conf, settings).unwrap();
    fs::write(&people, PEOPLE).unwrap();
    let quiet = |command: &mut Command| {
        command.stdout(Stdio::null()).stderr(Stdio::null());
    };
    let mut add = Command::new(program);
    quiet(add.args(["-T", "add", "-f"]).arg(&conf).arg("-l").arg(&people));
    assert!(add.status().unwrap().success());
    let mut run = Command::new(program);
    quiet(run.args(["-d", "0", "-h", &format!("ldap://127.0.0.1:{port}"), "-f"]).arg(&conf));
    Slapd(run.spawn().unwrap())
}

async fn scene(program: &Path) -> (Scene, Slapd) {
    let mut scene = prepared(Kind::SynapseLike, false);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let slapd = start(program, scene.folder.path(), port);
    let file = scene.folder.path().join("ldap-bind");
    fs::write(&file, PASSWORD).unwrap();
    scene.config.directory = Some(Directory {
        uri: format!("ldap://127.0.0.1:{port}").parse().unwrap(),
        base_dn: "dc=example,dc=org".into(),
        bind_dn: "cn=matrix,dc=example,dc=org".into(),
        password_file: file.display().to_string(),
        uid_attribute: "uid".into(),
        active_filter: "(employeeType=active)".into(),
    });
    for _ in 0..200 {
        if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for name in ["anna", "left", "nobody"] {
        scene.homeserver.state().add_user(name, "x", false);
    }
    scene.start().await;
    (scene, slapd)
}

#[tokio::test]
async fn only_whom_the_directory_knows_as_active_is_active() {
    let Some(program) = env::var_os("RAMPART_SLAPD").map(PathBuf::from) else {
        println!("skipped: RAMPART_SLAPD names no slapd");
        return;
    };
    let (mut scene, slapd) = scene(&program).await;
    let active = |name: &str| Active { user: format!("@{name}:example.org") };
    let answer = ask::<AccountActive>(&scene.page, active("anna")).await;
    assert_eq!(answer, Activity { active: true, reason: None, directory: true });
    for name in ["left", "nobody"] {
        let answer = ask::<AccountActive>(&scene.page, active(name)).await;
        assert_eq!(answer.reason, Some(Reason::NotInDirectory), "{name}");
    }
    drop(slapd);
    let silent = scene.page.ask::<AccountActive>(&active("anna")).await;
    assert_eq!(code(silent), ErrorCode::HomeserverFailed, "no answer is no");
    scene.stop().await;
    scene.verify();
}
