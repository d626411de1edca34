//! How far a local option reaches. It may be set in Nix, which knows one host: so it changes the one key that it feeds, or
//! nothing of what is rendered, and a Nix module alone reads it. Whatever reaches further is derived and read-only.

use anyhow::Result;
use options::Scope;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::{Asked, Fleet, Outcome, trials};

/// Local options with what they change besides the key that they feed.
pub(super) fn astray(asked: &[Asked], fleets: &[Fleet], before: &[Outcome]) -> Result<Vec<String>> {
    let sets: Vec<_> = settings::nixos_sets().iter().map(|set| set.set).collect();
    let asked: Vec<&Asked> = asked.iter().filter(|asked| sets.contains(&asked.set)).collect();
    let told = |asked: &&Asked| {
        Ok(strayed(asked, fleets, before)?.map(|path| {
            format!(
                "`{}` can be set in Nix, but changes `{path}` of a host, too: it must be `derived`",
                asked.name()
            )
        }))
    };
    let found: Result<Vec<_>> = asked.par_iter().map(told).collect();
    Ok(found?.into_iter().flatten().collect())
}

/// The first place that the option must not reach.
pub(super) fn strayed(asked: &Asked, fleets: &[Fleet], before: &[Outcome]) -> Result<Option<String>> {
    let own: Vec<&str> = match asked.option.scope {
        Scope::Derived => return Ok(None),
        Scope::Local => Vec::new(),
        Scope::Feeds { unit, key } => ["services", unit].into_iter().chain(key.iter().copied()).collect(),
    };
    let is_own = |path: &[String]| {
        !own.is_empty() && path.iter().map(String::as_str).take(own.len()).eq(own.iter().copied())
    };
    for trial in trials(asked, fleets, before) {
        let (after, before) = trial?;
        if let Some(path) = after.differences(before).iter().find(|path| !is_own(path)) {
            return Ok(Some(path.join(".")));
        }
    }
    Ok(None)
}
