//! How the tenant's page looks.

use std::{io, path::Path};

use fs_err as fs;
use values::Colour;

const STYLE: &str = include_str!("../templates/style.css");
/// A logo is small.
const LONGEST_LOGO: u64 = 512 * 1024;

/// A picture and what it is.
#[derive(Debug, Clone)]
pub(crate) struct Logo {
    pub(crate) bytes: Vec<u8>,
    pub(crate) kind: &'static str,
}

/// The style sheet with the tenant's colour.
pub(crate) fn style(colour: &Colour) -> String {
    let on = if luminance(colour.as_str()) > BALANCE { "#000000" } else { "#ffffff" };
    STYLE.replace("@COLOUR@", colour.as_str()).replace("@ON_COLOUR@", on)
}

/// Here black and white have the same contrast, 4.58 : 1; on either side the better one has more, so that both meet
/// WCAG 2.2, success criterion 1.4.3 (4.5 : 1).
const BALANCE: f64 = 0.179;

/// Relative luminance (WCAG 2.2, "relative luminance").
fn luminance(colour: &str) -> f64 {
    let part = |at: usize| {
        let digits = colour.get(at..at + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let value = f64::from(digits.unwrap_or_default()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

/// Reads the logo. Its kind is what its first bytes say.
pub(crate) fn logo(file: &Path) -> io::Result<Logo> {
    if fs::metadata(file)?.len() > LONGEST_LOGO {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the logo is larger than 512 KiB"));
    }
    let bytes = fs::read(file)?;
    let kind = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        "image/png"
    } else if bytes.trim_ascii_start().starts_with(b"<svg") || bytes.trim_ascii_start().starts_with(b"<?xml")
    {
        "image/svg+xml"
    } else {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the logo is neither PNG nor SVG"));
    };
    Ok(Logo { bytes, kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_on_every_colour_can_be_read() {
        let contrast = |one: f64, other: f64| (one.max(other) + 0.05) / (one.min(other) + 0.05);
        for red in (0..=255).step_by(15) {
            for green in (0..=255).step_by(15) {
                for blue in (0..=255).step_by(15) {
                    let text = format!("#{red:02x}{green:02x}{blue:02x}");
                    let style = style(&text.parse().unwrap());
                    let on = if style.contains("color: #000000;") { 0.0 } else { 1.0 };
                    assert!(contrast(luminance(&text), on) >= 4.5, "{text}");
                }
            }
        }
    }
}
