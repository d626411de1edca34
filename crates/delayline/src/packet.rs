//! The few bytes of a packet that matter here.

use std::net::IpAddr;

/// Source and destination of an IP packet (RFC 791, 3.1; RFC 8200, 3).
pub fn ends(packet: &[u8]) -> Option<(IpAddr, IpAddr)> {
    match packet.first()? >> 4 {
        4 => Some((four(packet.get(12..16)?)?, four(packet.get(16..20)?)?)),
        6 => Some((six(packet.get(8..24)?)?, six(packet.get(24..40)?)?)),
        _ => None,
    }
}

fn four(bytes: &[u8]) -> Option<IpAddr> {
    <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from)
}

fn six(bytes: &[u8]) -> Option<IpAddr> {
    <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_where_the_standards_say() {
        let mut four = [0; 20];
        four[0] = 0x45;
        four[12..16].copy_from_slice(&[192, 0, 2, 1]);
        four[16..20].copy_from_slice(&[192, 0, 2, 2]);
        let expected = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        assert_eq!(ends(&four), Some(expected));
        let mut six = [0; 40];
        six[0] = 0x60;
        (six[23], six[39]) = (1, 2);
        assert_eq!(ends(&six), Some(("::1".parse().unwrap(), "::2".parse().unwrap())));
    }

    #[test]
    fn what_is_no_packet_has_none() {
        for bytes in [&[][..], &[0x45; 19], &[0x60; 39], &[0x15; 60]] {
            assert_eq!(ends(bytes), None);
        }
    }
}
