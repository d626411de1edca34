//! The first administrator.

use std::os::unix::fs::PermissionsExt;

use broker::bootstrap::{self, BootstrapError};
use fs_err as fs;
use testkit::homeserver::Kind;
use tokio_util::sync::CancellationToken;

use crate::harness::{Scene, prepared};

async fn boot(scene: &Scene) -> Result<(), BootstrapError> {
    bootstrap::run(scene.config.clone(), CancellationToken::new()).await
}

/// An administrator with the one-time password, and nothing in the state folder.
fn fresh(has_guests: bool) -> Scene {
    let scene = prepared(Kind::TuwunelLike, has_guests);
    fs::remove_file(scene.folder.path().join("state/admin-token")).unwrap();
    fs::write(scene.folder.path().join("bootstrap"), "one-time-password\n").unwrap();
    scene.homeserver.state().users.get_mut("@rampart-broker:example.org").unwrap().password =
        "one-time-password".into();
    scene
}

#[tokio::test]
async fn the_one_time_password_is_changed_and_the_token_kept() {
    let mut scene = fresh(true);
    boot(&scene).await.unwrap();
    let password = scene.homeserver.state().users["@rampart-broker:example.org"].password.clone();
    assert!(password.len() >= 32);
    let token = scene.folder.path().join("state/admin-token");
    assert_eq!(fs::metadata(&token).unwrap().permissions().mode() & 0o777, 0o400);
    let before = fs::read(&token).unwrap();
    boot(&scene).await.unwrap();
    assert_eq!(fs::read(&token).unwrap(), before, "a second run changes nothing");
    scene.start().await;
}

#[tokio::test]
async fn a_lost_token_comes_back_by_the_stored_password() {
    let scene = fresh(true);
    boot(&scene).await.unwrap();
    fs::remove_file(scene.folder.path().join("state/admin-token")).unwrap();
    fs::remove_file(scene.folder.path().join("bootstrap")).unwrap();
    boot(&scene).await.unwrap();
}

/// Interrupted after the homeserver took the new password and before it was noted as the password.
#[tokio::test]
async fn an_interrupted_bootstrap_goes_on() {
    let scene = fresh(true);
    boot(&scene).await.unwrap();
    let state = scene.folder.path().join("state");
    for lost in ["admin-token", "admin-password"] {
        fs::remove_file(state.join(lost)).unwrap();
    }
    boot(&scene).await.unwrap();
}

#[tokio::test]
async fn nobody_gets_in_with_another_password() {
    let scene = fresh(true);
    fs::write(scene.folder.path().join("bootstrap"), "wrong").unwrap();
    assert!(matches!(boot(&scene).await, Err(BootstrapError::LockedOut)));
    scene.homeserver.state().users.get_mut("@rampart-broker:example.org").unwrap().admin = false;
    fs::write(scene.folder.path().join("bootstrap"), "one-time-password").unwrap();
    assert!(matches!(boot(&scene).await, Err(BootstrapError::NotAdministrator)));
}

/// Each of these needs something else done.
#[tokio::test]
async fn no_credential_is_not_a_wrong_one() {
    let scene = fresh(true);
    let credential = scene.folder.path().join("bootstrap");
    for blank in [Some(" \n"), None] {
        match blank {
            Some(text) => fs::write(&credential, text).unwrap(),
            None => fs::remove_file(&credential).unwrap(),
        }
        let refused = boot(&scene).await.unwrap_err();
        assert!(matches!(refused, BootstrapError::NoCredential { .. }), "{refused}");
        let said = refused.to_string();
        assert!(said.contains("bootstrap: the one-time password") && said.contains("\n  help: "), "{said}");
    }
}

#[tokio::test]
async fn a_bot_that_cannot_log_in_is_told_as_the_bot() {
    let scene = fresh(false);
    boot(&scene).await.unwrap();
    fs::remove_file(scene.folder.path().join("state/bot-token")).unwrap();
    scene.homeserver.state().faults.log_in_refused = true;
    let refused = boot(&scene).await.unwrap_err();
    assert!(matches!(refused, BootstrapError::BotLockedOut), "{refused}");
    let said = refused.to_string();
    assert!(said.starts_with("rampart-bot cannot log in") && said.contains("\n  help: "), "{said}");
}

#[tokio::test]
async fn on_the_core_the_bot_gets_an_account_without_power() {
    let scene = fresh(false);
    boot(&scene).await.unwrap();
    let state = scene.homeserver.state();
    let bot = &state.users["@rampart-bot:example.org"];
    let token = fs::read_to_string(scene.folder.path().join("state/bot-token")).unwrap();
    assert!(!bot.admin && bot.sessions.contains(&token));
}
