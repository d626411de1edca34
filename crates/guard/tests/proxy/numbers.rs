//! The page with the numbers.

use crate::{
    harness::{Guard, Setup},
    upstream::Homeserver,
    wire::{exchange, head},
};

fn page(guard: &Guard) -> String {
    let address = guard.log.wait_for("numbers")["address"].as_str().unwrap().parse().unwrap();
    exchange(address, &head("GET", "/metrics", "")).body().to_owned()
}

fn number(page: &str, name: &str) -> f64 {
    let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name} in {page}")).parse().unwrap()
}

#[test]
fn verdicts_are_counted_by_rule() {
    let setup = Setup::new().with("metrics", "127.0.0.1:0");
    let homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = setup.start();
    for target in ["/_matrix/client/versions", "/_synapse/admin/v1/users?access_token=syt_secret"] {
        exchange(guard.address, &head("GET", target, ""));
    }
    exchange(guard.address, &head("OPTIONS", "/_synapse/admin/v1/users", ""));
    exchange(guard.address, "NONSENSE\r\n\r\n");
    guard.log.wait_for("http_malformed");
    let numbers = page(&guard);
    let refused = |rule| {
        number(&numbers, &format!("rampart_guard_verdicts_total{{verdict=\"refused\",rule=\"{rule}\"}}"))
    };
    assert!((refused("path_internal") - 1.0).abs() < f64::EPSILON, "{numbers}");
    let granted = number(&numbers, "rampart_guard_verdicts_total{verdict=\"granted\",rule=\"preflight\"}");
    assert!((granted - 1.0).abs() < f64::EPSILON, "{numbers}");
    assert!((refused("http_malformed") - 1.0).abs() < f64::EPSILON, "{numbers}");
    assert!(
        (number(&numbers, "rampart_guard_request_seconds_count{class=\"read\"}") - 1.0).abs() < f64::EPSILON
    );
    assert!((number(&numbers, "rampart_guard_upstream_up") - 1.0).abs() < f64::EPSILON);
    assert!(!numbers.contains("syt_secret"));
    drop(homeserver);
    fs_err::remove_file(guard.setup.homeserver_socket()).unwrap();
    assert!(number(&page(&guard), "rampart_guard_upstream_up").abs() < f64::EPSILON);
}

#[test]
fn without_an_address_there_is_no_page() {
    let guard = Setup::new().start();
    assert!(!guard.log.text().contains("numbers"));
}
