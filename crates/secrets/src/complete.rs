//! What must be written so that nothing is missing. What is there is kept.

use std::{collections::BTreeMap, rc::Rc};

use diag::{Diagnostic, Kind as Complaint, Report};

use crate::{Held, Holdings, Kind, Need, NoRandomness, Place, Random, SecretValue, make::make, tunnel};

/// The work that is left, or why it cannot be done.
#[derive(Debug, Default)]
pub struct Work {
    /// Files to write. None of them is there.
    pub writes: Vec<(Place, Rc<SecretValue>)>,
    /// Public halves that the fleet folder lacks, by host.
    pub public: BTreeMap<String, String>,
    /// Files that the operator has to bring, with what they are.
    pub to_bring: Vec<(Place, &'static str)>,
    /// Number of files that are kept as they are.
    pub kept: usize,
    /// Faults. With errors in it nothing may be written: half of the work would cement them.
    pub report: Report,
}

/// Plans the work. `public` are the public halves in the fleet folder.
pub fn complete(
    needs: &[Need],
    held: &Holdings,
    public: &BTreeMap<String, String>,
    random: &mut Random<'_>,
) -> Result<Work, NoRandomness> {
    let mut work = Work::default();
    for need in needs {
        let places: Vec<Place> = need.places().collect();
        let missing: Vec<&Place> = places.iter().filter(|place| !is_there(held, place)).collect();
        work.kept += places.len() - missing.len();
        if !agrees(&places, held, &mut work.report) {
            continue;
        }
        if let Some(what) = need.kind.to_bring() {
            work.bring(&missing, held, what);
            continue;
        }
        if need.kind == Kind::TunnelKey {
            work.pair(need, held, public, random)?;
            continue;
        }
        if missing.is_empty() {
            continue;
        }
        if let Some(value) = work.value(need, &places, held, random)? {
            work.write(&missing, &value);
        }
    }
    work.writes.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(work)
}

fn is_there(held: &Holdings, place: &Place) -> bool {
    held.get(place).is_some_and(|held| held.is_there)
}

fn known<'h>(held: &'h Holdings, place: &Place) -> Option<&'h SecretValue> {
    held.get(place).and_then(|held| held.value.as_ref())
}

/// Whether all known copies are the same; complains otherwise.
fn agrees(places: &[Place], held: &Holdings, report: &mut Report) -> bool {
    let mut copies = places.iter().filter_map(|place| Some((place, known(held, place)?)));
    let Some((first, value)) = copies.next() else { return true };
    let mut good = true;
    for (second, _) in copies.filter(|(_, other)| !other.is_same(value)) {
        good = false;
        report.push(differs(first, second));
    }
    good
}

pub(crate) fn differs(first: &Place, second: &Place) -> Diagnostic {
    let kind = Complaint::SecretDiffers { first: first.to_string(), second: second.to_string() };
    Diagnostic::new(kind).on(second.host.as_str())
}

impl Work {
    fn write(&mut self, places: &[&Place], value: &Rc<SecretValue>) {
        self.writes.extend(places.iter().map(|place| ((*place).clone(), Rc::clone(value))));
    }

    /// A file that was brought in plain form is still to be encrypted; all others are to be brought.
    fn bring(&mut self, missing: &[&Place], held: &Holdings, what: &'static str) {
        for place in missing {
            match known(held, place) {
                Some(value) => self.writes.push(((*place).clone(), copy(value))),
                None => self.to_bring.push(((*place).clone(), what)),
            }
        }
    }

    /// The value of a secret: a copy that is there, or a new one when there is none at all.
    fn value(
        &mut self,
        need: &Need,
        places: &[Place],
        held: &Holdings,
        random: &mut Random<'_>,
    ) -> Result<Option<Rc<SecretValue>>, NoRandomness> {
        if let Some(value) = places.iter().find_map(|place| known(held, place)) {
            return Ok(Some(copy(value)));
        }
        if let Some(sealed) = places.iter().find(|place| is_there(held, place)) {
            self.complain(sealed, |path| Complaint::SecretSealed { path });
            return Ok(None);
        }
        Ok(make(need.kind, random)?.map(Rc::new))
    }

    /// A tunnel key and its public half.
    fn pair(
        &mut self,
        need: &Need,
        held: &Holdings,
        public: &BTreeMap<String, String>,
        random: &mut Random<'_>,
    ) -> Result<(), NoRandomness> {
        for place in need.places() {
            let host = place.host.clone();
            let none = Held::default();
            let state = held.get(&place).unwrap_or(&none);
            let recorded = public.get(&host);
            let value = match (&state.value, recorded) {
                (Some(value), _) => copy(value),
                (None, Some(_)) if state.is_there => continue,
                (None, Some(_)) => {
                    self.complain(&place, |path| Complaint::PrivateHalfMissing { path, host });
                    continue;
                }
                (None, None) if state.is_there => {
                    self.complain(&place, |path| Complaint::SecretSealed { path });
                    continue;
                }
                (None, None) => match make(need.kind, random)? {
                    Some(value) => Rc::new(value),
                    None => continue,
                },
            };
            match (tunnel::public(&value), recorded) {
                (None, _) => {
                    let detail = "it is not a WireGuard key (32 bytes in base64)".to_owned();
                    self.complain(&place, |path| Complaint::SecretMalformed { path, detail });
                    continue;
                }
                (Some(own), Some(recorded)) if own != *recorded => {
                    self.complain(&place, |path| Complaint::KeyPairBroken { path, host });
                    continue;
                }
                (Some(own), None) => drop(self.public.insert(host, own)),
                (Some(_), Some(_)) => {}
            }
            if !state.is_there {
                self.write(&[&place], &value);
            }
        }
        Ok(())
    }

    fn complain(&mut self, place: &Place, kind: impl FnOnce(String) -> Complaint) {
        self.report.push(Diagnostic::new(kind(place.to_string())).on(place.host.as_str()));
    }
}

fn copy(value: &SecretValue) -> Rc<SecretValue> {
    Rc::new(SecretValue::new(value.expose()))
}
