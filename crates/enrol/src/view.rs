//! What people see. Every page comes from a template with typed context; the templates escape what they are given.

use handlebars::Handlebars;
use qrcode::{EcLevel, QrCode, render::svg};
use serde::Serialize;
use serde_json::{Value, json};
use settings::enrol::Enrol;

use crate::{
    form::Mistake,
    language::{Languages, Texts, filled},
};

pub(crate) const TEMPLATES: [(&str, &str); 8] = [
    ("layout", include_str!("../templates/layout.hbs")),
    ("errors", include_str!("../templates/errors.hbs")),
    ("passwords", include_str!("../templates/passwords.hbs")),
    ("form", include_str!("../templates/form.hbs")),
    ("state", include_str!("../templates/state.hbs")),
    ("steps", include_str!("../templates/steps.hbs")),
    ("done", include_str!("../templates/done.hbs")),
    ("password", include_str!("../templates/password.hbs")),
];

/// Why the pages cannot be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ViewError {
    #[error("a template is not one")]
    Template(#[from] Box<handlebars::TemplateError>),
    #[error("a language file is not one")]
    Language(#[from] serde_json::Error),
    #[error("the address of the page does not fit into a picture")]
    Qr(#[from] qrcode::types::QrError),
}

/// The pages.
pub(crate) struct View {
    handlebars: Handlebars<'static>,
    languages: Languages,
    look: Value,
    clients: Value,
    server: String,
    least: u32,
    qr: String,
}

/// One reader: a language and its texts.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'v> {
    view: &'v View,
    language: &'static str,
    texts: &'v Texts,
}

/// The form that makes an account.
pub(crate) struct FormPage<'a> {
    pub(crate) token: &'a str,
    pub(crate) proof: &'a str,
    pub(crate) username: &'a str,
    pub(crate) mistakes: &'a [Mistake],
}

#[derive(Serialize)]
struct Shown {
    field: &'static str,
    text: String,
}

impl View {
    pub(crate) fn new(config: &Enrol) -> Result<Self, ViewError> {
        let mut handlebars = Handlebars::new();
        handlebars.set_strict_mode(true);
        for (name, text) in TEMPLATES {
            handlebars.register_template_string(name, text).map_err(Box::new)?;
        }
        let least = config.least_password.to_string();
        let known = [
            ("title", config.look.title.as_str()),
            ("server", config.server_name.as_str()),
            ("least", least.as_str()),
        ];
        let code = QrCode::with_error_correction_level(format!("{}/start", config.page_url), EcLevel::M)?;
        let qr = code.render::<svg::Color<'_>>().min_dimensions(200, 200).build();
        Ok(Self {
            handlebars,
            languages: Languages::load(&known)?,
            look: json!({
                "title": config.look.title,
                "logo": config.look.logo_file.is_some(),
                "terms": config.look.terms_url,
            }),
            clients: json!(config.clients),
            server: config.server_name.to_string(),
            least: config.least_password,
            // Only the picture: the XML declaration has no place in HTML.
            qr: qr.split_once("?>").map_or(qr.clone(), |(_, svg)| svg.to_owned()),
        })
    }

    /// For somebody who chose this language, or whose browser prefers these.
    pub(crate) fn reader(&self, chosen: Option<&str>, accepted: Option<&str>) -> Reader<'_> {
        let (language, texts) = self.languages.choose(chosen, accepted);
        Reader { view: self, language, texts }
    }
}

impl Reader<'_> {
    fn text(&self, key: &str) -> &str {
        self.texts.get(key).map_or("", String::as_str)
    }

    /// The page with this template. What cannot be rendered is an empty page in the log, never half a page.
    fn page(&self, template: &str, heading: &str, more: Value) -> String {
        let mut context = json!({
            "language": self.language, "t": self.texts, "look": self.view.look, "heading": heading,
            "switch": null, "errors": [], "least": self.view.least,
            "invalid": { "username": false, "password": false, "repeat": false, "consent": false },
        });
        if let (Some(context), Value::Object(more)) = (context.as_object_mut(), more) {
            context.extend(more);
        }
        self.view.handlebars.render(template, &context).unwrap_or_else(|error| {
            tracing::error!(%error, template, "a page cannot be rendered");
            String::new()
        })
    }

    fn mistakes(&self, mistakes: &[Mistake]) -> (Value, Value) {
        let shown: Vec<Shown> =
            mistakes.iter().map(|(field, key)| Shown { field, text: self.text(key).to_owned() }).collect();
        let is = |field: &str| mistakes.iter().any(|(wrong, _)| *wrong == field);
        let invalid = json!({
            "username": is("username"), "password": is("password"), "repeat": is("repeat"),
            "consent": is("consent"),
        });
        (json!(shown), invalid)
    }

    /// The form that makes an account.
    pub(crate) fn form(&self, page: &FormPage<'_>) -> String {
        let (errors, invalid) = self.mistakes(page.mistakes);
        let more = json!({
            "token": page.token, "proof": page.proof, "username": page.username, "errors": errors,
            // Once ticked it stays so, whatever else has to be corrected.
            "consented": !page.mistakes.is_empty() && invalid["consent"] == false, "invalid": invalid,
            "switch": { "action": "/register", "token": page.token },
        });
        self.page("form", self.text("welcome"), more)
    }

    /// The form that sets a password; whose, only somebody hears who asked with the link.
    pub(crate) fn password(&self, user: Option<&str>, page: &FormPage<'_>) -> String {
        let (errors, invalid) = self.mistakes(page.mistakes);
        let more = json!({
            "token": page.token, "proof": page.proof, "user": user, "errors": errors, "invalid": invalid,
            "intro": user.map(|user| filled(self.text("link_intro"), &[("user", user)])),
            "switch": { "action": "/register/password", "token": page.token },
        });
        self.page("password", self.text("link_title"), more)
    }

    /// A sentence: `<key>_title` and `<text>_text`.
    pub(crate) fn state(&self, key: &str, text: &str) -> String {
        let more = json!({
            "text": self.text(&format!("{text}_text")), "offer_start": matches!(key, "used" | "unsure"),
        });
        self.page("state", self.text(&format!("{key}_title")), more)
    }

    /// How to log in, for somebody with an account.
    pub(crate) fn done(&self, key: &str, user: Option<&str>) -> String {
        let more = json!({
            "user": user, "server": self.view.server, "clients": self.view.clients,
            "qr": user.is_some().then_some(&self.view.qr),
        });
        self.page("done", self.text(&format!("{key}_title")), more)
    }
}
