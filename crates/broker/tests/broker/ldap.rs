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

/// Where it listens: in clear, and behind TLS, with a certificate that nobody but itself has signed.
struct Ports {
    plain: u16,
    tls: u16,
}

/// Its certificate, for those who are to trust it.
const CERTIFICATE: &str = "ldap.pem";

fn start(program: &Path, folder: &Path, ports: &Ports) -> Slapd {
    let data = folder.join("ldap");
    fs::create_dir(&data).unwrap();
    let schema: String = ["core", "cosine", "inetorgperson"]
        .map(|name| format!("include /etc/ldap/schema/{name}.schema\n"))
        .concat();
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let (certificate, key) = (folder.join(CERTIFICATE), folder.join("ldap.key"));
    fs::write(&certificate, made.cert.pem()).unwrap();
    fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let settings = format!(
        "TLSCertificateFile {}\nTLSCertificateKeyFile {}\n{schema}modulepath /usr/lib/ldap\nmoduleload back_mdb\ndatabase mdb\nsuffix dc=example,dc=org\n\
         rootdn cn=matrix,dc=example,dc=org\nrootpw {PASSWORD}\ndirectory {}\n",
        certificate.display(),
        key.display(),
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
    let places = format!("ldap://127.0.0.1:{} ldaps://127.0.0.1:{}", ports.plain, ports.tls);
    quiet(run.args(["-d", "0", "-h", &places, "-f"]).arg(&conf));
    Slapd(run.spawn().unwrap())
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Everything but a broker.
async fn scene(program: &Path) -> (Scene, Slapd, Ports) {
    let mut scene = prepared(Kind::SynapseLike, false);
    let ports = Ports { plain: free_port(), tls: free_port() };
    let slapd = start(program, scene.folder.path(), &ports);
    let file = scene.folder.path().join("ldap-bind");
    fs::write(&file, PASSWORD).unwrap();
    scene.config.directory = Some(Directory {
        uri: format!("ldap://127.0.0.1:{}", ports.plain).parse().unwrap(),
        base_dn: "dc=example,dc=org".into(),
        bind_dn: "cn=matrix,dc=example,dc=org".into(),
        password_file: file.display().to_string(),
        uid_attribute: "uid".into(),
        active_filter: "(employeeType=active)".into(),
    });
    for port in [ports.plain, ports.tls] {
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    for name in ["anna", "left", "nobody"] {
        scene.homeserver.state().add_user(name, "x", false);
    }
    (scene, slapd, ports)
}

/// The program itself, which trusts one certificate; ended when dropped.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the program on a scene, and waits for its door.
async fn run(scene: &Scene, trusted: &Path) -> Program {
    let file = scene.folder.path().join("broker.json");
    fs::write(&file, serde_json::to_vec(&scene.config).unwrap()).unwrap();
    let _ = fs::remove_file(&scene.config.socket);
    let mut command = Command::new(env!("CARGO_BIN_EXE_rampart-broker"));
    command.args(["run", "--config"]).arg(&file).env("SSL_CERT_FILE", trusted).env_remove("SSL_CERT_DIR");
    let program = Program(command.spawn().unwrap());
    for _ in 0..500 {
        if tokio::net::UnixStream::connect(&scene.config.socket).await.is_ok() {
            return program;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the broker did not open its door");
}

/// A manifest knows no other way than TLS. The program is asked as it is built, in a workspace whose programs bring several
/// providers of cryptography.
#[tokio::test]
async fn the_directory_is_asked_behind_tls_and_must_be_the_right_one() {
    let Some(slapd) = env::var_os("RAMPART_SLAPD").map(PathBuf::from) else {
        println!("skipped: RAMPART_SLAPD names no slapd");
        return;
    };
    let (mut scene, _slapd, ports) = scene(&slapd).await;
    let folder = scene.folder.path().to_owned();
    let (right, foreign) = (folder.join(CERTIFICATE), folder.join("foreign.pem"));
    let other = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    fs::write(&foreign, other.cert.pem()).unwrap();
    scene.config.directory.as_mut().unwrap().uri =
        format!("ldaps://127.0.0.1:{}", ports.tls).parse().unwrap();
    let anna = Active { user: "@anna:example.org".to_owned() };
    let left = Active { user: "@left:example.org".to_owned() };

    let program = run(&scene, &right).await;
    let answer = ask::<AccountActive>(&scene.page, anna.clone()).await;
    assert_eq!(answer, Activity { active: true, reason: None, directory: true });
    let answer = ask::<AccountActive>(&scene.page, left).await;
    assert_eq!(answer.reason, Some(Reason::NotInDirectory));
    drop(program);

    let program = run(&scene, &foreign).await;
    let answer = scene.page.ask::<AccountActive>(&anna).await;
    assert_eq!(code(answer), ErrorCode::HomeserverFailed, "a directory that nobody vouches for is none");
    drop(program);

    fs::write(folder.join("ldap-bind"), "another password").unwrap();
    let program = run(&scene, &right).await;
    let answer = scene.page.ask::<AccountActive>(&anna).await;
    assert_eq!(code(answer), ErrorCode::HomeserverFailed, "who is not let in knows nobody");
    drop(program);
}

#[tokio::test]
async fn only_whom_the_directory_knows_as_active_is_active() {
    let Some(program) = env::var_os("RAMPART_SLAPD").map(PathBuf::from) else {
        println!("skipped: RAMPART_SLAPD names no slapd");
        return;
    };
    let (mut scene, slapd, _) = scene(&program).await;
    scene.start().await;
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
