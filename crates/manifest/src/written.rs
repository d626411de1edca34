//! The manifest as written, and the reader that builds it file by file.

use std::collections::BTreeMap;

use diag::{Diagnostic, Kind, Place, Report, Sources};
use options::{Describe, OptionSet};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use settings::{fleet, host, region, tenant};
use values::{Milliseconds, Name};

use crate::{
    Input, PART_NAMES, Parsed, Parts, Places, SIZE_LIMIT,
    parts::PartSets,
    record::{Allocations, PublicKeys},
    table::{Context, plain},
    tree,
};

/// The manifest as written: every option may be unset.
#[derive(Debug, Default)]
pub struct Written {
    /// `[fleet]`.
    pub fleet: fleet::FleetLayer,
    /// `[region.<name>]`.
    pub regions: BTreeMap<Name, region::RegionLayer>,
    /// `[link.<region>]`: measured round trips in milliseconds towards other regions.
    pub links: BTreeMap<Name, BTreeMap<Name, Milliseconds>>,
    /// `[tenant.<name>]`.
    pub tenants: BTreeMap<Name, tenant::TenantLayer>,
    /// `[host.<name>]`.
    pub hosts: BTreeMap<Name, WrittenHost>,
    /// Fleet-wide defaults of roles and parts.
    pub defaults: Parts,
    /// Indices that were given out before.
    pub allocations: Allocations,
    /// Public halves of keys.
    pub keys: PublicKeys,
    /// Where everything stands.
    pub places: Places,
}

/// One host as written.
#[derive(Debug, Default, Clone)]
pub struct WrittenHost {
    /// The host's own keys.
    pub host: host::HostLayer,
    /// What it sets of roles and parts.
    pub parts: Parts,
}

/// The place of `allocations.json` in [`Places`].
pub const ALLOCATIONS: &str = "allocations.json";
/// The place of `keys.json`.
const KEYS: &str = "keys.json";

/// Top-level tables besides the parts.
const TABLES: [&str; 5] = ["fleet", "region", "link", "host", "tenant"];

/// Builds the manifest file by file.
pub(crate) struct Reader {
    written: Written,
    report: Report,
    sources: Sources,
    sets: PartSets,
    host_set: OptionSet,
    region_set: OptionSet,
    tenant_set: OptionSet,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            written: Written::default(),
            report: Report::new(),
            sources: Sources::new(),
            sets: PartSets::default(),
            host_set: host::Host::describe(),
            region_set: region::Region::describe(),
            tenant_set: tenant::Tenant::describe(),
        }
    }
}

impl Reader {
    /// Reads `fleet.toml`.
    pub(crate) fn fleet(&mut self, input: Input) {
        let Some((file, text)) = self.text(input) else {
            // Nobody shall miss what stands in a file that could not be read.
            for table in TABLES {
                self.written.places.refuse(table);
            }
            return;
        };
        self.written.places.begin(Place::new(file, 0..0));
        let mut top = tree::read(&text, file, "", &mut self.written.places, &mut self.report);
        let (mut context, sets) = self.context();
        let defaults = Parts::take(&mut top, "", &mut context, sets.parts);
        self.written.defaults = defaults;
        if let Some(table) = self.table(&mut top, "fleet") {
            self.written.fleet = self.context().0.layer(table, "fleet", &fleet::Fleet::describe());
        }
        self.written.regions = self.named(&mut top, "region", |reader, table, path| {
            let (mut context, sets) = reader.context();
            context.layer(table, path, sets.region)
        });
        self.written.tenants = self.named(&mut top, "tenant", |reader, table, path| {
            let (mut context, sets) = reader.context();
            context.layer(table, path, sets.tenant)
        });
        self.written.hosts = self.named(&mut top, "host", Self::host_table);
        self.written.links = match top.remove("link") {
            Some(table) => self.context().0.typed(table, "link", None),
            None => BTreeMap::new(),
        };
        // `#:schema` users write `$schema` as a key in some editors.
        top.remove("$schema");
        for key in top.keys() {
            let known = TABLES.iter().chain(PART_NAMES).copied();
            self.context().0.unknown(key, "", known);
        }
    }

    /// Reads `<host>/host.toml`; its keys are those of `[host.<host>]`.
    pub(crate) fn host(&mut self, name: &str, input: Input) {
        let Some((file, text)) = self.text(input) else { return };
        let prefix = tree::join("host", name);
        let table = tree::read(&text, file, &prefix, &mut self.written.places, &mut self.report);
        let mut own = self.host_table(table, &prefix);
        let Ok(name) = name.parse::<Name>() else {
            let detail = format!("the folder `{name}` is not named like a host");
            self.context().0.invalid("host", &[], &detail);
            return;
        };
        if let Some(shared) = self.written.hosts.remove(&name) {
            own.host = options::Layer::over(own.host, shared.host);
            own.parts = own.parts.over(shared.parts);
        }
        self.written.hosts.insert(name, own);
    }

