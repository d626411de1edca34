//! Replacing a file in one step.

use std::{
    io::{self, Write as _},
    path::Path,
};

use fs_err::{self as fs, os::unix::fs::OpenOptionsExt as _};

/// Writes a file that has this mode from its first byte on, and returns when it is on the disk. Whatever happens meanwhile,
/// there is the old content or the new one.
pub fn replace(file: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    let next = file.with_added_extension("tmp");
    match fs::remove_file(&next) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut out = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(&next)?;
    out.write_all(content)?;
    out.sync_all()?;
    fs::rename(&next, file)?;
    match file.parent() {
        Some(folder) => fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use fs_err as fs;

    use super::replace;

    #[test]
    fn the_content_is_new_the_mode_is_kept_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        // What a killed program left behind.
        fs::write(folder.path().join("secret.tmp"), "half").unwrap();
        for content in ["one", "two"] {
            replace(&file, content.as_bytes(), 0o400).unwrap();
            assert_eq!(fs::read_to_string(&file).unwrap(), content);
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o400);
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }
}
