//! What can be asked: the command line, and nothing of the work.
#![allow(
    rustdoc::invalid_html_tags,
    reason = "these comments are the text of --help, where <host> stands for a host"
)]

use std::{
    error::Error,
    net::{Ipv4Addr, Ipv6Addr},
};

use camino::Utf8PathBuf;
use clap::{Args, Parser, Subcommand, ValueEnum};
use settings::daemons::Daemon;
use values::{Name, Version};

/// One manifest becomes a checked Matrix fleet on NixOS
#[derive(Debug, Parser)]
#[command(
    name = "rampart",
    version,
    max_term_width = 80,
    subcommand_required = true,
    arg_required_else_help = true
)]
#[command(after_help = "\
Examples:
  rampart init hosts          write a small fleet to start from
  rampart check               say what is wrong with the fleet in hosts/
  rampart render              write hosts/generated/<host>.json
  rampart explain             list every complaint

Exit codes: 0 fine, 1 something was found, 2 it could not be done.")]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Folder of the fleet
    #[arg(long, global = true, value_name = "DIR", default_value = "hosts")]
    pub(crate) fleet: Utf8PathBuf,
    /// Output for people or for programs
    #[arg(long, global = true, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Who reads the output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    // No doc comments: clap would list the values at length in every `--help`. `md` is there for `options`, whose
    // text for people is Markdown, and is named in its help; to every other command it is a hidden word for `human`.
    #[default]
    #[value(alias = "md")]
    Human,
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(Init),
    Check(Check),
    Render(Render),
    Explain(Explain),
    Show(Show),
    Secrets(Secrets),
    Edge(Edge),
    Options(Options),
    Schema(Schema),
    Completions(Completions),
    Man(Man),
}

/// Write a small commented fleet that passes `check`
///
/// The fleet has a gateway and a core; `--with` adds to it. Files that exist are never overwritten.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rampart init
  rampart init hosts --with edge,dmz
  rampart init lab --with edge,dmz,audit && rampart check --fleet lab")]
pub(crate) struct Init {
    /// Folder to write to; default: the one of `--fleet`
    pub(crate) dir: Option<Utf8PathBuf>,
    /// What the fleet has besides gateway and core
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PARTS")]
    pub(crate) with: Vec<Extra>,
}

/// What a fleet may have besides gateway and core.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Extra {
    /// A media server in a second region
    Edge,
    /// A homeserver for the guests of a tenant
    Dmz,
    /// Messages can be read and kept
    Audit,
}

/// Say what is wrong with the fleet, all of it in one run
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rampart check
  rampart check --fleet lab --deny-warnings
  rampart check --format json | jq '.diagnostics[].code'
  rampart check --host-json hosts/generated/gw-fra.json")]
pub(crate) struct Check {
    /// Let warnings fail too
    #[arg(long)]
    pub(crate) deny_warnings: bool,
    /// Check one evaluated host instead of the fleet; the Nix build does this
    #[arg(long, value_name = "FILE")]
    pub(crate) host_json: Option<Utf8PathBuf>,
}

/// Write the settings of every host
///
/// Writes DIR/generated/<host>.json and DIR/allocations.json, all of them or, when the fleet has errors, none.
/// Commit them: a flake sees only files that git knows.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rampart render
  rampart render --check      in CI: are the committed files fresh?
  rampart render --installed traefik=3.7.13,coturn=4.6.1")]
pub(crate) struct Render {
    /// Write nothing; fail when a file is stale
    #[arg(long)]
    pub(crate) check: bool,
    /// Render for these versions, whatever the manifest says
    ///
    /// For daemons that do not come from NixOS, as in a lab. Nobody compares them with floors; in NixOS use the option
    /// `versions` of the manifest instead.
    #[arg(long, value_name = "DAEMON=VERSION", value_delimiter = ',', value_parser = installed)]
    pub(crate) installed: Vec<(Daemon, Version)>,
}

/// `traefik=3.7.13`.
fn installed(text: &str) -> Result<(Daemon, Version), Box<dyn Error + Send + Sync>> {
    let (daemon, version) =
        text.split_once('=').ok_or("a daemon and its version belong here, such as `traefik=3.7.13`")?;
    Ok((daemon.parse()?, version.parse()?))
}

/// Explain a complaint: why it is one, a bad example, the way out
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rampart explain             list every complaint
  rampart explain port_taken")]
