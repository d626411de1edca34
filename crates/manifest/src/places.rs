//! Where each key of the manifest stands.

use std::collections::{BTreeSet, HashMap};

use diag::Place;

/// Key path (`host.edge-lon.edge.drain-time`, list items by number) → place.
#[derive(Debug, Clone, Default)]
pub struct Places {
    spots: HashMap<String, Spot>,
    refused: BTreeSet<String>,
    start: Option<Place>,
}

#[derive(Debug, Clone)]
struct Spot {
    key: Place,
    value: Place,
}

impl Places {
    /// Notes a key and its value. What was noted first stays; the place of that key is returned.
    pub(crate) fn note(&mut self, path: &str, key: Place, value: Place) -> Option<Place> {
        let first = self.spots.get(path).map(|spot| spot.key.clone());
        if first.is_none() {
            self.spots.insert(path.to_owned(), Spot { key, value });
        }
        first
    }

    /// Notes where the manifest starts.
    pub(crate) fn begin(&mut self, place: Place) {
        self.start.get_or_insert(place);
    }

    /// Notes that the value at `path` was refused, so that nobody complains about its absence.
    pub(crate) fn refuse(&mut self, path: &str) {
        self.refused.insert(path.to_owned());
    }

    /// Whether the value at `path` was refused, or the table around it.
    pub fn was_refused(&self, path: &str) -> bool {
        let around = path.match_indices('.').map(|(end, _)| &path[..end]);
        around.chain([path]).any(|path| self.refused.contains(path))
    }

    /// Whether the user wrote this key.
    pub fn has(&self, path: &str) -> bool {
        self.spots.contains_key(path)
    }

    /// The key at `path`, or the nearest table around it.
    pub fn key(&self, path: &str) -> Option<Place> {
        self.nearest(path).map(|(spot, _)| spot.key.clone())
    }

    /// The value at `path`, or the key of the nearest table around it.
    pub fn value(&self, path: &str) -> Option<Place> {
        self.nearest(path).map(|(spot, exact)| if exact { spot.value.clone() } else { spot.key.clone() })
    }

    /// The key at `path`, the nearest table around it, or, for what is missing as a whole, the start of the manifest.
    pub fn key_or_start(&self, path: &str) -> Option<Place> {
        self.key(path).or_else(|| self.start.clone())
    }

    /// The first of several paths that the user wrote, else the table around the first.
    pub fn first_of<'a>(&self, paths: impl IntoIterator<Item = &'a str> + Clone) -> Option<Place> {
        let written = paths.clone().into_iter().find(|path| self.has(path));
        written.or_else(|| paths.into_iter().next()).and_then(|path| self.value(path))
    }

    fn nearest(&self, path: &str) -> Option<(&Spot, bool)> {
        let mut at = path;
        loop {
            if let Some(spot) = self.spots.get(at) {
                return Some((spot, at == path));
            }
            at = at.rsplit_once('.')?.0;
        }
    }
}
