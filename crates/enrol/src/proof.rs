//! Whether a form came from this page: a cookie that other sites cannot set, and a field in the form that belongs to it and
//! to the token. No session is kept; the key lives as long as the program.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac as _};
use http::{HeaderMap, HeaderValue, header};
use sha2::Sha256;

/// `__Host-`: only this host can set it, only over HTTPS (RFC 6265bis, section 4.1.3.2).
const COOKIE: &str = "__Host-enrol";

/// Makes and checks proofs.
pub(crate) struct Proofs {
    key: [u8; 64],
    origin: String,
}

/// What a page carries so that its form is believed.
pub(crate) struct Proof {
    /// For `Set-Cookie`; none when the browser has it already.
    pub(crate) cookie: Option<HeaderValue>,
    /// For the hidden field.
    pub(crate) field: String,
}

impl Proofs {
    /// `page_url` is the page's address as people have it; forms must come from its origin.
    pub(crate) fn new(page_url: &str) -> std::io::Result<Self> {
        let mut key = [0; 64];
        getrandom::fill(&mut key).map_err(std::io::Error::other)?;
        let origin = page_url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
        Ok(Self { key, origin })
    }

    /// A proof for a page with this token.
    pub(crate) fn issue(&self, headers: &HeaderMap, token: &str) -> std::io::Result<Proof> {
        if let Some(value) = cookie(headers) {
            return Ok(Proof { cookie: None, field: self.field(value, token) });
        }
        let mut bytes = [0; 18];
        getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
        let value = URL_SAFE_NO_PAD.encode(bytes);
        let line = format!("{COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=3600");
        let cookie = HeaderValue::try_from(line).map_err(std::io::Error::other)?;
        Ok(Proof { cookie: Some(cookie), field: self.field(&value, token) })
    }

    /// Whether a form with this token came from a page of ours.
    pub(crate) fn holds(&self, headers: &HeaderMap, token: &str, field: &str) -> bool {
        let Some(value) = cookie(headers) else { return false };
        let Ok(shown) = URL_SAFE_NO_PAD.decode(field) else { return false };
        self.mac(value, token).verify_slice(&shown).is_ok() && self.same_site(headers)
    }

    /// What the browser says about where the form was. `Origin` is `null` from our own pages, as they send no referrer, so
    /// that alone proves nothing and refuses nothing.
    fn same_site(&self, headers: &HeaderMap) -> bool {
        let site = headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin");
        let origin = headers.get(header::ORIGIN);
        site && origin.is_none_or(|origin| origin == "null" || *origin == self.origin)
    }

    fn field(&self, value: &str, token: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(value, token).finalize().into_bytes())
    }

    fn mac(&self, value: &str, token: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new(&self.key.into());
        for part in [value, token] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac
    }
}

/// The cookie, if there is exactly one.
fn cookie(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == COOKIE);
    let (_, value) = values.next()?;
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let parsed = |(name, value): &(&'static str, &str)| {
            (http::HeaderName::from_static(name), value.parse().unwrap())
        };
        pairs.iter().map(parsed).collect()
    }

    #[test]
    fn a_form_is_believed_with_its_cookie_and_token_only() {
        let proofs = Proofs::new("https://t.example.org/register").unwrap();
        let proof = proofs.issue(&HeaderMap::new(), "token").unwrap();
        let line = proof.cookie.unwrap().to_str().unwrap().to_owned();
        assert!(line.contains("; Secure; HttpOnly; SameSite=Strict"));
        let cookie = line.split(';').next().unwrap().to_owned();
        let with = |more: &[(&'static str, &str)]| headers(&[&[("cookie", cookie.as_str())], more].concat());
        assert!(proofs.holds(&with(&[]), "token", &proof.field));
        assert!(!proofs.holds(&with(&[]), "other", &proof.field));
        assert!(!proofs.holds(&HeaderMap::new(), "token", &proof.field));
        assert!(!proofs.holds(&with(&[]), "token", ""));
        assert!(!proofs.holds(&headers(&[("cookie", "__Host-enrol=forged")]), "token", &proof.field));
        assert!(!proofs.holds(&with(&[("cookie", "__Host-enrol=second")]), "token", &proof.field));
        for (name, value, expected) in [
            ("origin", "https://t.example.org", true),
            ("origin", "null", true),
            ("origin", "https://evil.example", false),
            ("sec-fetch-site", "same-origin", true),
            ("sec-fetch-site", "cross-site", false),
            ("sec-fetch-site", "same-site", false),
            ("sec-fetch-site", "none", false),
        ] {
            assert_eq!(
                proofs.holds(&with(&[(name, value)]), "token", &proof.field),
                expected,
                "{name} {value}"
            );
        }
        let other = Proofs::new("https://t.example.org/register").unwrap();
        assert!(!other.holds(&with(&[]), "token", &proof.field), "another run has another key");
    }
}