pub(crate) struct Explain {
    /// The word in brackets behind `error` or `warning`
    pub(crate) code: Option<String>,
}

/// Show what follows from the manifest
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rampart show ports          what is open, and to whom
  rampart show flows --host edge-lon
  rampart show dns > fleet.zone
  rampart show diagram --svg > fleet.svg
  rampart show secrets --format json | jq -r '.secrets[].name'")]
pub(crate) struct Show {
    #[command(subcommand)]
    pub(crate) what: What,
}

/// What to show.
#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// Every host with its addresses
    #[command(after_help = "Examples:\n  rampart show hosts\n  rampart show hosts --format json")]
    Hosts,
    /// Who may talk to whom, and why; firewalls are made from this list
    #[command(after_help = "Examples:\n  rampart show flows\n  rampart show flows --host core-fra")]
    Flows(OfHost),
    /// Which ports are open, and to whom
    #[command(after_help = "Examples:\n  rampart show ports\n  rampart show ports --host gw-fra")]
    Ports(OfHost),
    /// A zone file for the fleet, and what a geo-DNS service needs
    #[command(after_help = "Examples:\n  rampart show dns\n  rampart show dns > fleet.zone")]
    Dns,
    /// Which secrets which host needs; never their values
    #[command(after_help = "Examples:\n  rampart show secrets\n  rampart show secrets --host edge-lon")]
    Secrets(OfHost),
    /// Where people are, and which media servers they use
    #[command(after_help = "Examples:\n  rampart show regions\n  rampart show regions --format json")]
    Regions,
    /// A picture of the fleet, as Mermaid text or as SVG
    #[command(after_help = "Examples:\n  rampart show diagram\n  rampart show diagram --svg > fleet.svg")]
    Diagram {
        /// Draw it
        #[arg(long)]
        svg: bool,
    },
}

/// Narrows a list.
#[derive(Debug, Args)]
pub(crate) struct OfHost {
    /// Only what concerns this host
    #[arg(long, value_name = "NAME")]
    pub(crate) host: Option<String>,
}

/// Make the secrets of the fleet, or check them
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rampart secrets generate --out ~/meridian-secrets
  rampart secrets check --in ~/meridian-secrets")]
pub(crate) struct Secrets {
    #[command(subcommand)]
    pub(crate) what: SecretsWhat,
}

/// What to do with the secrets.
#[derive(Debug, Subcommand)]
pub(crate) enum SecretsWhat {
    Generate(SecretsGenerate),
    Check(SecretsCheck),
    Rotate(SecretsRotate),
}

/// Make every secret that is missing, once
///
/// Writes OUT/<host>/<name> with mode 0400 and the public halves into keys.json of the fleet. What is there is kept.
/// With `--age` every file is encrypted before it is written, as OUT/<host>/<name>.age.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rampart secrets generate --out ~/meridian-secrets
  rampart secrets generate --out secrets --age age1… --age edge-lon=age1…
  rampart secrets generate --out secrets --age age1… --identity key.txt")]
pub(crate) struct SecretsGenerate {
    /// Folder to write to
    #[arg(long, value_name = "OUT")]
    pub(crate) out: Utf8PathBuf,
    /// Encrypt to this age recipient; `HOST=` before it: only that host's
    #[arg(long, value_name = "RECIPIENT")]
    pub(crate) age: Vec<String>,
    /// Age keys that open the files that are there already
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Option<Utf8PathBuf>,
}

/// Replace a secret while the fleet runs, in two steps
///
/// The first run makes the new one beside the old and prints what to do with it. When the fleet works with it,
/// `--finish` makes it the one that counts.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rampart secrets rotate wireguard edge-lon --out ~/meridian-secrets
  rampart secrets rotate wireguard edge-lon --out ~/meridian-secrets --finish")]
pub(crate) struct SecretsRotate {
    /// What to replace
    #[arg(value_enum)]
    pub(crate) what: Rotated,
    /// The host whose it is
    pub(crate) host: Name,
    /// Folder of the secrets
    #[arg(long, value_name = "OUT")]
    pub(crate) out: Utf8PathBuf,
    /// The new one is in use: let it be the only one
    #[arg(long)]
    pub(crate) finish: bool,
}

/// What can be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rotated {
    /// The key of a host in the tunnel
    Wireguard,
}

/// Say which secrets are missing, open, malformed or shared
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rampart secrets check --in ~/meridian-secrets
  rampart secrets check --in secrets --identity key.txt")]
