//! Staff accounts, by whoever is root on the core.

use broker::staff::{Done, Order, StaffError, carry_out};
use fs_err as fs;
use testkit::homeserver::Kind;

use crate::harness::{Scene, prepared};

fn create(name: &str) -> Order {
    Order::Create { name: name.into() }
}

fn reset(name: &str) -> Order {
    Order::Reset { name: name.into() }
}

fn end(name: &str) -> Order {
    Order::End { name: name.into() }
}

/// Carries out an order that prints a password.
pub(crate) async fn password(scene: &Scene, order: Order) -> String {
    match carry_out(&scene.config, &order).await.unwrap() {
        Done::Password { user, password } => {
            assert_eq!(user, "@anna:example.org");
            password.to_string()
        }
        Done::Ended { .. } => panic!("it ended"),
    }
}

#[tokio::test]
async fn an_account_is_made_gets_another_password_and_ends() {
    for kind in [Kind::SynapseLike, Kind::TuwunelLike] {
        let scene = prepared(kind, false);
        let first = password(&scene, create("anna")).await;
        let shown = |what: fn(&testkit::homeserver::User) -> String| {
            what(&scene.homeserver.state().users["@anna:example.org"])
        };
        assert!(first.len() == 32 && shown(|user| user.password.clone()) == first);
        assert_eq!(shown(|user| format!("{} {}", user.admin, user.deactivated)), "false false");
        let second = password(&scene, reset("@anna:example.org")).await;
        assert!(second != first && shown(|user| user.password.clone()) == second);
        let ended = carry_out(&scene.config, &end("anna")).await.unwrap();
        assert!(matches!(ended, Done::Ended { .. }), "{ended:?}");
        assert_eq!(shown(|user| user.deactivated.to_string()), "true");
        let again = carry_out(&scene.config, &reset("anna")).await;
        assert!(matches!(again, Err(StaffError::Stopped(_))), "what has ended stays ended: {again:?}");
    }
}

#[tokio::test]
async fn an_account_that_is_there_keeps_its_password() {
    let scene = prepared(Kind::TuwunelLike, false);
    scene.homeserver.state().add_user("anna", "her own", false);
    let refused = carry_out(&scene.config, &create("anna")).await;
    assert!(matches!(refused, Err(StaffError::There(_))), "{refused:?}");
    assert_eq!(scene.homeserver.state().users["@anna:example.org"].password, "her own");
    let refused = carry_out(&scene.config, &reset("ben")).await;
    assert!(matches!(refused, Err(StaffError::Missing(_))), "{refused:?}");
    assert!(!scene.homeserver.state().users.contains_key("@ben:example.org"));
}

#[tokio::test]
async fn a_locked_account_stays_locked() {
    let scene = prepared(Kind::TuwunelLike, false);
    scene.homeserver.state().add_user("anna", "her own", false);
    scene.homeserver.state().users.get_mut("@anna:example.org").unwrap().locked = true;
    let refused = carry_out(&scene.config, &reset("anna")).await;
    assert!(matches!(refused, Err(StaffError::Stopped(_))), "{refused:?}");
    assert!(scene.homeserver.state().users["@anna:example.org"].locked);
}

#[tokio::test]
async fn names_that_are_nobodys_are_refused() {
    let scene = prepared(Kind::TuwunelLike, false);
    let names =
        ["", "Anna", "a b", "@anna:elsewhere.org", "rampart-broker", "rampart-bot", "@conduit:example.org"];
    for name in names {
        for order in [create(name), reset(name), end(name)] {
            let refused = carry_out(&scene.config, &order).await;
            assert!(matches!(refused, Err(StaffError::Name(_))), "{order:?}: {refused:?}");
        }
    }
    assert_eq!(scene.homeserver.state().users["@rampart-broker:example.org"].password, "administrator");
}

#[tokio::test]
async fn guests_are_not_made_by_hand_and_nothing_goes_without_the_token() {
    let scene = prepared(Kind::TuwunelLike, true);
    assert!(matches!(carry_out(&scene.config, &create("anna")).await, Err(StaffError::Guests)));
    let scene = prepared(Kind::TuwunelLike, false);
    fs::remove_file(scene.folder.path().join("state/admin-token")).unwrap();
    assert!(matches!(carry_out(&scene.config, &create("anna")).await, Err(StaffError::NoToken)));
    fs::write(scene.folder.path().join("state/admin-token"), "another").unwrap();
    assert!(matches!(carry_out(&scene.config, &create("anna")).await, Err(StaffError::Homeserver(_))));
    assert!(!scene.homeserver.state().users.contains_key("@anna:example.org"));
}
