//! What a guest sees.

use axum::body::Body;
use broker_api::{token, verbs};
use http::{Request, StatusCode};
use testkit::homeserver::Kind;

use crate::harness::{OVER, PASSWORD, scene, scene_with};

#[tokio::test]
async fn a_guest_makes_an_account_and_the_second_click_says_used() {
    for kind in [Kind::TuwunelLike, Kind::SynapseLike] {
        let scene = scene(kind).await;
        let token = scene.token("1").await;
        let page = scene.get(&format!("/register?token={token}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.title().starts_with("Welcome to Partners"), "{}", page.title());
        let done = scene.fill("/register", &token, &[("username", " Gast ")]).await;
        assert_eq!(done.status, StatusCode::OK, "{kind:?}: {}", done.text);
        assert!(done.text.contains("@gast:example.org") && done.text.contains("<svg"));
        assert!(done.text.contains("https://element.io/download"));
        assert_eq!(scene.homeserver.state().users["@gast:example.org"].password, PASSWORD);
        let again = scene.get(&format!("/register?token={token}")).await;
        assert!(again.text.contains("This link was used"));
    }
}

#[tokio::test]
async fn each_state_has_its_page() {
    let scene = scene(Kind::TuwunelLike).await;
    let unknown = scene.get("/register?token=nobody-issued-this").await;
    assert!(unknown.text.contains("This link is not valid"));
    for path in ["/register", "/register?token=", "/register?token=%00", "/register?token=a%20b"] {
        assert!(scene.get(path).await.text.contains("This link is not valid"), "{path}");
    }
    let token = scene.token("1").await;
    let list = scene.bot.ask::<verbs::TokenList>(&token::List { all: false }).await.unwrap();
    let revoke = token::Revoke { by: "@anna:internal.example".into(), id: list.tokens[0].id.clone() };
    scene.bot.ask::<verbs::TokenRevoke>(&revoke).await.unwrap();
    let revoked = scene.get(&format!("/register?token={token}")).await;
    assert!(revoked.text.contains("This link was withdrawn"));
    let over = scene.get(&format!("/register?token={OVER}")).await;
    assert!(over.text.contains("This link is over"), "{}", over.text);
    let busy_token = scene.busy_token().await;
    let busy = scene.get(&format!("/register?token={busy_token}")).await;
    assert!(busy.text.contains("This link is being used"), "{}", busy.text);
    // The answer to a form with such a token is the same page, and no account.
    for token in [token.as_str(), OVER, &busy_token] {
        assert!(scene.fill("/register", token, &[]).await.status.is_client_error());
        assert!(!scene.has_account("gast"));
    }
    // Whether a link is good cannot be known: nothing is said about it, and it stays good.
    let token = scene.token("2").await;
    scene.homeserver.state().faults.admin_broken = true;
    let trouble = scene.get(&format!("/register?token={token}")).await;
    assert_eq!(trouble.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(trouble.text.contains("Your link is still good"), "{}", trouble.text);
    scene.homeserver.state().faults.admin_broken = false;
    assert_eq!(scene.fill("/register", &token, &[]).await.status, StatusCode::OK);
}

/// Between the form and its answer the link may have become another: the page that follows says which.
#[tokio::test]
async fn a_link_that_changes_while_its_form_is_open_is_told_by_its_state() {
    let scene = scene(Kind::TuwunelLike).await;
    let token = scene.token("1").await;
    let form = scene.get(&format!("/register?token={token}")).await;
    let (cookie, proof) = (form.cookie(), form.field("proof"));
    let fields = [
        ("token", token.clone()),
        ("proof", proof),
        ("username", "gast".to_owned()),
        ("password", PASSWORD.to_owned()),
        ("repeat", PASSWORD.to_owned()),
        ("consent", "yes".to_owned()),
    ];
    scene.begins(&token).await;
    let busy = scene.post("/register", &fields, &[("cookie", &cookie)]).await;
    assert!(busy.text.contains("This link is being used"), "{}", busy.text);
    assert!(!scene.has_account("gast"));
}

#[tokio::test]
async fn mistakes_are_shown_beside_their_field_and_burn_nothing() {
    let scene = scene(Kind::TuwunelLike).await;
    scene.homeserver.state().add_user("taken", "x", false);
    let token = scene.token("1").await;
    for (changes, text, field) in [
        (&[("username", "taken")][..], "This user name is taken", "username"),
        (&[("username", "no spaces")], "may only have lower-case letters", "username"),
        (&[("password", "short"), ("repeat", "short")], "needs at least 12 characters", "password"),
        (&[("repeat", "something else")], "are not the same", "repeat"),
        (&[("consent", "")], "Tick the box", "consent"),
    ] {
        let page = scene.fill("/register", &token, changes).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{text}");
        assert!(page.text.contains(text) && page.text.contains(r#"role="alert""#), "{text}");
        assert!(page.text.contains(&format!(r##"href="#{field}""##)), "{text}");
        assert!(page.text.contains(r#"aria-invalid="true""#) && !page.text.contains(PASSWORD));
    }
    assert_eq!(scene.fill("/register", &token, &[]).await.status, StatusCode::OK);
}

/// The homeserver takes the token and fails. The guest is told so, and the same link works afterwards.
#[tokio::test]
async fn a_failing_homeserver_burns_nothing() {
    let scene = scene(Kind::TuwunelLike).await;
    let token = scene.token("1").await;
    scene.homeserver.state().faults.creation_fails = true;
    let page = scene.fill("/register", &token, &[]).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    // A 500 may hide an account: the link is busy until the broker has looked, and the page says when to come back.
    assert!(page.text.contains("Wait two minutes"), "{}", page.text);
    assert!(!scene.has_account("gast"));
}

#[tokio::test]
async fn the_page_makes_no_account_where_none_needs_a_token() {
    let scene = scene(Kind::TuwunelLike).await;
    let token = scene.token("1").await;
    // The token's own validity would keep the door closed, so the broker is made to believe it is still there.
    scene.homeserver.state().faults.register_open = true;
    let page = scene.fill("/register", &token, &[]).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!scene.has_account("gast"));
}

#[tokio::test]
async fn german_by_browser_and_by_choice() {
    let scene = scene(Kind::TuwunelLike).await;
    let token = scene.token("1").await;
    let request =
        Request::get(format!("/register?token={token}")).header("accept-language", "de-CH,de;q=0.9");
    let page = scene.send(request.body(Body::empty()).unwrap()).await;
    assert!(page.text.contains(r#"<html lang="de">"#) && page.text.contains("Benutzername"));
    let page = scene.get(&format!("/register?token={token}&lang=de")).await;
    assert!(page.text.contains("Willkommen bei Partners"));
    let wrong = scene.fill("/register", &token, &[("lang", "de"), ("consent", "")]).await;
    assert!(wrong.text.contains("Setzen Sie das Häkchen"));
}

#[tokio::test]
async fn the_look_is_the_tenants() {
    let scene = scene_with(Kind::TuwunelLike, |enrol| {
        enrol["look"]["termsUrl"] = "https://example.org/terms".into();
        enrol["look"]["colour"] = "#ffee00".into();
    })
    .await;
    let token = scene.token("1").await;
    let page = scene.get(&format!("/register?token={token}")).await;
    assert!(
        page.text.contains("https://example.org/terms")
            && page.text.contains("Partners &amp; &lt;Friends&gt;")
    );
    let style = scene.get("/register/style.css").await.text;
    assert!(style.contains("background: #ffee00") && style.contains("color: #000000"));
    assert_eq!(scene.get("/register/logo").await.status, StatusCode::NOT_FOUND);
    assert!(scene.get("/register/start").await.text.contains("How to log in"));
}

/// Labels, languages, one heading, no script: what can be seen in the text. The browser test asks more.
#[tokio::test]
async fn the_form_is_labelled_and_needs_no_script() {
    let scene = scene(Kind::TuwunelLike).await;
    let token = scene.token("1").await;
    let text = scene.get(&format!("/register?token={token}")).await.text;
    for id in ["username", "password", "repeat", "consent"] {
        assert!(
            text.contains(&format!(r#"<label for="{id}">"#)) && text.contains(&format!(r#"id="{id}""#)),
            "{id}"
        );
    }
    assert_eq!(text.matches("<h1>").count(), 1);
    for word in ["<script", " on", "style=", "javascript:"] {
        let found = text.matches(word).count();
        // " on" is in sentences; an attribute would be followed by a name and an equals sign.
        assert!(found == 0 || word == " on", "{word}");
    }
    assert!(!text.contains("onclick") && !text.contains("onload"));
}
