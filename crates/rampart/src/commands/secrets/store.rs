//! The folder of the secrets: `DIR/<host>/<name>`, or `DIR/<host>/<name>.age` for an encrypted one. The only place that
//! reads and writes values.

use std::{
    fs::{DirBuilder, Metadata, Permissions},
    io::{self, ErrorKind, Read, Write},
    os::unix::fs::{DirBuilderExt, PermissionsExt},
};

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};
use fs_err as fs;
use secrets::{Finding, Held, Holdings, Identities, Need, Place, SecretValue};
use zeroize::Zeroizing;

use crate::advice::Advice;

/// Ending of an encrypted file; agenix and `age` know it.
const SEALED: &str = ".age";
/// Longest file that is read as a secret; certificate chains are the longest.
const LIMIT: usize = 1 << 20;
/// What people keep beside the folders of the hosts.
const BESIDE: [&str; 2] = ["secrets.nix", "README.md"];

/// How secrets lie in the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As they are.
    Plain,
    /// Encrypted.
    Sealed,
}

/// The folder.
pub(super) struct Store<'a> {
    folder: &'a Utf8Path,
}

impl<'a> Store<'a> {
    /// The folder at this path, which need not be there.
    pub(super) fn at(folder: &'a Utf8Path) -> Self {
        Self { folder }
    }

    /// Whether the folder is there.
    pub(super) fn exists(&self) -> bool {
        self.folder.is_dir()
    }

    /// Path of a secret.
    pub(super) fn path(&self, place: &Place, form: Form) -> Utf8PathBuf {
        let end = if form == Form::Sealed { SEALED } else { "" };
        self.folder.join(&place.host).join(format!("{}{end}", place.name))
    }

    /// What is there of what is needed. `wanted` is the form that counts; a plain file is missing for who wants it
    /// encrypted, but its value is known.
    pub(super) fn holdings(&self, needs: &[Need], wanted: Form, keys: &Identities) -> Result<Holdings> {
        let mut held = Holdings::new();
        for place in needs.iter().flat_map(Need::places) {
            let plain = read(&self.path(&place, Form::Plain))?.map(|bytes| SecretValue::new(&bytes));
            let sealed = read(&self.path(&place, Form::Sealed))?;
            let is_there = sealed.is_some() || (plain.is_some() && wanted == Form::Plain);
            let opened = sealed.filter(|_| plain.is_none()).and_then(|sealed| keys.open(&sealed).ok());
            held.insert(place, Held { is_there, value: plain.or(opened) });
        }
        Ok(held)
    }

    /// Every file and folder, as the file system shows it.
    pub(super) fn findings(&self, needs: &[Need]) -> Result<Vec<Finding>> {
        let mut found = Vec::new();
        if !self.exists() {
            return Ok(found);
        }
        for (name, path) in entries(self.folder)? {
            let metadata = fs::symlink_metadata(&path)?;
            if !metadata.is_dir() {
                if !name.starts_with('.') && !BESIDE.contains(&name.as_str()) {
                    found.push(finding(name, &metadata, false, false));
                }
                continue;
            }
            if name.starts_with('.') {
                continue;
            }
            let is_host = needs.iter().any(|need| need.hosts.contains(&name));
            let mut all_sealed = true;
            for (file, path) in entries(&path)? {
                let (secret, is_sealed) = match file.strip_suffix(SEALED) {
                    Some(secret) => (secret, true),
                    None => (file.as_str(), false),
                };
                all_sealed &= is_sealed;
                let named = || needs.iter().filter(|need| need.name == secret);
                let is_needed = named().any(|need| need.hosts.contains(&name));
                let one =
                    finding(format!("{name}/{file}"), &fs::symlink_metadata(&path)?, is_needed, is_sealed);
                let is_elsewhere = is_host && !is_needed && named().next().is_some();
                found.push(Finding { is_elsewhere, ..one });
            }
            found.push(finding(name, &metadata, is_host, all_sealed));
        }
        let all_sealed = found.iter().all(|one| one.is_sealed || one.is_folder);
        found.push(finding(self.folder.to_string(), &fs::metadata(self.folder)?, true, all_sealed));
        Ok(found)
    }

    /// Writes a secret that is not there. Never over a file: what is there by now stays, and this fails.
    pub(super) fn put(&self, place: &Place, form: Form, bytes: &[u8]) -> Result<()> {
        let path = self.path(place, form);
        write_new(&path, form, bytes).map_err(|error| {
            let help =
                "check that you may write there; run the command again to go on, nothing is made twice";
            Advice::new(format!("`{path}` cannot be written"), help).because(error).into()
        })
    }
}

/// The file appears with its whole content and its mode, or not at all.
fn write_new(path: &Utf8Path, form: Form, bytes: &[u8]) -> io::Result<()> {
    let (file_mode, folder_mode) = match form {
        Form::Plain => (0o400, 0o700),
        Form::Sealed => (0o644, 0o755),
    };
    let folder = path.parent().unwrap_or(Utf8Path::new("."));
    DirBuilder::new().recursive(true).mode(folder_mode).create(folder)?;
    let mut builder = tempfile::Builder::new();
    let mut file =
        builder.prefix(".rampart-").permissions(Permissions::from_mode(file_mode)).tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

fn finding(path: String, metadata: &Metadata, is_needed: bool, is_sealed: bool) -> Finding {
    Finding {
        path,
        mode: metadata.permissions().mode(),
        is_folder: metadata.is_dir(),
        is_plain: metadata.is_file() || metadata.is_dir(),
        is_sealed,
        is_needed,
        is_elsewhere: false,
    }
}

/// The bytes of a plain file; nothing when it is not there. What is no plain file is not read: that is a complaint.
fn read(path: &Utf8Path) -> Result<Option<Zeroizing<Vec<u8>>>> {
    let unreadable = |error| {
        let help = "run the command as the user who owns the secrets";
        Advice::new(format!("`{path}` cannot be read"), help).because(error)
    };
    let length = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => metadata.len(),
        Ok(_) => return Ok(None),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(unreadable(error).into()),
    };
    let length = usize::try_from(length).unwrap_or(LIMIT).min(LIMIT);
    // Room for all of it from the start: a vector that grows leaves parts of the secret behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(length + 1));
    let file = fs::File::open(path).map_err(unreadable)?;
    file.take(length as u64).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(Some(bytes))
}

/// Names and paths in a folder, sorted.
fn entries(folder: &Utf8Path) -> Result<Vec<(String, Utf8PathBuf)>> {
    let mut all = folder
        .read_dir_utf8()?
        .map(|entry| entry.map(|entry| (entry.file_name().to_owned(), entry.into_path())))
        .collect::<io::Result<Vec<_>>>()?;
    all.sort();
    Ok(all)
}
