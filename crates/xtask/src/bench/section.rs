//! A section of a page of the documentation that a bench writes.

use anyhow::{Context as _, Result};
use fs_err as fs;

use crate::repository;

const END: &str = "<!-- end -->\n";

/// Puts the section into the page, between the line that names the task and the next end.
pub(super) fn write(page: &str, task: &str, section: &str) -> Result<()> {
    let file = repository::root().join(page);
    let text = replaced(&fs::read_to_string(&file)?, task, section).with_context(|| page.to_owned())?;
    fs::write(file, text)?;
    Ok(())
}

/// The page with another section between its marks.
fn replaced(page: &str, task: &str, section: &str) -> Result<String> {
    let begin = format!("<!-- begin: cargo xtask {task} --write -->\n");
    let lacks = |mark: &str| format!("it has no line `{}`", mark.trim_end());
    let (before, rest) = page.split_once(&begin).with_context(|| lacks(&begin))?;
    let (_, after) = rest.split_once(END).with_context(|| lacks(END))?;
    Ok(format!("{before}{begin}{section}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_is_replaced() {
        let page = |text: &str| format!("a\n<!-- begin: cargo xtask x --write -->\n{text}{END}z\n");
        assert_eq!(replaced(&page("old\n"), "x", "new\n").unwrap(), page("new\n"));
        assert!(replaced("a\n", "x", "new\n").unwrap_err().to_string().contains("has no line"));
    }
}
