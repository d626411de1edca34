//! The optional GeoIP database. Whatever is wrong with it, people are steered without it.

use std::{
    io,
    net::IpAddr,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock, RwLockWriteGuard},
    time::SystemTime,
};

use fs_err as fs;
use maxminddb::{MaxMindDbError, Reader};
use serde::Deserialize;
use steering::Origin;
use values::{Latitude, Longitude, Position};

/// Largest file that is read: it lies in memory as a whole. The largest known city databases have about 130 MB.
const LIMIT: u64 = 256 * 1024 * 1024;

/// The database, where one is configured and could be read.
pub(crate) struct Geoip {
    file: Option<PathBuf>,
    loaded: RwLock<Loaded>,
}

#[derive(Default)]
struct Loaded {
    reader: Option<Arc<Reader<Vec<u8>>>>,
    /// Of the file that was tried last, so that a broken one is complained about once.
    tried: Option<Stamp>,
    missing_said: bool,
}

/// What tells one file from another without reading it. A new file may be as long and as old as the one it replaces.
#[derive(Clone, Copy, PartialEq)]
struct Stamp {
    inode: u64,
    modified: SystemTime,
    length: u64,
}

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    #[error("it has {0} bytes, more than are taken")]
    TooLarge(u64),
    #[error("it is broken: {0}")]
    Broken(#[from] MaxMindDbError),
}

/// What is read of a record. City and country databases of `MaxMind` and of others have these names.
#[derive(Deserialize)]
struct Record {
    country: Option<Country>,
    location: Option<Location>,
}

#[derive(Deserialize)]
struct Country {
    iso_code: Option<String>,
}

#[derive(Deserialize)]
struct Location {
    latitude: Option<f64>,
    longitude: Option<f64>,
}

impl Geoip {
    pub(crate) fn new(file: Option<&str>) -> Self {
        Self { file: file.map(PathBuf::from), loaded: RwLock::default() }
    }

    /// Whether there is a database in use.
    pub(crate) fn is_loaded(&self) -> bool {
        self.loaded.read().unwrap_or_else(PoisonError::into_inner).reader.is_some()
    }

    /// Reads the file if it is another one than before. The old database stays in use while the new one cannot be. Takes as
    /// long as reading the file takes; nobody waits for it.
    pub(crate) fn refresh(&self) {
        let Some(file) = &self.file else { return };
        let stamp = match stamp(file) {
            Ok(stamp) => stamp,
            Err(error) => {
                let said = std::mem::replace(&mut self.change().missing_said, true);
                if !said {
                    warn(file, &error.into());
                }
                return;
            }
        };
        {
            let mut loaded = self.change();
            loaded.missing_said = false;
            if loaded.tried.replace(stamp) == Some(stamp) {
                return;
            }
        }
        match open(file, stamp.length) {
            Ok(reader) => {
                let kind = &reader.metadata().database_type;
                tracing::info!(file = %file.display(), kind, "GeoIP database in use");
                self.change().reader = Some(Arc::new(reader));
            }
            Err(error) => warn(file, &error),
        }
    }

    fn change(&self) -> RwLockWriteGuard<'_, Loaded> {
        self.loaded.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where an address is, as far as the database knows.
    pub(crate) fn origin(&self, address: IpAddr) -> Option<Origin> {
        let reader = self.loaded.read().unwrap_or_else(PoisonError::into_inner).reader.clone()?;
        // An address of the other family, or a record of another shape, is just not known.
        let record: Record = reader.lookup(address).ok()?.decode().ok()??;
        let position = record.location.and_then(|location| {
            Some(Position {
                latitude: Latitude::try_from(location.latitude?).ok()?,
                longitude: Longitude::try_from(location.longitude?).ok()?,
            })
        });
        let country = record.country.and_then(|country| country.iso_code?.parse().ok());
        Some(Origin { country, position })
    }
}

fn stamp(file: &Path) -> io::Result<Stamp> {
    let found = fs::metadata(file)?;
    if !found.is_file() {
        return Err(io::Error::other("it is not a plain file"));
    }
    Ok(Stamp { inode: found.ino(), modified: found.modified()?, length: found.len() })
}

fn open(file: &Path, length: u64) -> Result<Reader<Vec<u8>>, Unusable> {
    if length > LIMIT {
        return Err(Unusable::TooLarge(length));
    }
    let reader = Reader::from_source(fs::read(file)?)?;
    reader.verify()?;
    Ok(reader)
}

fn warn(file: &Path, cause: &Unusable) {
    tracing::warn!(
        file = %file.display(), %cause,
        "the GeoIP database is not used; clients outside the regions' networks belong to the default region"
    );
}

#[cfg(test)]
#[path = "../tests/service/mmdb.rs"]
mod mmdb;

#[cfg(test)]
mod tests {
    use fs_err as fs;

    use super::{
        Geoip,
        mmdb::{Entry, database},
    };

    /// A database in which one network is in a country.
    fn world(country: &'static str) -> Vec<u8> {
        database(&[Entry { network: [192, 0, 2, 0].into(), prefix: 24, country, position: None }])
    }

    fn country(geoip: &Geoip) -> Option<String> {
        geoip.refresh();
        geoip.origin([192, 0, 2, 9].into())?.country.map(|country| country.to_string())
    }

    #[test]
    fn a_database_may_come_and_be_replaced_and_what_cannot_be_used_replaces_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("city.mmdb");
        let geoip = Geoip::new(file.to_str());
        assert_eq!((country(&geoip), geoip.is_loaded()), (None, false));
        fs::write(&file, world("JP")).unwrap();
        assert_eq!(country(&geoip).as_deref(), Some("JP"));
        // As a download does it: whole, and then in the place of the old one.
        let new = folder.path().join("city.mmdb.new");
        fs::write(&new, world("FR")).unwrap();
        fs::rename(&new, &file).unwrap();
        assert_eq!(country(&geoip).as_deref(), Some("FR"));
        fs::write(&file, b"<html>not found</html>").unwrap();
        assert_eq!(country(&geoip).as_deref(), Some("FR"));
        fs::remove_file(&file).unwrap();
        assert_eq!((country(&geoip).as_deref(), geoip.is_loaded()), (Some("FR"), true));
    }
}
