//! Layers: the same options, each perhaps unset. Defaults are applied last, when a layer settles.

/// The form of an option set in which every option may be unset, as written in one table of the manifest.
pub trait Layer: Sized + Default {
    /// The form in which every option has its value.
    type Settled;

    /// This layer, completed by what `below` sets and this one does not.
    #[must_use]
    fn over(self, below: Self) -> Self;

    /// Applies the defaults. Options without a value are named in `unsettled`, and then there is no result.
    fn settle(self, unsettled: &mut Unsettled) -> Option<Self::Settled>;
}

/// A set that can stand as a group inside another: names its layer.
pub trait Group {
    /// The layer of the group.
    type Layer: Layer<Settled = Self>;
}

/// Where in a set we are, and which options turned out to have no value.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Unsettled {
    prefix: Vec<String>,
    missing: Vec<String>,
}

impl Unsettled {
    /// Notes that the option `ident` at the current place has no value.
    pub fn note(&mut self, ident: &str) {
        let mut path = self.prefix.clone();
        path.push(crate::kebab(ident));
        self.missing.push(path.join("."));
    }

    /// Runs `inside` with the group `ident` as the current place.
    pub fn within<T>(&mut self, ident: &str, inside: impl FnOnce(&mut Self) -> T) -> T {
        self.prefix.push(crate::kebab(ident));
        let out = inside(self);
        self.prefix.pop();
        out
    }

    /// Dotted kebab-case paths of the options that have no value.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }
}
