//! `[disk]`: volumes, encryption and how they are unlocked.

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::{DevicePath, Port, SshPublicKey, Url, Whole};

/// Encryption of the volumes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "kebab-case")]
pub enum DiskEncryption {
    /// LUKS version 2.
    Luks2,
    /// None; `check` refuses it.
    None,
}

/// How volumes are unlocked at boot. SSH in stage 1 is always the fallback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "kebab-case")]
pub enum Unlock {
    /// An administrator types the passphrase over SSH in stage 1.
    Ssh,
    /// The TPM releases the key.
    Tpm2,
    /// A tang server releases the key.
    Tang,
}

/// Volumes, encryption and how they are unlocked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[describe(set = "disk")]
pub struct Disk {
    /// Disk of the system.
    #[option(example = "/dev/vda")]
    pub device: DevicePath,
    /// Second disk with a LUKS volume of its own, for guest media. Default on a DMZ host: `/dev/vdb`. With it comes a
    /// secret, `luks-guest-media`.
    #[option(derived, example = "/dev/vdb")]
    pub guest_media_device: Option<DevicePath>,
    /// Encryption of the volumes.
    #[option(default = DiskEncryption::Luks2, example = "none")]
    pub encryption: DiskEncryption,
    /// How volumes are unlocked at boot. Default: `tpm2` on an edge, else `ssh`.
    #[option(example = "tang")]
    pub unlock: Unlock,
    /// Keys that may unlock over SSH in stage 1. Empty: the keys of `base.ssh-keys`.
    #[option(default = Vec::new(),
        example = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGr0QLU1GiSPKPVzdAX1Fm1lSP8JZPkcGgNtXJ8WkGTL ops"])]
    pub unlock_keys: Vec<SshPublicKey>,
    /// Port of SSH in stage 1. It differs from 22 because its host key does.
    #[option(derived, default = Port(2222), example = 2223)]
    pub unlock_port: Port,
    /// The tang server, for `unlock = "tang"`.
    #[option(example = "http://tang.meridian.example")]
    pub tang_url: Option<Url>,
    /// Swap inside the encrypted volume, in GiB; 0 for none.
    #[option(default = Whole::clamped(0), example = 2)]
    pub swap_size: Whole<0, 512>,
    /// A volume that is fuller than this, in percent of its space or its inodes, is a warning in the journal.
    #[option(default = Whole::clamped(85), example = 70)]
    pub warn_above: Whole<1, 99>,
}
