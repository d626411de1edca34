//! Complaints about versions of daemons.

use crate::complaints::area;

area! { $

/// Each daemon has versions below which it must not be run, for the reason that the message gives. A package set that
/// is pinned in `flake.lock` has a version that will do, so there is no need for the old one.
error version_below_floor: VersionBelowFloor {
    hosts: String, daemon: String, version: String, at_least: String, reason: String, option: String,
}
    message "{daemon} {version} on {hosts} is below {at_least}: {reason}"
    help "leave `versions.{daemon}` out, or set it and `rampart.{option}.package` to {at_least} or newer";

/// Each daemon has versions below which it must not be run, for the reason that the message gives. None of the pinned
/// package sets has a version that will do, so the fleet can be built all the same; whoever runs it should bring a
/// newer package.
warning version_floor_unreached: VersionFloorUnreached {
    hosts: String, daemon: String, version: String, at_least: String, reason: String, option: String,
}
    message "{daemon} {version} on {hosts} is below {at_least}: {reason}"
    help "set `rampart.{option}.package` to {at_least} or newer in Nix, and `versions.{daemon}` to its version";

}
