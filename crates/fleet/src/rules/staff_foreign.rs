//! People who are to give orders and cannot.

use diag::{Code, Diagnostic, Kind, Place, Report};
use values::UserId;

use super::Rule;
use crate::Resolved;

/// See [`Code::StaffForeign`].
pub(super) const RULE: Rule = Rule {
    code: Code::StaffForeign,
    example: include_str!("../../tests/cases/err/staff_foreign/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for (name, tenant) in &fleet.tenants {
        let key = format!("tenant.{name}.staff");
        complain(fleet, report, &key, &tenant.staff, fleet.places.value(&key).as_ref());
    }
    if let Some((host, core)) = fleet.core() {
        let key = "core.bot.allowed";
        complain(fleet, report, key, &core.bot.allowed, fleet.place(host, key).as_ref());
    }
}

fn complain(fleet: &Resolved, report: &mut Report, key: &str, users: &[UserId], place: Option<&Place>) {
    let domain = fleet.fleet.domain.as_str();
    let is_ours = |user: &&UserId| user.as_str().split_once(':').is_some_and(|(_, server)| server == domain);
    for user in users.iter().filter(|user| !is_ours(user)) {
        let kind =
            Kind::StaffForeign { key: key.to_owned(), user: user.to_string(), domain: domain.to_owned() };
        report.push(Diagnostic::new(kind).at(place.cloned()));
    }
}
