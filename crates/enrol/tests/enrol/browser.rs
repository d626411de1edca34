//! The pages in a real browser: Chromium by its driver, with axe-core's rules of accessibility. `RAMPART_AXE` names the file
//! `axe.min.js` (the lab installs it); without it nothing is tested, and the test says so.

use std::{
    env,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use broker_api::{token, verbs};
use fs_err as fs;
use serde_json::{Value, json};
use testkit::homeserver::Kind;
use thirtyfour::{
    By, ChromiumLikeCapabilities as _, DesiredCapabilities, Key, WebDriver, prelude::ElementQueryable as _,
};
use tokio::net::TcpListener;

use crate::harness::{OVER, PASSWORD, Scene, scene_with};

/// Widths in pixels: the least that a page must fit (WCAG 2.2, 1.4.10), a phone, and a desk.
const WIDTHS: [u32; 3] = [320, 360, 1280];

/// Attempts with one token: more than anybody here needs who does not mean to be slowed down.
const PER_MINUTE: u32 = 8;

/// What axe-core finds: the rule, and where.
const LOOK: &str = "const done = arguments[arguments.length - 1];
    axe.run().then(found => done(found.violations.map(one => [one.id, ...one.nodes.map(node => node.html)])),
                   error => done([['axe', String(error)]]));";

/// Chromium's driver, which ends with the test.
struct Driver {
    process: Child,
    address: String,
}

impl Driver {
    fn start() -> Self {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("chromedriver (Debian: chromium-driver)");
        let said = BufReader::new(process.stdout.take().unwrap());
        let mut lines = said.lines().map_while(Result::ok);
        let line = lines.find(|line| line.contains("started successfully on port")).unwrap();
        let port = line.trim_end_matches('.').rsplit(' ').next().unwrap().to_owned();
        Self { process, address: format!("http://127.0.0.1:{port}") }
    }

    async fn browser(&self) -> WebDriver {
        let mut wanted = DesiredCapabilities::chrome();
        wanted.set_headless().unwrap();
        // Chromium refuses to run as root with its sandbox, and a container has little shared memory.
        for word in ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"] {
            wanted.add_arg(word).unwrap();
        }
        WebDriver::new(&self.address, wanted).await.unwrap()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Somebody at a browser.
struct Guest {
    browser: WebDriver,
    axe: String,
}

impl Guest {
    async fn looks_at(&self, url: &str) {
        self.browser.goto(url).await.unwrap();
    }

    async fn types(&self, field: &str, text: &str) {
        let field = self.browser.find(By::Name(field)).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Presses the button, and waits for the page that follows.
    async fn sends(&self) {
        self.browser.execute("document.body.dataset.old = true", Vec::new()).await.unwrap();
        self.browser.find(By::Css("form[method=post] button")).await.unwrap().click().await.unwrap();
        self.browser.query(By::Css("body:not([data-old])")).first().await.unwrap();
    }

    /// Fills in the form of a new account and sends it.
    async fn asks_for(&self, name: &str) {
        self.types("username", name).await;
        self.types("password", PASSWORD).await;
        self.types("repeat", PASSWORD).await;
        let consent = self.browser.find(By::Name("consent")).await.unwrap();
        if !consent.is_selected().await.unwrap() {
            consent.click().await.unwrap();
        }
        self.sends().await;
    }

    /// The page says this, and keeps nobody out.
    async fn reads(&self, page: &str, part: &str) {
        let text = self.text().await;
        assert!(text.contains(part), "{page}: {text}");
        self.is_kept_out_by_nothing(page).await;
    }

    /// What the Tab key reaches, one after the other: the id, else the text.
    async fn tabs(&self, times: usize) -> Vec<String> {
        const WHERE: &str = "const on = document.activeElement; return on.id || on.innerText;";
        let mut reached = Vec::new();
        for _ in 0..times {
            let on = self.browser.active_element().await.unwrap();
            on.send_keys(Key::Tab).await.unwrap();
            let on = self.browser.execute(WHERE, Vec::new()).await.unwrap();
            reached.push(on.json().as_str().unwrap_or_default().to_owned());
        }
        reached
    }

    async fn text(&self) -> String {
        self.browser.find(By::Tag("main")).await.unwrap().text().await.unwrap()
    }

    /// The page keeps nobody out, at each width, in light and dark: no rule of axe-core is broken, and nothing has to be
    /// scrolled sideways.
    async fn is_kept_out_by_nothing(&self, page: &str) {
        let tools = self.browser.cdp();
        for (width, scheme) in WIDTHS.into_iter().flat_map(|width| [(width, "light"), (width, "dark")]) {
            let size =
                json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 800 });
            tools.send_raw("Emulation.setDeviceMetricsOverride", size).await.unwrap();
            let scheme = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
            tools.send_raw("Emulation.setEmulatedMedia", &scheme).await.unwrap();
            self.browser.execute(&self.axe, Vec::new()).await.unwrap();
            let found = self.browser.execute_async(LOOK, Vec::new()).await.unwrap();
            assert_eq!(found.json(), &json!([]), "{page}, {width} px, {scheme}");
            let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
            let wide = self.browser.execute(wide, Vec::new()).await.unwrap();
            assert_eq!(wide.json(), &json!(0), "{page} is too wide at {width} px");
        }
    }
}

#[tokio::test]
async fn nothing_keeps_a_guest_out() {
    let Some(axe) = env::var_os("RAMPART_AXE") else {
        println!("skipped: RAMPART_AXE names no axe.min.js");
        return;
    };
    let axe = fs::read_to_string(axe).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let scene = scene_with(Kind::TuwunelLike, |enrol| {
        enrol["look"]["title"] = "Partners of Meridian".into();
        enrol["tokenPerMinute"] = PER_MINUTE.into();
        enrol["look"]["termsUrl"] = "https://example.org/terms".into();
        enrol["pageUrl"] = format!("{origin}/register").into();
    })
    .await;
    let links = links(&scene, &origin).await;
    let serving = tokio::spawn(axum::serve(listener, scene.router()).into_future());
    let driver = Driver::start();
    let guest = Guest { browser: driver.browser().await, axe };
    guest.browser.set_page_load_timeout(Duration::from_secs(30)).await.unwrap();

    for (page, link) in links.as_object().unwrap() {
        let link = link.as_str().unwrap();
        guest.looks_at(link).await;
        guest.reads(page, says(page)).await;
        let join = if link.contains('?') { '&' } else { '?' };
        guest.looks_at(&format!("{link}{join}lang=de")).await;
        guest.reads(&format!("{page}, German"), in_german(page)).await;
    }
    let form = links["form"].as_str().unwrap();
    is_in_order(&guest, form).await;
    enrols(&guest, &scene, form).await;
    returns(&guest, links["password"].as_str().unwrap()).await;
    goes_wrong(&guest, &scene, &origin).await;
    guest.browser.clone().quit().await.unwrap();
    serving.abort();
}

/// By the keyboard alone: first past what every page has, then the form from top to bottom.
async fn is_in_order(guest: &Guest, form: &str) {
    guest.looks_at(form).await;
    let reached = guest.tabs(8).await;
    let order = [
        "Skip to the form",
        "Deutsch",
        "username",
        "password",
        "repeat",
        "consent",
        "Read the terms",
        "Create account",
    ];
    assert_eq!(reached, order);
    guest.looks_at(form).await;
    assert_eq!(guest.tabs(1).await, ["Skip to the form"]);
    guest.browser.active_element().await.unwrap().send_keys(Key::Enter).await.unwrap();
    assert_eq!(guest.tabs(1).await, ["username"], "what was skipped");
}

/// A new password by a link, then the same link once more.
async fn returns(guest: &Guest, link: &str) {
    guest.looks_at(link).await;
    // Without its cookie the form is not this browser's.
    guest.browser.delete_all_cookies().await.unwrap();
    guest.types("password", PASSWORD).await;
    guest.types("repeat", PASSWORD).await;
    guest.sends().await;
    guest.reads("stale link", "open for too long").await;
    guest.types("password", PASSWORD).await;
    guest.types("repeat", PASSWORD).await;
    guest.sends().await;
    guest.reads("link_done", "Your password is set").await;
    guest.looks_at(link).await;
    guest.reads("link_used", "A password was set with it").await;
}

/// What the page says when it, or whoever sits before it, cannot go on.
async fn goes_wrong(guest: &Guest, scene: &Scene, origin: &str) {
    guest.looks_at(&format!("{origin}/nowhere")).await;
    guest.reads("bad", "Open the link that you were sent").await;

    let token = scene.token("wrong").await;
    let link = format!("{origin}/register?token={token}");
    scene.homeserver.state().faults.admin_broken = true;
    guest.looks_at(&link).await;
    guest.reads("trouble", "Your link is still good").await;
    scene.homeserver.state().faults.admin_broken = false;

    guest.looks_at(&link).await;
    guest.browser.delete_all_cookies().await.unwrap();
    guest.asks_for("dora").await;
    guest.reads("stale", "open for too long").await;
    scene.homeserver.state().faults.creation_fails = true;
    guest.asks_for("dora").await;
    guest.reads("unsure", "The server did not answer in time").await;
    scene.homeserver.state().faults.creation_fails = false;

    let token = scene.token("slow").await;
    guest.looks_at(&format!("{origin}/register?token={token}")).await;
    for _ in 0..PER_MINUTE {
        scene.post("/register", &[("token", token.clone())], &[]).await;
    }
    guest.asks_for("dora").await;
    guest.reads("slow", "Wait a minute").await;
}

/// A part of what each page says.
fn says(page: &str) -> &'static str {
    match page {
        "form" => "Create account",
        "revoked" => "withdrawn",
        "unknown" => "not valid",
        "over" => "Its time has passed",
        "busy" => "right now",
        "password" => "Save password",
        _ => "Chat programs",
    }
}