    /// Reads `allocations.json`.
    pub(crate) fn allocations(&mut self, input: Option<Input>) {
        self.written.allocations = self.record(input, ALLOCATIONS);
    }

    /// Reads `keys.json`.
    pub(crate) fn keys(&mut self, input: Option<Input>) {
        self.written.keys = self.record(input, KEYS);
    }

    /// What was read.
    pub(crate) fn finish(self) -> Parsed {
        Parsed { written: self.written, report: self.report, sources: self.sources }
    }

    fn host_table(&mut self, mut table: Map<String, Value>, path: &str) -> WrittenHost {
        let (mut context, sets) = self.context();
        let parts = Parts::take(&mut table, path, &mut context, sets.parts);
        context.unknown_keys(&mut table, path, sets.host, PART_NAMES);
        WrittenHost { host: context.typed(Value::Object(table), path, Some(sets.host)), parts }
    }

    /// A table of named tables, such as `[region.<name>]`.
    fn named<T>(
        &mut self,
        top: &mut Map<String, Value>,
        kind: &str,
        mut read: impl FnMut(&mut Self, Map<String, Value>, &str) -> T,
    ) -> BTreeMap<Name, T> {
        let mut out = BTreeMap::new();
        for (key, value) in self.table(top, kind).unwrap_or_default() {
            let path = tree::join(kind, &key);
            match (key.parse::<Name>(), value) {
                (Ok(name), Value::Object(table)) => {
                    let item = read(self, table, &path);
                    out.insert(name, item);
                }
                (Err(error), _) => self.context().0.invalid(&path, &[], &error.to_string()),
                (_, _) => self.context().0.invalid(&path, &[], "a table is expected here"),
            }
        }
        out
    }

    fn table(&mut self, top: &mut Map<String, Value>, key: &str) -> Option<Map<String, Value>> {
        let Value::Object(table) = top.remove(key)? else {
            self.context().0.invalid(key, &[], "a table is expected here");
            return None;
        };
        Some(table)
    }

    /// A file of Rampart's own. It is one place as a whole, under its name.
    fn record<T: DeserializeOwned + Default>(&mut self, input: Option<Input>, name: &str) -> T {
        let Some((file, text)) = input.and_then(|input| self.text(input)) else { return T::default() };
        self.written.places.note(name, Place::new(file, 0..0), Place::new(file, 0..0));
        match serde_json::from_str(&text) {
            Ok(record) => record,
            Err(error) => {
                let at = offset(&text, error.line(), error.column());
                let kind = Kind::RecordInvalid { detail: plain(&error.to_string()) };
                self.report.push(Diagnostic::new(kind).at(Place::new(file, at..at)));
                T::default()
            }
        }
    }

    /// Takes the text of a file, unless it is too large or no text.
    fn text(&mut self, input: Input) -> Option<(usize, String)> {
        let bytes = input.bytes.len();
        let (text, fault) = if bytes > SIZE_LIMIT {
            (String::new(), Some(Kind::FileTooLarge { bytes: bytes as u64, limit: SIZE_LIMIT as u64 }))
        } else {
            match String::from_utf8(input.bytes) {
                Ok(text) => (text, None),
                Err(error) => {
                    let at = error.utf8_error().valid_up_to();
                    let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                    let file = self.sources.add(input.name, text);
                    let kind = Kind::EncodingInvalid {};
                    self.report.push(Diagnostic::new(kind).at(Place::new(file, at..at + 1)));
                    return None;
                }
            }
        };
        let file = self.sources.add(input.name, text.clone());
        if let Some(kind) = fault {
            self.report.push(Diagnostic::new(kind).at(Place::new(file, 0..0)));
            return None;
        }
        Some((file, text))
    }

    fn context(&mut self) -> (Context<'_>, SetRefs<'_>) {
        let context = Context { places: &mut self.written.places, report: &mut self.report };
        let sets = SetRefs {
            parts: &self.sets,
            host: &self.host_set,
            region: &self.region_set,
            tenant: &self.tenant_set,
        };
        (context, sets)
    }
}

struct SetRefs<'a> {
    parts: &'a PartSets,
    host: &'a OptionSet,
    region: &'a OptionSet,
    tenant: &'a OptionSet,
}

/// Byte offset of a 1-based line and column, for JSON errors.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (start + column.saturating_sub(1)).min(text.len())
}
