//! Locking, ending and bringing back accounts; rooms.

use broker_api::{
    ErrorCode, Nothing,
    guest::{Order, Reactivate, Show},
    page::{LinkLookup, LinkRedeem},
    room::{Create, Invite},
    token::{List, State},
    verbs::{
        GuestDeactivate, GuestList, GuestLock, GuestReactivate, GuestShow, GuestUnlock, PasswordLinkLookup,
        PasswordLinkRedeem, PasswordLinkRevoke, RoomCreate, RoomInvite, RoomList, TokenList,
    },
};
use testkit::homeserver::Kind;

use crate::harness::{STAFF, Scene, ask, code, guests, word};

fn order(user: &str) -> Order {
    Order { by: STAFF.into(), user: user.into() }
}

fn reactivate(user: &str) -> Reactivate {
    Reactivate { by: STAFF.into(), user: user.into(), ttl_seconds: 600 }
}

/// A guest with two sessions and two rooms.
async fn with_guest(kind: Kind) -> Scene {
    let scene = guests(kind).await;
    let mut state = scene.homeserver.state();
    state.add_user("gast", "old password", false);
    let user = state.users.get_mut("@gast:example.org").unwrap();
    user.sessions.insert("another".into());
    user.rooms.extend(["!a:example.org".to_owned(), "!b:example.org".to_owned()]);
    drop(state);
    scene
}

#[tokio::test]
async fn the_end_of_an_account_ends_sessions_and_leaves_rooms() {
    for kind in [Kind::TuwunelLike, Kind::SynapseLike] {
        let scene = with_guest(kind).await;
        let ended = ask::<GuestDeactivate>(&scene.bot, order("gast")).await;
        assert_eq!((ended.sessions, ended.rooms), (2, 2), "{kind:?}");
        let user = scene.homeserver.state().users["@gast:example.org"].clone();
        assert!(user.deactivated && user.rooms.is_empty() && user.sessions.is_empty());
        // Again is fine.
        let again = ask::<GuestDeactivate>(&scene.bot, order("@gast:example.org")).await;
        assert_eq!((again.sessions, again.rooms), (0, 0));
        scene.verify();
    }
}

#[tokio::test]
async fn a_locked_guest_can_be_ended_too() {
    let scene = with_guest(Kind::TuwunelLike).await;
    assert!(ask::<GuestLock>(&scene.bot, order("gast")).await.locked);
    assert_eq!(ask::<GuestDeactivate>(&scene.bot, order("gast")).await.rooms, 2);
    assert!(scene.homeserver.state().users["@gast:example.org"].rooms.is_empty());
    assert_eq!(code(scene.bot.ask::<GuestUnlock>(&order("gast")).await), ErrorCode::Conflict);
}

#[tokio::test]
async fn an_end_that_does_not_hold_is_said() {
    let scene = with_guest(Kind::TuwunelLike).await;
    scene.homeserver.state().faults.rooms_stick = true;
    assert_eq!(code(scene.bot.ask::<GuestDeactivate>(&order("gast")).await), ErrorCode::Unverified);
    scene.homeserver.state().faults.rooms_stick = false;
    assert_eq!(ask::<GuestDeactivate>(&scene.bot, order("gast")).await.rooms, 2);
}

