//! What an attacker tries at the page.

use std::{
    pin::Pin,
    time::{Duration, Instant},
};

use axum::body::Body;
use http::{Request, StatusCode, header};
use testkit::homeserver::Kind;

use crate::harness::{Got, PASSWORD, Scene, scene, scene_with};

fn fields(token: &str, form: &str) -> Vec<(&'static str, String)> {
    vec![
        ("token", token.to_owned()),
        ("proof", form.to_owned()),
        ("username", "gast".to_owned()),
        ("password", PASSWORD.to_owned()),
        ("repeat", PASSWORD.to_owned()),
        ("consent", "yes".to_owned()),
    ]
}

async fn refused(scene: &Scene, token: &str, form: &str, headers: &[(&str, &str)]) {
    let got = scene.post("/register", &fields(token, form), headers).await;
    assert_eq!(got.status, StatusCode::FORBIDDEN, "{headers:?}");
    assert!(!scene.has_account("gast"), "{headers:?}");
}

#[tokio::test]
async fn another_site_cannot_send_the_form() {
    let scene = scene(Kind::TuwunelLike).await;
    let token = scene.token("1").await;
    let page = scene.get(&format!("/register?token={token}")).await;
    let (cookie, form) = (page.cookie(), page.field("proof"));
    assert!(!form.is_empty() && cookie.starts_with("__Host-enrol="));
    refused(&scene, &token, &form, &[]).await;
    refused(&scene, &token, "", &[("cookie", &cookie)]).await;
    refused(&scene, &token, &form, &[("cookie", "__Host-enrol=forged")]).await;
    refused(&scene, &token, &form, &[("cookie", &cookie), ("origin", "https://evil.example")]).await;
    refused(&scene, &token, &form, &[("cookie", &cookie), ("sec-fetch-site", "cross-site")]).await;
    // The proof of one token is none for another.
    let other = scene.token("2").await;
    refused(&scene, &other, &form, &[("cookie", &cookie)]).await;
    let got = scene.post("/register", &fields(&token, &form), &[("cookie", &cookie)]).await;
    assert_eq!(got.status, StatusCode::OK);
}

/// A form without a proof is answered before anybody is asked, and alike for a link that is good and one that nobody
/// issued: neither words nor time tell them apart.
#[tokio::test]
async fn a_foreign_form_learns_nothing_of_a_link() {
    let scene = scene(Kind::TuwunelLike).await;
    let (link, token) = (scene.link().await, scene.token("1").await);
    // Whoever asks the homeserver now gets no answer, and the page would say so.
    scene.homeserver.state().faults.admin_broken = true;
    for (path, good) in [("/register/password", link.as_str()), ("/register", &token)] {
        let mut told = Vec::new();
        for word in [good, "nobody-issued-this"] {
            let got = scene.post(path, &fields(word, ""), &[]).await;
            assert_eq!(got.status, StatusCode::FORBIDDEN, "{path}");
            assert!(!got.text.contains("@gast"), "{path}: whose link it is");
            told.push(got.text.replace(&got.field("proof"), "PROOF").replace(word, "WORD"));
        }
        assert_eq!(told[0], told[1], "{path}");
    }
}

/// No answer about a token or a link leaves before a beat (5 ms), whatever it says and however quickly it is known. That a
/// beat is a multiple, `server` shows.
#[tokio::test]
async fn answers_leave_on_beats() {
    let scene = scene_with(Kind::TuwunelLike, |enrol| enrol["tokenPerMinute"] = 3.into()).await;
    let good = [("/register", scene.token("1").await), ("/register/password", scene.link().await)];
    let late = async |what: &str, answer: Pin<Box<dyn Future<Output = Got> + '_>>| {
        let began = Instant::now();
        let got = answer.await;
        let took = began.elapsed();
        assert!(took >= Duration::from_millis(5), "{what}: {} after {took:?}", got.status);
        got.status
    };
    for (path, word) in &good {
        let ask = format!("{path}?token={word}");
        assert_eq!(late("form", Box::pin(scene.get(&ask))).await, StatusCode::OK);
        assert_eq!(late("unknown", Box::pin(scene.get(path))).await, StatusCode::OK);
        let bad = [("other", String::new())];
        assert_eq!(late("bad", Box::pin(scene.post(path, &bad, &[]))).await, StatusCode::BAD_REQUEST);
        let none = fields("", "");
        assert_eq!(late("none", Box::pin(scene.post(path, &none, &[]))).await, StatusCode::OK);
        let foreign = fields(word, "");
        assert_eq!(late("foreign", Box::pin(scene.post(path, &foreign, &[]))).await, StatusCode::FORBIDDEN);
        let weak = Box::pin(scene.fill(path, word, &[("password", "short")]));
        assert_eq!(late("weak", weak).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(
            late("done", Box::pin(scene.fill(path, word, &[("username", "neu")]))).await,
            StatusCode::OK
        );
        let slow = Box::pin(scene.post(path, &foreign, &[]));
        assert_eq!(late("slow", slow).await, StatusCode::TOO_MANY_REQUESTS);
    }
}

#[tokio::test]
async fn every_answer_is_strict() {
    let scene = scene(Kind::TuwunelLike).await;
    let token = scene.token("1").await;
    let valid = format!("/register?token={token}");
    let paths = [
        &valid,
        "/register",
        "/register/start",
        "/register/style.css",
        "/register/logo",
        "/nowhere",
        "/register/x",
    ];
    for path in paths {
        let got = scene.get(path).await;
        let is = |name: &str| got.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default();
        assert!(is("content-security-policy").starts_with("default-src 'none'; style-src 'self'"), "{path}");
        assert!(!is("content-security-policy").contains("unsafe"), "{path}");
        assert_eq!((is("cache-control"), is("referrer-policy")), ("no-store", "no-referrer"), "{path}");
        assert_eq!((is("x-content-type-options"), is("x-frame-options")), ("nosniff", "DENY"), "{path}");
        assert_eq!(got.headers.get(header::LOCATION), None, "{path}");
    }
}