pub(crate) struct SecretsCheck {
    /// Folder to look into
    #[arg(long = "in", value_name = "DIR")]
    pub(crate) folder: Utf8PathBuf,
    /// Age keys that open encrypted files
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Option<Utf8PathBuf>,
    /// Let warnings fail too
    #[arg(long)]
    pub(crate) deny_warnings: bool,
}

/// Add, drain, remove and list the media servers of regions
///
/// The manifest is edited where the host stands, its comments stay, and what follows is printed step by step. Nothing is
/// deployed, and no number of servers is chosen: a cron job or a script of yours can run these commands.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rampart edge add edge-fra-2 --region fra --address 192.0.2.20
  rampart edge drain edge-fra-2
  rampart edge list
  rampart edge remove edge-fra-2")]
pub(crate) struct Edge {
    #[command(subcommand)]
    pub(crate) what: EdgeWhat,
}

/// What to do with a media server.
#[derive(Debug, Subcommand)]
pub(crate) enum EdgeWhat {
    Add(EdgeAdd),
    Drain(EdgeDrain),
    Remove(EdgeRemove),
    List(EdgeList),
}

/// Write a new media server into the manifest, and say what to do next
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rampart edge add edge-fra-2 --region fra --address 192.0.2.20
  rampart edge add edge-fra-2 --region fra --address 192.0.2.20 --secrets ~/meridian-secrets")]
pub(crate) struct EdgeAdd {
    /// Name of the new host
    pub(crate) name: Name,
    /// Region that it stands in; the manifest must have it
    #[arg(long)]
    pub(crate) region: Name,
    /// Its public IPv4 address
    #[arg(long)]
    pub(crate) address: Ipv4Addr,
    /// Its public IPv6 address
    #[arg(long)]
    pub(crate) address6: Option<Ipv6Addr>,
    /// Make its keys and put them here, as `rampart secrets generate --out`
    #[arg(long, value_name = "OUT")]
    pub(crate) secrets: Option<Utf8PathBuf>,
}

/// Take a media server out of every list; calls on it go on
///
/// The core is told at once, by SSH, and the manifest says so from the next deployment on. Clients keep lists for up to 24
/// hours. The server's token service stays, so that people who are in a call can come back to it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rampart edge drain edge-lon
  rampart edge drain edge-lon --offline     the manifest only
  rampart edge drain edge-lon --undo")]
pub(crate) struct EdgeDrain {
    /// The host
    pub(crate) name: Name,
    /// Put it back into the lists
    #[arg(long)]
    pub(crate) undo: bool,
    #[command(flatten)]
    pub(crate) core: ReachCore,
}

/// Take a drained media server out of the manifest
///
/// Refused while people are on it, while nobody can say whether they are, and within 24 hours of its drain.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rampart edge remove edge-lon
  rampart edge remove edge-lon --force     it has burnt down")]
pub(crate) struct EdgeRemove {
    /// The host
    pub(crate) name: Name,
    /// Whatever is on it
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) core: ReachCore,
}

/// Show every media server: region, health, calls, people, processors in use
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rampart edge list
  rampart edge list --format json | jq '.edges[] | select(.participants > 0).name'")]
pub(crate) struct EdgeList {
    #[command(flatten)]
    pub(crate) core: ReachCore,
}

/// How the core is reached.
#[derive(Debug, Args)]
pub(crate) struct ReachCore {
    /// Command that runs another one on the core; default: ssh to where it is deployed
    #[arg(long, value_name = "COMMAND")]
    pub(crate) via: Option<String>,
    /// Do not ask the core
    #[arg(long, conflicts_with = "via")]
    pub(crate) offline: bool,
}

/// Print the reference of every option, as Markdown or JSON
///
/// `--format md` is the same as `--format human`: Markdown. `--format json` is for programs.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rampart options | less
  rampart options --format md > options.md
  rampart options --format json | jq 'keys'")]
pub(crate) struct Options {}

/// Print the JSON Schema of the manifest, for completion in an editor
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rampart schema > fleet.schema.json
  then write as first line of fleet.toml:  #:schema ./fleet.schema.json")]
pub(crate) struct Schema {}

/// Print completions for a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rampart completions bash > ~/.local/share/bash-completion/completions/rampart
  rampart completions fish > ~/.config/fish/completions/rampart.fish")]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// Print the manual page
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rampart man > rampart.1 && man ./rampart.1")]
pub(crate) struct Man {}
