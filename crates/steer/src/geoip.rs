//! The optional GeoIP database. Whatever is wrong with it, people are steered without it.

use std::{
    io,
    net::IpAddr,
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
    tried: Option<(SystemTime, u64)>,
    missing_said: bool,
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
        match open(file, stamp.1) {
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

fn stamp(file: &Path) -> io::Result<(SystemTime, u64)> {
    let found = fs::metadata(file)?;
    if !found.is_file() {
        return Err(io::Error::other("it is not a plain file"));
    }
    Ok((found.modified()?, found.len()))
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
