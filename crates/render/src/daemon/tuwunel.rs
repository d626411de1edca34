//! The homeserver. Keys and their effects: tuwunel 1.9.0, `tuwunel-example.toml` and `src/core/config`.

use fleet::Focus;
use serde_json::{Map, Value, json};
use settings::{
    audit::{Audit, LOCK_LEVEL, LOCKED_EVENTS},
    core::{Accounts, Core},
    dmz::Dmz,
    homeserver::Homeserver,
};

use crate::scene::{Scene, credential, table};

/// Where the homeserver listens. Exactly the guard and the broker are in its group.
pub(crate) const SOCKET: &str = "/run/tuwunel/tuwunel.sock";

/// The homeserver of the staff.
pub(crate) fn core(scene: &Scene<'_>, core: &Core) -> Value {
    let mut global = shared(core.server_name.as_str(), &core.homeserver, &scene.host.audit);
    federation(&mut global, &core.homeserver);
    // Its list of foci would be asked by nobody, and each edge that comes or goes would restart it: the gateway answers
    // both documents, by steering or by `rampart-answer`.
    well_known(&mut global, core.client_domain.as_str(), &[]);
    turn(&mut global, &scene.turn_uris());
    match core.accounts {
        Accounts::Admin => {}
        Accounts::Token => registration_token(&mut global),
        Accounts::Oidc => oidc(&mut global, core),
        Accounts::Ldap => ldap(&mut global, core),
    }
    json!({ "global": global })
}

/// The homeserver of a tenant's guests.
pub(crate) fn dmz(scene: &Scene<'_>, dmz: &Dmz) -> Value {
    let mut global = shared(dmz.domain.as_str(), &dmz.homeserver, &scene.host.audit);
    let tenant = scene.fleet.tenants.get(&dmz.tenant);
    federation(&mut global, &dmz.homeserver);
    let calls = scene.may_call(dmz);
    // What guests are told while `rampart-answer` is away.
    well_known(&mut global, dmz.domain.as_str(), &scene.foci_of_guests(dmz));
    turn(&mut global, &if calls { scene.turn_uris() } else { Vec::new() });
    registration_token(&mut global);
    global.insert("allow_room_creation".into(), tenant.is_some_and(|t| t.guests_may_create_rooms).into());
    // The broker makes these rooms; one that is not there yet is skipped with a line in the log.
    let rooms = tenant.map(|tenant| tenant.rooms.as_slice()).unwrap_or_default();
    let rooms: Vec<String> = rooms.iter().map(|room| format!("#{room}:{}", dmz.domain)).collect();
    if !rooms.is_empty() {
        global.insert("auto_join_rooms".into(), json!(rooms));
    }
    json!({ "global": global })
}

/// What both have.
fn shared(server_name: &str, homeserver: &Homeserver, audit: &Audit) -> Map<String, Value> {
    let mut global = table(json!({
        "server_name": server_name,
        "unix_socket_path": SOCKET,
        // Read as octal digits by the daemon.
        "unix_socket_perms": 660,
        "database_path": "/var/lib/tuwunel/",
        "max_request_size": homeserver.max_request_size,
        // A misspelt guard rail must stop the server, not pass as a warning.
        "error_on_unknown_config_opts": true,
        "log_colors": false,
        "sentry": false,

        "allow_registration": homeserver.allow_registration,
        "allow_guest_registration": false,
        "grant_admin_to_first_user": homeserver.first_user_is_admin,
        "yes_i_am_very_very_sure_i_want_an_open_registration_server_prone_to_abuse": false,
        "new_user_displayname_suffix": "",
        "login_via_existing_session": false,
        "rendezvous_enabled": false,
        "oidc_native_auth": false,

        "federate_admin_room": false,
        "admin_escape_commands": false,
        "trusted_servers": homeserver.trusted_servers,
        "allow_public_room_directory_without_auth": false,
        "lockdown_public_room_directory": true,
        "require_auth_for_profile_requests": true,
        "allow_unlisted_room_search_by_id": false,
        "allow_legacy_media": false,

        "allow_encryption": homeserver.allow_encryption,
        "default_room_version": homeserver.room_version,
        "disable_local_redactions": !homeserver.allow_redactions,
        "save_unredacted_events": true,
        "redaction_retention_seconds": homeserver.redaction_retention_seconds,
        "allow_room_admins_to_request_unredacted_events": false,
        // Each of these destroys or hides what was kept.
        "delete_rooms_after_leave": false,
        "forget_forced_upon_leave": false,
        "prune_missing_media": false,
    }));
    if audit.enable {
        global.insert("default_power_level_content_override".into(), power_level_lock());
    }
    global
}