/// Killed in the middle: the next run ends what was begun, without being asked again.
#[tokio::test]
async fn an_interrupted_end_is_finished() {
    let mut scene = with_guest(Kind::TuwunelLike).await;
    scene.homeserver.state().faults.admin_broken = false;
    scene.homeserver.state().faults.rooms_stick = true;
    let client = scene.bot.clone();
    let asking = tokio::spawn(async move { client.ask::<GuestDeactivate>(&order("gast")).await });
    while scene.count("deactivate-begun") == 0 {
        tokio::task::yield_now().await;
    }
    scene.kill().await;
    asking.abort();
    scene.homeserver.state().faults.rooms_stick = false;
    scene.start().await;
    for _ in 0..400 {
        if scene.count("deactivated") == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let user = scene.homeserver.state().users["@gast:example.org"].clone();
    assert!(user.deactivated && user.rooms.is_empty() && user.sessions.is_empty());
}

#[tokio::test]
async fn an_account_comes_back_by_a_link_that_works_once() {
    for kind in [Kind::TuwunelLike, Kind::SynapseLike] {
        let scene = with_guest(kind).await;
        assert_eq!(code(scene.bot.ask::<GuestReactivate>(&reactivate("gast")).await), ErrorCode::Conflict);
        ask::<GuestDeactivate>(&scene.bot, order("gast")).await;
        let old = word(&ask::<GuestReactivate>(&scene.bot, reactivate("gast")).await.url);
        let link = word(&ask::<GuestReactivate>(&scene.bot, reactivate("gast")).await.url);
        let look =
            async |link: &str| ask::<PasswordLinkLookup>(&scene.page, LinkLookup { link: link.into() }).await;
        assert_eq!(look(&old).await.state, State::Revoked);
        assert_eq!(look("nobody-made-this").await.state, State::Unknown);
        let found = look(&link).await;
        assert_eq!((found.state, found.user.as_deref()), (State::Valid, Some("@gast:example.org")));
        assert!(
            scene.homeserver.state().users["@gast:example.org"].deactivated,
            "only the link brings it back"
        );
        let redeem = |link: &str, password: &str| LinkRedeem { link: link.into(), password: password.into() };
        let short = scene.page.ask::<PasswordLinkRedeem>(&redeem(&link, "short")).await;
        assert_eq!(code(short), ErrorCode::PasswordRefused);
        let old = scene.page.ask::<PasswordLinkRedeem>(&redeem(&old, "a good long one")).await;
        assert_eq!(code(old), ErrorCode::TokenRevoked);
        let done = ask::<PasswordLinkRedeem>(&scene.page, redeem(&link, "a good long one")).await;
        assert_eq!(done.user, "@gast:example.org");
        let user = scene.homeserver.state().users["@gast:example.org"].clone();
        assert!(!user.deactivated && user.password == "a good long one");
        let again = scene.page.ask::<PasswordLinkRedeem>(&redeem(&link, "another long one")).await;
        assert_eq!(code(again), ErrorCode::TokenUsed);
        assert_eq!(look(&link).await.state, State::Used);
    }
}

/// The old link is used while a new one is ordered: either it comes too late, or the account is back and needs no link.
#[tokio::test]
async fn no_link_is_issued_for_an_account_that_is_just_coming_back() {
    for _ in 0..5 {
        let scene = with_guest(Kind::SynapseLike).await;
        ask::<GuestDeactivate>(&scene.bot, order("gast")).await;
        let link = word(&ask::<GuestReactivate>(&scene.bot, reactivate("gast")).await.url);
        let redeem = LinkRedeem { link, password: "a good long one".into() };
        let order = reactivate("gast");
        let (back, newer) = tokio::join!(
            scene.page.ask::<PasswordLinkRedeem>(&redeem),
            scene.bot.ask::<GuestReactivate>(&order)
        );
        match (back, newer) {
            (Ok(_), refused) => assert_eq!(code(refused), ErrorCode::Conflict),
            (late, Ok(_)) => assert_eq!(code(late), ErrorCode::TokenRevoked),
            neither => panic!("{neither:?}"),
        }
    }
}

/// By order of somebody else than its issuer, as when the issuer has left.
#[tokio::test]
async fn an_open_link_is_listed_and_can_be_ended() {
    let mut scene = with_guest(Kind::TuwunelLike).await;
    ask::<GuestDeactivate>(&scene.bot, order("gast")).await;
    let link = word(&ask::<GuestReactivate>(&scene.bot, reactivate("gast")).await.url);
    let open = async |scene: &Scene| ask::<TokenList>(&scene.bot, List { all: false }).await.links;
    let listed = open(&scene).await;
    let said: Vec<_> = listed.iter().map(|link| (link.user.as_str(), link.issuer.as_str())).collect();
    assert_eq!(said, [("@gast:example.org", STAFF)]);
    assert!(!serde_json::to_string(&listed).unwrap().contains(&link));

    let end = || Order { by: "@rampart-bot:internal.example".into(), user: "@gast:example.org".into() };
    ask::<PasswordLinkRevoke>(&scene.bot, end()).await;
    assert_eq!(code(scene.bot.ask::<PasswordLinkRevoke>(&end()).await), ErrorCode::NotFound);
    scene.stop().await;
    scene.start().await;
    assert_eq!(open(&scene).await, []);
    let found = ask::<PasswordLinkLookup>(&scene.page, LinkLookup { link: link.clone() }).await;
    assert_eq!(found.state, State::Revoked);
    let redeem = LinkRedeem { link, password: "a good long one".into() };
    assert_eq!(code(scene.page.ask::<PasswordLinkRedeem>(&redeem).await), ErrorCode::TokenRevoked);
    assert!(scene.homeserver.state().users["@gast:example.org"].deactivated);
}

#[tokio::test]
async fn the_servers_own_accounts_are_nobodys_guests() {
    let scene = with_guest(Kind::TuwunelLike).await;
    scene.homeserver.state().add_user("chief", "x", true);
    let list = ask::<GuestList>(&scene.bot, Nothing {}).await;
    assert_eq!(
        list.guests.iter().map(|guest| guest.user.as_str()).collect::<Vec<_>>(),
        ["@gast:example.org"]
    );
    for own in ["rampart-broker", "chief"] {
        assert_eq!(code(scene.bot.ask::<GuestDeactivate>(&order(own)).await), ErrorCode::Conflict, "{own}");
    }
    for none in ["nobody", "@gast:elsewhere.org", "a/../b", "@:example.org"] {
        assert_eq!(code(scene.bot.ask::<GuestLock>(&order(none)).await), ErrorCode::NotFound, "{none}");
    }
    let shown = ask::<GuestShow>(&scene.bot, Show { user: "gast".into() }).await;
    assert_eq!((shown.sessions, shown.rooms.len()), (2, 2));
}

#[tokio::test]
async fn rooms_are_made_once_and_people_invited() {
    let mut scene = with_guest(Kind::TuwunelLike).await;
    let create = || Create { by: STAFF.into(), name: "project".into() };
    let made = ask::<RoomCreate>(&scene.bot, create()).await;
    assert_eq!((made.alias.as_str(), made.joined_by_all), ("#project:example.org", false));
    assert_eq!(code(scene.bot.ask::<RoomCreate>(&create()).await), ErrorCode::Conflict);
    let invite = |room: &str| Invite { by: STAFF.into(), room: room.into(), user: "gast".into() };
    for name in ["project", "#project:example.org", &made.room] {
        ask::<RoomInvite>(&scene.bot, invite(name)).await;
    }
    assert_eq!(code(scene.bot.ask::<RoomInvite>(&invite("other")).await), ErrorCode::NotFound);
    scene.stop().await;
    scene.start().await;
    let rooms = ask::<RoomList>(&scene.bot, Nothing {}).await.rooms;
    let shown: Vec<_> = rooms.iter().map(|room| (room.alias.as_str(), room.joined_by_all)).collect();
    assert_eq!(shown, [("#welcome:example.org", true), ("#project:example.org", false)]);
}
