//! The core's instance: one question.

use broker_api::{
    ErrorCode,
    account::{Active, Reason},
    verbs::AccountActive,
};
use testkit::homeserver::{Kind, User};

use crate::harness::{ask, code, core};

#[tokio::test]
async fn only_an_account_that_nothing_stops_is_active() {
    let scene = core(Kind::SynapseLike).await;
    scene.homeserver.state().add_user("anna", "x", false);
    let set = |change: fn(&mut User)| {
        let mut state = scene.homeserver.state();
        let user = state.users.get_mut("@anna:example.org").unwrap();
        *user = User { password: "x".into(), ..User::default() };
        change(user);
    };
    let reason = async |user: &str| {
        let answer = ask::<AccountActive>(&scene.page, Active { user: user.into() }).await;
        assert_eq!(answer.active, answer.reason.is_none());
        answer.reason
    };
    assert_eq!(reason("@anna:example.org").await, None);
    set(|user| user.deactivated = true);
    assert_eq!(reason("@anna:example.org").await, Some(Reason::Deactivated));
    set(|user| user.locked = true);
    assert_eq!(reason("@anna:example.org").await, Some(Reason::Locked));
    set(|user| user.suspended = true);
    assert_eq!(reason("@anna:example.org").await, Some(Reason::Suspended));
    assert_eq!(reason("@nobody:example.org").await, Some(Reason::Missing));
    for foreign in ["@anna:elsewhere.org", "anna", "@anna:example.org:8448", "@a/b:example.org", ""] {
        assert_eq!(reason(foreign).await, Some(Reason::Foreign), "{foreign}");
    }
}

#[tokio::test]
async fn no_answer_is_no() {
    let scene = core(Kind::SynapseLike).await;
    scene.homeserver.state().faults.admin_broken = true;
    let outcome = scene.page.ask::<AccountActive>(&Active { user: "@anna:example.org".into() }).await;
    assert_eq!(code(outcome), ErrorCode::HomeserverFailed);
}