/// Encryption and redaction need a level that nobody has. Keys at the top replace wholesale, so the server's own
/// defaults are repeated (tuwunel: src/api/client/room/create.rs). Binds everyone up to room version 11.
fn power_level_lock() -> Value {
    let mut events = table(json!({
        "m.room.history_visibility": 100,
        "m.room.power_levels": 100,
        "m.room.server_acl": 100,
        "m.room.tombstone": 100,
    }));
    events.extend(LOCKED_EVENTS.map(|kind| (kind.to_owned(), LOCK_LEVEL.into())));
    json!({ "redact": LOCK_LEVEL, "events": events })
}

/// Whether the rendered homeserver speaks to others.
pub(crate) fn federates(settings: &Value) -> bool {
    settings["global"]["allow_federation"] == true
}

fn registration_token(global: &mut Map<String, Value>) {
    // Registration opens to everybody when no valid token is left; the sentinel in this file always is.
    global.insert("registration_token_file".into(), credential("tuwunel", "sentinel-token").into());
}

/// Off, or with exactly these servers. The lists are unanchored expressions (tuwunel: src/core/config).
fn federation(global: &mut Map<String, Value>, homeserver: &Homeserver) {
    let partners = &homeserver.federate_with;
    global.insert("allow_federation".into(), (!partners.is_empty()).into());
    if !partners.is_empty() {
        let anchored: Vec<String> =
            partners.iter().map(|name| format!("^{}$", name.as_str().replace('.', "\\."))).collect();
        global.insert("allowed_remote_server_names_experimental".into(), json!(anchored));
    }
}

/// Where clients find the API and the foci. Token services resolve the server name as federation does, so `server` is
/// there without federation, too.
fn well_known(global: &mut Map<String, Value>, client: &str, foci: &[&Focus]) {
    let mut told = table(json!({
        "client": format!("https://{client}"),
        "server": format!("{client}:443"),
    }));
    if !foci.is_empty() {
        let transport =
            |focus: &&Focus| json!({ "type": "livekit", "livekit_service_url": focus.service_url });
        told.insert("rtc_transports".into(), foci.iter().map(transport).collect());
    }
    global.insert("well_known".into(), Value::Object(told));
}

fn turn(global: &mut Map<String, Value>, uris: &[String]) {
    // No key at all without a relay: an empty list is an answer that breaks clients (element-web#26168).
    if !uris.is_empty() {
        global.insert("turn_uris".into(), json!(uris));
        global.insert("turn_secret_file".into(), credential("tuwunel", "turn-secret").into());
    }
}

fn oidc(global: &mut Map<String, Value>, core: &Core) {
    let (Some(issuer), Some(client)) = (&core.oidc.issuer, &core.oidc.client_id) else { return };
    let callback =
        format!("https://{}/_matrix/client/unstable/login/sso/callback/{client}", core.client_domain);
    global.insert(
        "identity_provider".into(),
        json!([{
            "brand": "oidc",
            "client_id": client,
            "client_secret_file": credential("tuwunel", "oidc-client"),
            "issuer_url": issuer,
            "callback_url": callback,
            "default": true,
            // Would invent names for people whose name is taken.
            "unique_id_fallbacks": false,
        }]),
    );
    global.insert("login_with_password".into(), false.into());
}

fn ldap(global: &mut Map<String, Value>, core: &Core) {
    let ldap = &core.ldap;
    let (Some(uri), Some(base)) = (&ldap.uri, &ldap.base_dn) else { return };
    let mut settings = table(json!({
        "enable": true, "uri": uri, "base_dn": base, "uid_attribute": ldap.uid_attribute,
    }));
    if let Some(bind) = &ldap.bind_dn {
        settings.insert("bind_dn".into(), bind.as_str().into());
        settings.insert("bind_password_file".into(), credential("tuwunel", "ldap-bind").into());
    }
    global.insert("ldap".into(), Value::Object(settings));
}
