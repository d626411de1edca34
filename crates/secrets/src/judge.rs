//! Looking for faults in what is there.

use std::collections::BTreeMap;

use diag::{Diagnostic, Kind as Complaint, Report};

use crate::{Holdings, Kind, Need, Place, SecretValue, complete::differs, form, tunnel};

/// A file or folder as the file system shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Path below the folder of the secrets.
    pub path: String,
    /// Its permission bits.
    pub mode: u32,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Whether it is a plain file or a folder, and no link, device or pipe.
    pub is_plain: bool,
    /// Whether its content is encrypted, so that everybody may read the file.
    pub is_sealed: bool,
    /// Whether the fleet asks for it.
    pub is_needed: bool,
    /// Whether it lies with one of the fleet's hosts, but only others need a secret of this name.
    pub is_elsewhere: bool,
}

/// Faults of files and folders, whatever is in them.
pub fn judge_files(found: &[Finding]) -> Report {
    found.iter().filter_map(fault_of_file).collect()
}

fn fault_of_file(found: &Finding) -> Option<Complaint> {
    let (path, mode) = (found.path.clone(), format!("{:04o}", found.mode & 0o7777));
    if found.is_elsewhere {
        return Some(Complaint::SecretMisplaced { path });
    }
    if !found.is_needed {
        return Some(Complaint::SecretOrphan { path });
    }
    if !found.is_plain {
        return Some(Complaint::SecretNotPlain { path });
    }
    let allowed = if found.is_folder { 0o700 } else { 0o600 };
    if found.is_sealed || found.mode & 0o7777 & !allowed == 0 {
        return None;
    }
    Some(if found.is_folder {
        Complaint::SecretFolderOpen { path, mode }
    } else {
        Complaint::SecretFileOpen { path, mode }
    })
}

/// Faults of what is there, and of what is not. `public` are the public halves in the fleet folder.
pub fn judge(needs: &[Need], held: &Holdings, public: &BTreeMap<String, String>) -> Report {
    let mut judge = Judge { held, report: Report::new(), unread: 0 };
    for need in needs {
        judge.presence(need);
        judge.copies(need);
        if need.kind == Kind::TunnelKey {
            judge.pairs(need, public);
        }
    }
    judge.reuse(needs);
    if judge.unread > 0 {
        judge.report.push(Complaint::SecretsUnread { files: judge.unread });
    }
    judge.report
}

struct Judge<'h> {
    held: &'h Holdings,
    report: Report,
    unread: usize,
}

impl Judge<'_> {
    fn value(&self, place: &Place) -> Option<&SecretValue> {
        self.held.get(place).filter(|held| held.is_there).and_then(|held| held.value.as_ref())
    }

    fn complain(&mut self, place: &Place, kind: Complaint) {
        self.report.push(Diagnostic::new(kind).on(place.host.as_str()));
    }

    fn presence(&mut self, need: &Need) {
        for place in need.places() {
            let path = place.to_string();
            if !self.held.get(&place).is_some_and(|held| held.is_there) {
                self.complain(
                    &place,
                    match need.kind.to_bring() {
                        Some(what) => Complaint::SecretNotBrought { path, what: what.to_owned() },
                        None => Complaint::SecretMissing { path },
                    },
                );
                continue;
            }
            match self.value(&place).map(|value| form::fault(need.kind, value)) {
                None => self.unread += 1,
                Some(Some(detail)) => self.complain(&place, Complaint::SecretMalformed { path, detail }),
                Some(None) => {}
            }
        }
    }

    fn copies(&mut self, need: &Need) {
        let places: Vec<Place> = need.places().collect();
        let Some((first, value)) = places.iter().find_map(|place| Some((place, self.value(place)?))) else {
            return;
        };
        let others =
            places.iter().filter(|place| self.value(place).is_some_and(|other| !other.is_same(value)));
        let complaints: Vec<Diagnostic> = others.map(|second| differs(first, second)).collect();
        self.report.extend(complaints);
    }

    fn pairs(&mut self, need: &Need, public: &BTreeMap<String, String>) {
        for place in need.places() {
            let (path, host) = (place.to_string(), place.host.clone());
            let own = self.value(&place).and_then(tunnel::public);
            match (own, public.get(&host)) {
                (_, None) => self.complain(&place, Complaint::PublicHalfMissing { host }),
                (Some(own), Some(recorded)) if own != *recorded => {
                    self.complain(&place, Complaint::KeyPairBroken { path, host });
                }
                _ => {}
            }
        }
    }

    /// Two secrets with one value. A certificate may be valid for several hosts, but guests' machines share no key with
    /// others.
    fn reuse(&mut self, needs: &[Need]) {
        let mut seen: BTreeMap<&[u8], (&Need, Place)> = BTreeMap::new();
        let mut found = Vec::new();
        for need in needs {
            let Some((place, value)) =
                need.places().find_map(|place| Some((place.clone(), self.value(&place)?)))
            else {
                continue;
            };
            let essence = form::essence(need.kind, value);
            match seen.get(essence) {
                _ if essence.is_empty() => {}
                Some((other, _)) if is_one_certificate(other, need) => {}
                Some((_, first)) => found.push((first.clone(), place)),
                None => drop(seen.insert(essence, (need, place))),
            }
        }
        for (first, second) in found {
            let kind = Complaint::SecretReused { first: first.to_string(), second: second.to_string() };
            self.complain(&second, kind);
        }
    }
}

fn is_one_certificate(one: &Need, other: &Need) -> bool {
    one.kind == Kind::Certificate && one.name == other.name && one.tenant == other.tenant
}
