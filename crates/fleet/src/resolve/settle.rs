//! Settling layers, and complaining about what is missing.

use std::collections::BTreeMap;

use diag::{Diagnostic, Kind, Report};
use manifest::Places;
use options::{Layer, Unsettled};
use values::Name;

/// Settles layers and collects complaints.
pub(crate) struct Settler<'a> {
    pub(crate) places: &'a Places,
    report: Report,
}

impl<'a> Settler<'a> {
    /// A settler that finds places in `places`.
    pub(crate) fn new(places: &'a Places) -> Self {
        Self { places, report: Report::new() }
    }

    /// Takes over the complaints of other settlers.
    pub(crate) fn absorb(&mut self, complaints: impl IntoIterator<Item = Report>) {
        self.report.extend(complaints.into_iter().flatten());
    }

    /// The complaints.
    pub(crate) fn finish(self) -> Report {
        self.report
    }

    /// Adds a complaint.
    pub(crate) fn complain(&mut self, diagnostic: impl Into<Diagnostic>) {
        self.report.push(diagnostic);
    }

    /// Complains that the option at `path` is missing, unless its value was refused before.
    pub(crate) fn missing(&mut self, path: &str) {
        if !self.places.was_refused(path) {
            let kind = Kind::OptionMissing { key: path.to_owned() };
            self.report.push(Diagnostic::new(kind).at(self.places.key_or_start(path)));
        }
    }

    /// Settles the layer of the table at `path`.
    pub(crate) fn settle<L: Layer>(&mut self, layer: L, path: &str) -> Option<L::Settled> {
        let mut unsettled = Unsettled::default();
        let settled = layer.settle(&mut unsettled);
        for option in unsettled.missing() {
            self.missing(&format!("{path}.{option}"));
        }
        settled
    }

    /// Settles every table of a kind; all of them, so that all complaints come in one run.
    pub(crate) fn all<L: Layer + Clone>(
        &mut self,
        layers: &BTreeMap<Name, L>,
        kind: &str,
    ) -> Option<BTreeMap<Name, L::Settled>> {
        let settled: Vec<Option<(Name, L::Settled)>> = layers
            .iter()
            .map(|(name, layer)| {
                let settled = self.settle(layer.clone(), &format!("{kind}.{name}"));
                settled.map(|settled| (name.clone(), settled))
            })
            .collect();
        settled.into_iter().collect()
    }
}
