//! Who the client is when a proxy stands in front: its word counts only where the operator
//! has named it, and of its word only the part that no client can have written.

use std::net::IpAddr;

use super::head::Head;

/// The client, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Client {
    pub(super) address: Option<IpAddr>,
    pub(super) is_https: bool,
}

/// Takes the word of a trusted proxy (or of whoever reached our Unix socket) over what the
/// socket says; anybody else's word is dropped.
pub(super) fn client(direct: Client, head: &Head<'_>, trusted: &[IpAddr]) -> Client {
    if direct
        .address
        .is_some_and(|address| !trusted.contains(&address))
    {
        return direct;
    }
    Client {
        address: right_most_stranger(&head.forwarded_for, trusted).or(direct.address),
        is_https: head.forwarded_proto.map_or(direct.is_https, |proto| {
            last(proto).eq_ignore_ascii_case(b"https")
        }),
    }
}

/// Each proxy adds the address it saw at the right. From there we pass over our own proxies;
/// the first other address is the last that one of them has seen itself.
fn right_most_stranger(lines: &[&[u8]], trusted: &[IpAddr]) -> Option<IpAddr> {
    let mut nearest = None;
    for entry in lines
        .iter()
        .rev()
        .flat_map(|line| line.rsplit(|byte| *byte == b','))
    {
        let Some(address) = address_of(entry.trim_ascii()) else {
            break;
        };
        nearest = Some(address);
        if !trusted.contains(&address) {
            break;
        }
    }
    nearest
}

/// `192.0.2.1`, `192.0.2.1:1234`, `2001:db8::1` or `[2001:db8::1]:1234`.
fn address_of(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?;
    let address = text
        .parse::<IpAddr>()
        .or_else(|_| {
            text.parse::<std::net::SocketAddr>()
                .map(|socket| socket.ip())
        })
        .or_else(|_| text.trim_start_matches('[').trim_end_matches(']').parse())
        .ok()?;
    Some(address.to_canonical())
}

fn last(list: &[u8]) -> &[u8] {
    list.rsplit(|byte| *byte == b',')
        .next()
        .unwrap_or(list)
        .trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn the_right_most_stranger_is_the_client() {
        let trusted = [ip("10.0.0.1"), ip("10.0.0.2")];
        let table: [(&[&str], Option<&str>); 8] = [
            (&[], None),
            (&["192.0.2.1"], Some("192.0.2.1")),
            (&["6.6.6.6, 192.0.2.1"], Some("192.0.2.1")),
            (&["6.6.6.6, 192.0.2.1, 10.0.0.2"], Some("192.0.2.1")),
            (&["6.6.6.6", "192.0.2.1:5000"], Some("192.0.2.1")),
            (&["[2001:db8::1]:443"], Some("2001:db8::1")),
            (&["::ffff:192.0.2.1"], Some("192.0.2.1")),
            (&["192.0.2.1, <script>"], None),
        ];
        for (lines, expected) in table {
            let lines: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).collect();
            assert_eq!(
                right_most_stranger(&lines, &trusted),
                expected.map(ip),
                "{lines:?}"
            );
        }
    }
}
