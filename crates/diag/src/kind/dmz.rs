//! Complaints about tenants and their DMZ hosts.

use crate::complaints::area;

area! { $

/// A DMZ host opens no connection to a machine of the fleet or of its LAN. Whoever takes it over must find nothing
/// that it may talk to.
error dmz_opens_inwards: DmzOpensInwards { host: String, target: String, why: String }
    message "the DMZ host `{host}` would open connections inwards, to {target}: {why}"
    help "let the DMZ host use a service outside the fleet, or one in its own segment";

}
