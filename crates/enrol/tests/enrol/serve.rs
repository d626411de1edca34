//! Keeps everything up for a browser: `ENROL_BROWSER=FOLDER cargo test -p enrol --test enrol serve -- --ignored`. The folder
//! gets `links.json`; the page ends when the file `done` is there, at the latest after ten minutes.

use std::{fs, path::PathBuf, time::Duration};

use broker_api::{token, verbs};
use serde_json::json;
use testkit::homeserver::Kind;
use tokio::net::TcpListener;

use crate::harness::scene_with;

#[tokio::test]
#[ignore = "for a browser, which somebody must bring"]
async fn for_a_browser() {
    let folder = PathBuf::from(std::env::var_os("ENROL_BROWSER").unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let scene = scene_with(Kind::TuwunelLike, |enrol| {
        enrol["look"]["title"] = "Partners of Meridian".into();
        enrol["look"]["termsUrl"] = "https://example.org/terms".into();
        enrol["pageUrl"] = format!("{origin}/register").into();
    })
    .await;
    let revoked = scene.token("revoked").await;
    let list = scene.bot.ask::<verbs::TokenList>(&token::List { all: false }).await.unwrap();
    let revoke = token::Revoke { by: "@anna:internal.example".into(), id: list.tokens[0].id.clone() };
    scene.bot.ask::<verbs::TokenRevoke>(&revoke).await.unwrap();
    let links = json!({
        "form": format!("{origin}/register?token={}", scene.token("form").await),
        "revoked": format!("{origin}/register?token={revoked}"),
        "unknown": format!("{origin}/register?token=nobody-issued-this"),
        "password": format!("{origin}/register/password?token={}", scene.link().await),
        "start": format!("{origin}/register/start"),
    });
    fs::write(folder.join("links.json"), links.to_string()).unwrap();
    let router = scene.router();
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    for _ in 0..600 {
        if folder.join("done").exists() {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    serving.abort();
}