/// The same in the other language, whose words are longer.
fn in_german(page: &str) -> &'static str {
    match page {
        "form" => "Konto anlegen",
        "revoked" => "zurückgezogen",
        "unknown" => "nicht gültig",
        "over" => "abgelaufen",
        "busy" => "Jemand legt gerade",
        "password" => "Passwort speichern",
        _ => "Chatprogramme",
    }
}

/// A mistake first, then an account, then the same link once more.
async fn enrols(guest: &Guest, scene: &Scene, form: &str) {
    guest.looks_at(form).await;
    guest.types("username", "carla").await;
    guest.types("password", PASSWORD).await;
    guest.types("repeat", "something else").await;
    guest.browser.find(By::Name("consent")).await.unwrap().click().await.unwrap();
    guest.sends().await;
    guest.reads("mistake", "are not the same").await;
    assert!(!scene.has_account("carla"));

    guest.asks_for("carla").await;
    guest.reads("done", "@carla:example.org").await;
    assert!(scene.has_account("carla"));

    guest.looks_at(form).await;
    guest.reads("used", "This link was used").await;
}

/// One link to each kind of page.
async fn links(scene: &Scene, origin: &str) -> Value {
    let revoked = scene.token("revoked").await;
    let list = scene.bot.ask::<verbs::TokenList>(&token::List { all: false }).await.unwrap();
    let revoke = token::Revoke { by: "@anna:internal.example".into(), id: list.tokens[0].id.clone() };
    scene.bot.ask::<verbs::TokenRevoke>(&revoke).await.unwrap();
    json!({
        "form": format!("{origin}/register?token={}", scene.token("form").await),
        "revoked": format!("{origin}/register?token={revoked}"),
        "unknown": format!("{origin}/register?token=nobody-issued-this"),
        "over": format!("{origin}/register?token={OVER}"),
        "busy": format!("{origin}/register?token={}", scene.busy_token().await),
        "password": format!("{origin}/register/password?token={}", scene.link().await),
        "start": format!("{origin}/register/start"),
    })
}
