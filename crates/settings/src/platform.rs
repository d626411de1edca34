//! `[platform]`: what the host runs on.

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::Whole;

/// What the host runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "kebab-case")]
pub enum PlatformKind {
    /// A virtual machine on Proxmox VE.
    Proxmox,
    /// Plain hardware.
    Metal,
    /// A virtual machine at a provider.
    Cloud,
}

/// Firmware.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "kebab-case")]
pub enum Firmware {
    /// UEFI (OVMF on Proxmox).
    Uefi,
    /// Legacy BIOS.
    Bios,
}

/// Boot loader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "kebab-case")]
pub enum BootLoader {
    /// systemd-boot, UEFI only.
    SystemdBoot,
    /// GRUB.
    Grub,
}

/// What the host runs on, and how it boots.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[describe(set = "platform")]
pub struct Platform {
    /// What the host runs on.
    #[option(default = PlatformKind::Proxmox, example = "metal")]
    pub kind: PlatformKind,
    /// Firmware.
    #[option(default = Firmware::Uefi, example = "bios")]
    pub firmware: Firmware,
    /// Boot loader.
    #[option(default = BootLoader::SystemdBoot, example = "grub")]
    pub boot_loader: BootLoader,
    /// Virtual processors, for the image of a virtual machine.
    #[option(default = Whole::clamped(2), example = 4)]
    pub cores: Whole<1, 512>,
    /// Memory in MiB, for the image of a virtual machine.
    #[option(default = Whole::clamped(4096), example = 8192)]
    pub memory: Whole<512, 4_194_304>,
}
