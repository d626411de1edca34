//! The bot in numbers.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use chatops::{Figures, TenantFigures, Trouble};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric, text},
    metrics::{counter::ConstCounter, gauge::ConstGauge},
    registry::Registry,
};
use serde_json::Value;

/// What is known now.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    connected: AtomicBool,
    gaps: AtomicU64,
    figures: Mutex<Figures>,
}

impl Numbers {
    /// Whether the homeserver answered the last sync.
    pub(crate) fn connected(&self, yes: bool) {
        self.connected.store(yes, Ordering::Relaxed);
    }

    /// Events were left out of a sync.
    pub(crate) fn gap(&self) {
        self.gaps.fetch_add(1, Ordering::Relaxed);
    }

    /// What the desk counts.
    pub(crate) fn show(&self, figures: &Figures) {
        figures.clone_into(&mut self.figures.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// The text for Prometheus.
pub(crate) fn text(numbers: &std::sync::Arc<Numbers>) -> String {
    let mut registry = Registry::with_prefix("rampart_bot");
    registry.register_collector(Box::new(Page(std::sync::Arc::clone(numbers))));
    let mut out = String::new();
    // Writing into a text cannot fail.
    let _ = text::encode(&mut out, &registry);
    out
}

#[derive(Debug)]
struct Page(std::sync::Arc<Numbers>);

impl Collector for Page {
    fn encode(&self, mut out: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let numbers = &self.0;
        let figures = numbers.figures.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let connected = i64::from(numbers.connected.load(Ordering::Relaxed));
        one(
            &mut out,
            "connected",
            "Whether the homeserver answered the last sync",
            &ConstGauge::new(connected),
        )?;
        let gaps = numbers.gaps.load(Ordering::Relaxed);
        one(&mut out, "gaps", "Syncs that left events out", &ConstCounter::new(gaps))?;
        let revoked = "Tokens that were ended because their issuer has left";
        one(&mut out, "revoked", revoked, &ConstCounter::new(figures.revoked))?;
        let orders = figures.orders.iter().map(|((command, end), count)| {
            let labels = vec![("command", (*command).to_owned()), ("end", end.as_str().to_owned())];
            (labels, ConstCounter::new(*count))
        });
        each(&mut out, "orders", "Orders by command and end", &ConstCounter::new(0_u64), orders)?;
        tenants(&mut out, &figures)
    }
}

fn tenants(out: &mut DescriptorEncoder<'_>, figures: &Figures) -> std::fmt::Result {
    let of = |value: fn(&TenantFigures) -> Option<i64>| {
        figures.tenants.iter().filter_map(move |(name, tenant)| {
            Some((vec![("tenant", name.clone())], ConstGauge::new(value(tenant)?)))
        })
    };
    let kind = ConstGauge::new(0_i64);
    each(out, "open_tokens", "Open tokens", &kind, of(|tenant| i64::try_from(tenant.open_tokens).ok()))?;
    let valid = of(|tenant| tenant.status.as_ref().map(|(_, status)| i64::from(status.valid_tokens)));
    each(out, "valid_tokens", "Valid tokens on the guests' server, as its broker says", &kind, valid)?;
    let time = of(|tenant| tenant.status.as_ref().map(|(time, _)| time.as_second()));
    each(out, "status_time_seconds", "When the broker said how closed the guests' server is", &kind, time)?;
    let alarms = figures.tenants.iter().flat_map(|(name, tenant)| {
        let labels = |alarm: &Trouble| vec![("tenant", name.clone()), ("alarm", word(*alarm))];
        tenant.alarms.iter().map(move |alarm| (labels(alarm), ConstGauge::new(1_i64)))
    });
    each(out, "alarm", "What is wrong now", &kind, alarms)
}

/// As the ledger spells it.
fn word(alarm: Trouble) -> String {
    match serde_json::to_value(alarm) {
        Ok(Value::String(word)) => word,
        _ => "unknown".to_owned(),
    }
}

fn one(
    out: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    value: &impl EncodeMetric,
) -> std::fmt::Result {
    value.encode(out.encode_descriptor(name, help, None, value.metric_type())?)
}

/// `kind` says which kind they are where there are none.
fn each<M: EncodeMetric>(
    out: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    kind: &M,
    values: impl IntoIterator<Item = (Vec<(&'static str, String)>, M)>,
) -> std::fmt::Result {
    let mut family = out.encode_descriptor(name, help, None, kind.metric_type())?;
    for (labels, value) in values {
        value.encode(family.encode_family(&labels)?)?;
    }
    Ok(())
}
