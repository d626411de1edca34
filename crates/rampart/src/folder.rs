//! Reading a fleet folder: the only place that knows which files it has.

use std::{
    collections::BTreeMap,
    io::{self, Read},
};

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};
use fs_err as fs;
use manifest::{Files, Input, SIZE_LIMIT};

use crate::advice::Advice;

/// Folder of generated files inside a fleet folder.
pub(crate) const GENERATED: &str = "generated";
/// The manifest.
pub(crate) const FLEET: &str = "fleet.toml";
/// The indices that were given out.
pub(crate) const ALLOCATIONS: &str = "allocations.json";
/// Public halves of keys.
pub(crate) const KEYS: &str = "keys.json";
/// The manifest's part in a host's own folder.
const HOST: &str = "host.toml";
/// What `mkFleet` takes from a host's own folder (`modules/lib/fleet.nix`). To a flake a file that git does not know is not
/// there, so a host would be built without it, and nobody would notice.
const MODULES: [&str; 2] = ["hardware.nix", "default.nix"];

/// A fleet folder as read.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    /// The files.
    pub(crate) files: Files,
    /// Files over the size limit, with their size; they were not read.
    pub(crate) too_large: Vec<(Utf8PathBuf, u64)>,
}

/// Reads the folder at `path`.
pub(crate) fn read(path: &Utf8Path) -> Result<Folder> {
    must_be_fleet(path)?;
    let mut folder = Folder::default();
    folder.files.fleet = folder.input(path.join(FLEET))?.unwrap_or_default();
    folder.files.allocations = folder.input(path.join(ALLOCATIONS))?;
    folder.files.keys = folder.input(path.join(KEYS))?;
    for (host, file) in host_files(path)? {
        if let Some(input) = folder.input(file)? {
            folder.files.hosts.insert(host, input);
        }
    }
    Ok(folder)
}

/// The files that git must know before a flake sees the fleet.
pub(crate) fn sources(path: &Utf8Path) -> Result<Vec<Utf8PathBuf>> {
    let shared = [FLEET, ALLOCATIONS, KEYS].map(|name| path.join(name));
    let own = host_folders(path)?.into_iter().flat_map(|folder| {
        let names = std::iter::once(HOST).chain(MODULES);
        names.map(|name| folder.join(name)).collect::<Vec<_>>()
    });
    Ok(shared.into_iter().chain(own).filter(|file| file.exists() || is_link(file)).collect())
}

impl Folder {
    /// One file, unless it is not there. Links are followed; what they lead to must be a plain file, since reading a
    /// device or a pipe could last for ever.
    fn input(&mut self, path: Utf8PathBuf) -> Result<Option<Input>> {
        let metadata = match fs::metadata(&path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound && !is_link(&path) => return Ok(None),
            Err(error) => return Err(unreadable(&path, error).into()),
        };
        if !metadata.is_file() {
            let help = "put a plain file there, or remove it";
            return Err(Advice::new(format!("`{path}` is not a file"), help).into());
        }
        if metadata.len() > SIZE_LIMIT as u64 {
            self.too_large.push((path, metadata.len()));
            return Ok(None);
        }
        let mut bytes = Vec::new();
        let file = fs::File::open(&path).map_err(|error| unreadable(&path, error))?;
        // The file may grow between the two calls.
        file.take(SIZE_LIMIT as u64 + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&path, error))?;
        Ok(Some(Input { name: path.into_string(), bytes }))
    }
}

/// `<host>/host.toml` of every sub-folder that has one.
fn host_files(path: &Utf8Path) -> Result<BTreeMap<String, Utf8PathBuf>> {
    let mut found = BTreeMap::new();
    for folder in host_folders(path)? {
        let (name, file) = (folder.file_name().unwrap_or_default(), folder.join(HOST));
        if file.exists() || is_link(&file) {
            found.insert(name.to_owned(), file);
        }
    }
    Ok(found)
}

/// Sub-folders that may be a host's own.
fn host_folders(path: &Utf8Path) -> Result<Vec<Utf8PathBuf>> {
    let is_host = |entry: &Utf8PathBuf| {
        let name = entry.file_name().unwrap_or_default();
        name != GENERATED && !name.starts_with('.') && entry.is_dir()
    };
    Ok(entries(path)?.into_iter().filter(is_host).collect())
}

/// What lies in a folder. Names that are not UTF-8 are none of ours and left out.
pub(crate) fn entries(path: &Utf8Path) -> Result<Vec<Utf8PathBuf>> {
    let attempt = || -> io::Result<Vec<Utf8PathBuf>> {
        let paths: Vec<_> =
            fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
        Ok(paths.into_iter().filter_map(|path| Utf8PathBuf::from_path_buf(path).ok()).collect())
    };
    Ok(attempt().map_err(|error| unreadable(path, error))?)
}

fn must_be_fleet(path: &Utf8Path) -> Result<()> {
    let remedy = format!("write one with `rampart init {path}`, or name another folder with `--fleet DIR`");
    let fault = match fs::metadata(path) {
        Ok(metadata) if !metadata.is_dir() => format!("`{path}` is not a folder"),
        Ok(_) if path.join(FLEET).exists() || is_link(&path.join(FLEET)) => return Ok(()),
        Ok(_) => format!("`{path}` is not a fleet folder: it has no {FLEET}"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => format!("there is no folder `{path}`"),
        Err(error) => return Err(unreadable(path, error).into()),
    };
    Err(Advice::new(fault, remedy).into())
}

fn is_link(path: &Utf8Path) -> bool {
    path.is_symlink()
}

fn unreadable(path: &Utf8Path, error: io::Error) -> Advice {
    let help = "check that it exists and that you may read it";
    Advice::new(format!("`{path}` cannot be read"), help).because(error)
}