/// The token is in one hidden field of each form, and in nothing else that leaves.
#[tokio::test]
async fn the_token_is_nowhere_but_in_its_field() {
    let scene = scene(Kind::TuwunelLike).await;
    let token = scene.token("1").await;
    let page = scene.get(&format!("/register?token={token}")).await;
    assert!(!page.title().contains(&token));
    assert_eq!(page.text.matches(&token).count(), page.text.matches(&format!(r#"value="{token}""#)).count());
    assert!(page.headers.values().all(|value| !value.to_str().unwrap().contains(&token)));
    let done = scene.fill("/register", &token, &[]).await;
    assert!(!done.text.contains(&token) && !done.text.contains(PASSWORD));
}

#[tokio::test]
async fn nothing_that_is_entered_becomes_markup() {
    let scene = scene(Kind::TuwunelLike).await;
    let token = scene.token("1").await;
    let evil = r#""><script>alert(1)</script>"#;
    let page = scene.fill("/register", &token, &[("username", evil)]).await;
    assert!(!page.text.contains("<script") && page.text.contains("&lt;script&gt;"));
    for path in [
        "/register?token=%22%3E%3Cscript%3E",
        "/register?lang=%22%3E%3Cscript%3E",
        "/register/%3Cscript%3E",
        "/register/start?lang=../../etc/passwd",
    ] {
        assert!(!scene.get(path).await.text.contains("<script"), "{path}");
    }
}

/// There is no redirect at all, whatever is asked for.
#[tokio::test]
async fn nobody_is_sent_elsewhere() {
    let scene = scene(Kind::TuwunelLike).await;
    let token = scene.token("1").await;
    for query in ["next=https://evil.example", "redirect_uri=//evil.example", "url=https://evil.example"] {
        let page = scene.get(&format!("/register?token={token}&{query}")).await;
        assert!(!page.text.contains("evil.example") && page.headers.get(header::LOCATION).is_none());
    }
    let got = scene.fill("/register", &token, &[("next", "https://evil.example")]).await;
    assert_eq!(got.status, StatusCode::BAD_REQUEST, "an unknown field is refused");
}

#[tokio::test]
async fn bodies_and_tokens_are_bounded() {
    let scene = scene(Kind::TuwunelLike).await;
    let long = "a".repeat(20_000);
    let got = scene.post("/register", &[("token", long.clone())], &[]).await;
    assert_eq!(got.status, StatusCode::BAD_REQUEST);
    let page = scene.get(&format!("/register?token={}", &long[..5000])).await;
    assert!(page.text.contains("This link is not valid") && !page.text.contains("aaaaaaaa"));
    for (kind, body) in [("application/json", "{}"), ("text/plain", "token=a"), ("multipart/form-data", "x")]
    {
        let request = Request::post("/register").header(header::CONTENT_TYPE, kind);
        let got = scene.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{kind}");
    }
    for method in ["PUT", "DELETE", "PATCH", "TRACE"] {
        let request = Request::builder().method(method).uri("/register");
        assert_eq!(
            scene.send(request.body(Body::empty()).unwrap()).await.status,
            StatusCode::NOT_FOUND,
            "{method}"
        );
    }
}

#[tokio::test]
async fn one_address_and_one_token_are_slowed_down() {
    let slow = |enrol: &mut serde_json::Value| {
        enrol["addressPerMinute"] = 8.into();
        enrol["tokenPerMinute"] = 3.into();
    };
    let scene = scene_with(Kind::TuwunelLike, slow).await;
    let from = async |address: &str, spoofed: u32| {
        let request = Request::get("/register?token=guess")
            .header("x-forwarded-for", format!("10.0.0.{spoofed}, {address}"));
        scene.send(request.body(Body::empty()).unwrap()).await.status
    };
    let mut passed = 0;
    for n in 0..20 {
        passed += u32::from(from("203.0.113.7", n).await == StatusCode::OK);
    }
    assert_eq!(passed, 4);
    assert_eq!(from("203.0.113.8", 1).await, StatusCode::OK);
    // One token from many addresses.
    let mut passed = 0;
    for n in 0..10 {
        let address = format!("203.0.113.{}", 100 + n);
        let got = scene.post("/register", &fields("some-token", "x"), &[("x-forwarded-for", &address)]).await;
        passed += u32::from(got.status != StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(passed, 3);
}

/// Fifty browsers send the form of one link at once: one account.
#[tokio::test]
async fn fifty_browsers_make_one_account() {
    let scene = std::sync::Arc::new(scene(Kind::TuwunelLike).await);
    let token = scene.token("1").await;
    let tries: Vec<_> = (0..50)
        .map(|n| {
            let (scene, token) = (std::sync::Arc::clone(&scene), token.clone());
            tokio::spawn(async move {
                let name = format!("guest{n}");
                scene.fill("/register", &token, &[("username", &name)]).await.status == StatusCode::OK
                    && scene.has_account(&name)
            })
        })
        .collect();
    let mut made = 0;
    for task in tries {
        made += u32::from(task.await.unwrap());
    }
    let accounts = scene.homeserver.state().users.keys().filter(|id| id.starts_with("@guest")).count();
    assert_eq!((made, accounts), (1, 1));
}
