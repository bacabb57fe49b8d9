//! Who the request is for: the Host header and the forms of a target (RFC 9112 section 3.2).

use super::refusal::Refusal;

const MALFORMED_HOST: Refusal = Refusal::invalid("The Host header is malformed.");
const MALFORMED_TARGET: Refusal = Refusal::invalid("The request's target is malformed.");

/// Checks target and Host against each other, and gives the target in origin form.
pub(super) fn origin_form(
    method: &str,
    target: &str,
    host: Option<&[u8]>,
    is_old: bool,
) -> Result<String, Refusal> {
    match host {
        Some(host) if !is_well_formed(host) => return Err(MALFORMED_HOST),
        None if !is_old => {
            return Err(Refusal::invalid("A request must have one Host header."));
        }
        _ => {}
    }
    if !target
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'#')
    {
        return Err(MALFORMED_TARGET);
    }
    if target.starts_with('/') || (target == "*" && method == "OPTIONS") {
        return Ok(target.to_owned());
    }
    let (authority, rest) = split_absolute(target).ok_or(MALFORMED_TARGET)?;
    if host.is_some_and(|host| !host.eq_ignore_ascii_case(authority.as_bytes())) {
        return Err(Refusal::invalid(
            "The target names another host than the Host header.",
        ));
    }
    Ok(if rest.starts_with('/') {
        rest.to_owned()
    } else {
        format!("/{rest}")
    })
}

/// `http://host:port/path?query` as authority and the rest.
fn split_absolute(target: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = target.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    is_well_formed(authority.as_bytes()).then_some((authority, rest))
}

/// A name, an IPv4 address or a bracketed IPv6 address, with a port or without.
fn is_well_formed(host: &[u8]) -> bool {
    let Ok(host) = std::str::from_utf8(host) else {
        return false;
    };
    if let Some(rest) = host.strip_prefix('[') {
        let Some((address, port)) = rest.split_once(']') else {
            return false;
        };
        return address.parse::<std::net::Ipv6Addr>().is_ok() && is_port(port);
    }
    let end = host.find(':').unwrap_or(host.len());
    let (name, port) = host.split_at(end);
    let is_name_byte =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=".contains(&byte);
    !name.is_empty() && name.bytes().all(is_name_byte) && is_port(port)
}

/// Nothing, or a colon and a port.
fn is_port(port: &str) -> bool {
    port.is_empty()
        || port.strip_prefix(':').is_some_and(|digits| {
            digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_become_origin_form() {
        let table = [
            ("GET", "/a?b=c", Ok("/a?b=c")),
            ("GET", "//a", Ok("//a")),
            ("GET", "http://desk.test", Ok("/")),
            ("GET", "http://desk.test/a?b", Ok("/a?b")),
            ("GET", "HTTPS://DESK.test?b", Ok("/?b")),
            ("OPTIONS", "*", Ok("*")),
        ];
        for (method, target, expected) in table {
            let got = origin_form(method, target, Some(b"desk.test"), false);
            assert_eq!(got, expected.map(str::to_owned), "{target}");
        }
    }

    #[test]
    fn other_targets_are_refused() {
        for target in [
            "*",
            "a",
            "",
            "ftp://desk.test/",
            "http:///a",
            "/a#b",
            "/\u{e9}",
            "http://u@desk.test/",
            "http://other.test/",
        ] {
            assert!(
                origin_form("GET", target, Some(b"desk.test"), false).is_err(),
                "{target}"
            );
        }
    }

    #[test]
    fn hosts_are_checked() {
        for host in [
            "desk.test",
            "desk.test:80",
            "127.0.0.1:1",
            "[::1]",
            "[::1]:8080",
            "a_b",
        ] {
            assert!(is_well_formed(host.as_bytes()), "{host}");
        }
        for host in [
            "", ":80", "a:", "a:x", "a:99999", "a b", "a/b", "a@b", "[::1", "[x]", "a,b c",
            "a:80:80", "a:+80",
        ] {
            assert!(!is_well_formed(host.as_bytes()), "{host}");
        }
    }
}
