//! Password links.

use http::StatusCode;
use testkit::homeserver::Kind;

use crate::harness::{PASSWORD, scene};

#[tokio::test]
async fn a_link_sets_a_password_once() {
    let scene = scene(Kind::TuwunelLike).await;
    let link = scene.link().await;
    let page = scene.get(&format!("/register/password?token={link}")).await;
    assert!(page.text.contains("@gast:example.org") && page.title().starts_with("Set a new password"));
    let weak = scene.fill("/register/password", &link, &[("password", "short"), ("repeat", "short")]).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = scene.fill("/register/password", &link, &[]).await;
    assert_eq!(done.status, StatusCode::OK);
    assert!(done.text.contains("Your password is set"));
    let user = scene.homeserver.state().users["@gast:example.org"].clone();
    assert!(!user.deactivated && user.password == PASSWORD);
    assert!(scene.get(&format!("/register/password?token={link}")).await.text.contains("This link was used"));
}

#[tokio::test]
async fn another_site_cannot_set_a_password_and_kinds_are_not_mixed() {
    let scene = scene(Kind::TuwunelLike).await;
    let link = scene.link().await;
    let fields = |form: String| {
        vec![
            ("token", link.clone()),
            ("proof", form),
            ("password", PASSWORD.into()),
            ("repeat", PASSWORD.into()),
        ]
    };
    let got = scene.post("/register/password", &fields(String::new()), &[]).await;
    assert_eq!(got.status, StatusCode::FORBIDDEN);
    assert!(scene.homeserver.state().users["@gast:example.org"].deactivated);
    assert!(scene.get(&format!("/register?token={link}")).await.text.contains("This link is not valid"));
    let token = scene.token("1").await;
    assert!(
        scene.get(&format!("/register/password?token={token}")).await.text.contains("This link is not valid")
    );
}
