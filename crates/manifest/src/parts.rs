//! The option sets that may stand at the top of the manifest (fleet-wide) and below each host.

use options::{Describe, Layer, OptionSet};
use serde_json::{Map, Value};
use settings::{audit, base, core, disk, dmz, edge, gateway, mesh, platform, secrets, tls, versions};

use crate::{table::Context, tree::join};

macro_rules! parts {
    ($($name:ident: $layer:ty, $settled:ty;)*) => {
        /// The layers of all option sets of NixOS hosts.
        #[derive(Debug, Default, Clone, PartialEq)]
        pub struct Parts {
            $(
                #[doc = concat!("`[", stringify!($name), "]`.")]
                pub $name: $layer,
            )*
        }

        /// Names of the sets.
        pub const PART_NAMES: &[&str] = &[$(stringify!($name)),*];

        impl Parts {
            /// These layers, completed by what `below` sets.
            #[must_use]
            pub fn over(self, below: Self) -> Self {
                Self { $($name: self.$name.over(below.$name)),* }
            }

            /// Takes the tables of all sets out of `table`.
            pub(crate) fn take(
                table: &mut Map<String, Value>,
                path: &str,
                context: &mut Context<'_>,
                sets: &PartSets,
            ) -> Self {
                Self { $($name: match table.remove(stringify!($name)) {
                    Some(Value::Object(inner)) => {
                        context.layer(inner, &join(path, stringify!($name)), &sets.$name)
                    }
                    Some(_) => {
                        context.invalid(path, &[stringify!($name).to_owned()], "a table is expected here");
                        Default::default()
                    }
                    None => Default::default(),
                }),* }
            }
        }

        /// The descriptions, made once for a manifest of many hosts.
        pub(crate) struct PartSets {
            $($name: OptionSet,)*
        }

        impl Default for PartSets {
            fn default() -> Self {
                Self { $($name: <$settled>::describe()),* }
            }
        }
    };
}

parts! {
    base: base::BaseLayer, base::Base;
    mesh: mesh::MeshLayer, mesh::Mesh;
    disk: disk::DiskLayer, disk::Disk;
    platform: platform::PlatformLayer, platform::Platform;
    secrets: secrets::SecretsLayer, secrets::Secrets;
    tls: tls::TlsLayer, tls::Tls;
    audit: audit::AuditLayer, audit::Audit;
    versions: versions::VersionsLayer, versions::Versions;
    gateway: gateway::GatewayLayer, gateway::Gateway;
    core: core::CoreLayer, core::Core;
    edge: edge::EdgeLayer, edge::Edge;
    dmz: dmz::DmzLayer, dmz::Dmz;
}
