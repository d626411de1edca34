//! Syntax by rnix, format by `nixfmt_rs`, which writes what the official formatter writes.

use rnix::Root;

/// Every error of syntax.
pub(super) fn syntax(source: &str) -> Vec<String> {
    Root::parse(source).errors().iter().map(|error| format!(": {error}")).collect()
}

/// The first line that the formatter would write in another way.
pub(super) fn unformatted(source: &str) -> Option<String> {
    let formatted = match formatted(source) {
        Ok(formatted) if formatted == source => return None,
        Ok(formatted) => formatted,
        Err(complaint) => return Some(complaint),
    };
    let same = source.lines().zip(formatted.lines()).take_while(|(now, wanted)| now == wanted).count();
    Some(format!(":{}: is not formatted; run `cargo xtask fmt-nix`", same + 1))
}

/// The text as the formatter writes it.
pub(super) fn formatted(source: &str) -> Result<String, String> {
    nixfmt_rs::format(source).map_err(|error| format!(": {}", nixfmt_rs::format_error(source, None, &error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_syntax_are_found() {
        assert!(!syntax("{ a = 1 }").is_empty());
        assert!(syntax("{ a = 1; }").is_empty());
    }

    #[test]
    fn the_first_line_in_another_format_is_named() {
        assert_eq!(unformatted("{\n  a = 1;\n}\n"), None);
        let complaint = unformatted("{\n  a = 1;\n    b = 2;\n}\n");
        assert_eq!(complaint.as_deref(), Some(":3: is not formatted; run `cargo xtask fmt-nix`"));
    }
}
