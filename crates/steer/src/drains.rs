//! The drain folder: a file named like a host says that the host is draining. It is how `rampart-steer drain` reaches the
//! running program, and it outlives a restart. The manifest's own word (`edge.draining-since`) comes with the configuration.

use std::{collections::BTreeSet, io, os::unix::fs::DirBuilderExt, path::Path};

use fs_err::{self as fs, os::unix::fs::OpenOptionsExt};
use values::Name;

/// The hosts that the folder names. A folder that is not there names none; other names than those of hosts are left alone.
pub fn read(folder: &Path) -> io::Result<BTreeSet<Name>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(error) => return Err(error),
    };
    let mut hosts = BTreeSet::new();
    for entry in entries {
        let name = entry?.file_name();
        hosts.extend(name.to_str().and_then(|name| name.parse::<Name>().ok()));
    }
    Ok(hosts)
}

/// Says that a host is draining.
pub fn add(folder: &Path, host: &Name) -> io::Result<()> {
    // The program is another user and must read it.
    std::fs::DirBuilder::new().recursive(true).mode(0o755).create(folder)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o644).open(folder.join(host.as_str())).map(drop)
}

/// Takes it back.
pub fn remove(folder: &Path, host: &Name) -> io::Result<()> {
    match fs::remove_file(folder.join(host.as_str())) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use fs_err as fs;

    use super::{add, read, remove};

    #[test]
    fn a_host_is_draining_while_its_file_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("draining");
        let host = "edge-lon".parse().unwrap();
        assert!(read(&folder).unwrap().is_empty());
        add(&folder, &host).unwrap();
        add(&folder, &host).unwrap();
        fs::write(folder.join("Not a host"), "").unwrap();
        assert_eq!(read(&folder).unwrap().into_iter().collect::<Vec<_>>(), std::slice::from_ref(&host));
        remove(&folder, &host).unwrap();
        remove(&folder, &host).unwrap();
        assert!(read(&folder).unwrap().is_empty());
    }
}
