//! Ports that `docs/architecture.md` decides and no option moves.

/// Administration.
pub const SSH: u16 = 22;
/// Redirect to HTTPS.
pub const HTTP: u16 = 80;
/// HTTPS.
pub const HTTPS: u16 = 443;
/// Federation, where a server delegates to no other port (Matrix spec, server-server API, "Resolving server names").
pub const FEDERATION: u16 = 8448;
/// Names.
pub const DNS: u16 = 53;
/// Time.
pub const TIME: u16 = 123;
/// The guard.
pub const GUARD: u16 = 8010;
/// The homeserver's second listener, under `audit.reads = "direct"`.
pub const DIRECT_READS: u16 = 8011;
/// Steering.
pub const STEER: u16 = 8020;
/// The broker.
pub const BROKER: u16 = 8030;
/// The enrolment page.
pub const ENROL: u16 = 8040;
/// Refusals and static discovery.
pub const ANSWER: u16 = 8050;
/// First port of the token services; each focus adds its index.
pub const TOKEN_SERVICES: u16 = 8100;
/// First port of the Redis instances; each cluster adds its index.
pub const REDIS: u16 = 6380;
