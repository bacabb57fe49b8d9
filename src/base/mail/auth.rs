//! Whether the server whose mailbox it is says that a mail is its author's: the topmost
//! `Authentication-Results` (RFC 8601) of a server that is trusted.

use super::address::{domain_key, is_within};
use super::header::Headers;

/// What is known of who wrote a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// DMARC holds, or a signature of the author's domain does.
    Pass,
    /// DMARC fails.
    Fail,
    /// Nobody trusted says either.
    None,
}

impl Auth {
    /// As the ledger has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::None => "none",
        }
    }
}

/// How long a header may be to be read.
const LONGEST: usize = 16 << 10;

/// What the trusted servers say of a mail from this domain. `trusted` are their names, as they
/// write them; the empty one trusts results without a name, which Microsoft writes. Only what
/// stands above the first `Received` of another server counts: below it, anybody may have
/// written what they like.
pub fn auth(headers: &Headers, trusted: &[String], from_domain: &str) -> Auth {
    for header in headers.all() {
        if header.name.eq_ignore_ascii_case("received") && !is_by(&header.value, trusted) {
            break;
        }
        let is_result = header.name.eq_ignore_ascii_case("authentication-results");
        if is_result && header.value.len() <= LONGEST {
            let results = without_comments(&header.value);
            let (id, results) = results.split_once(';').unwrap_or((&results, ""));
            if is_trusted(id, trusted) {
                return judged(results, from_domain);
            }
            // Microsoft's begin with the first result.
            if id.contains('=') && is_trusted("", trusted) {
                return judged(&without_comments(&header.value), from_domain);
            }
        }
    }
    Auth::None
}

/// Whether a `Received` was written by a trusted server, or hands on within it.
fn is_by(received: &str, trusted: &[String]) -> bool {
    let received = without_comments(received);
    let mut words = received.split_whitespace();
    let by = words
        .find(|word| word.eq_ignore_ascii_case("by"))
        .and_then(|_| words.next());
    let Some(by) = by.map(|by| by.trim_matches([';', ',', '[', ']'])) else {
        return true;
    };
    let is_near =
        |name: &String| name.is_empty() || is_within(by, name) || is_within(by, parent(name));
    trusted.is_empty() || trusted.iter().any(is_near) || is_local(by)
}

/// The domain above the server: `mx.google.com` is of `google.com`.
fn parent(name: &str) -> &str {
    match name.split_once('.') {
        Some((_, parent)) if parent.contains('.') => parent,
        _ => name,
    }
}

fn is_local(by: &str) -> bool {
    // The relays of a provider name themselves by their inner addresses.
    by.eq_ignore_ascii_case("localhost") || by.parse::<std::net::IpAddr>().is_ok_and(is_private)
}

/// Google's relays have addresses such as `2002:a05::1`: private ones, mapped by 6to4.
fn is_private(address: std::net::IpAddr) -> bool {
    match address {
        std::net::IpAddr::V4(address) => address.is_loopback() || address.is_private(),
        std::net::IpAddr::V6(address) => {
            let [first, second, third, ..] = address.octets();
            address.is_loopback()
                || address.is_unique_local()
                || (first, second, third) == (0x20, 0x02, 10)
        }
    }
}

fn is_trusted(id: &str, trusted: &[String]) -> bool {
    // A version may stand behind the name.
    let id = domain_key(id.split_whitespace().next().unwrap_or_default());
    trusted.iter().any(|name| domain_key(name) == id)
}

fn judged(results: &str, from_domain: &str) -> Auth {
    let mut auth = Auth::None;
    for result in results.split(';') {
        let words = result.to_ascii_lowercase().replace(" = ", "=");
        let mut words = words.split_whitespace();
        let Some((method, verdict)) = words.next().and_then(|word| word.split_once('=')) else {
            continue;
        };
        let method = method.split('/').next().unwrap_or(method);
        match (method, verdict) {
            ("dmarc", "pass") => return Auth::Pass,
            ("dmarc", "fail") => auth = Auth::Fail,
            ("dkim", "pass")
                if words.any(|word| is_aligned(word, from_domain)) && auth != Auth::Fail =>
            {
                auth = Auth::Pass;
            }
            _ => {}
        }
    }
    auth
}

/// Whether the signature named in `header.d=` or `header.i=` is of the author's domain, of one
/// below it, or of one above it that is more than `com`.
fn is_aligned(property: &str, from_domain: &str) -> bool {
    let Some(("header.d" | "header.i", value)) = property.split_once('=') else {
        return false;
    };
    let signer = value
        .trim_matches('"')
        .rsplit('@')
        .next()
        .unwrap_or_default();
    let is_above = signer.contains('.') && is_within(from_domain, signer);
    !from_domain.is_empty() && (is_above || is_within(signer, from_domain))
}

fn without_comments(text: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::with_capacity(text.len());
    let mut is_escaped = false;
    for letter in text.chars() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if depth > 0 => is_escaped = true,
            '(' => depth += 1,
            ')' if depth > 0 => {
                depth -= 1;
                kept.push(' ');
            }
            letter if depth == 0 => kept.push(letter),
            _ => {}
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str, trusted: &[&str]) -> Auth {
        let trusted: Vec<String> = trusted.iter().map(|name| (*name).to_owned()).collect();
        auth(&Headers::read(text.as_bytes()), &trusted, "example.com")
    }

    #[test]
    fn only_the_topmost_result_of_a_trusted_server_counts() {
        const R: &str = "Authentication-Results: mx.host.org";
        const HOP: &str = "Received: from a (a [1.2.3.4]) by mx.host.org with SMTP; now\n";
        const FOREIGN: &str = "Received: from x by evil.example; now\n";
        for (text, expected) in [
            (
                format!("{R}; dmarc=pass header.from=example.com"),
                Auth::Pass,
            ),
            (
                format!("{R} 1; dmarc=fail (p=none) header.from=example.com"),
                Auth::Fail,
            ),
            (format!("{R}; dkim=pass header.d=example.com"), Auth::Pass),
            (
                format!("{R}; dkim=pass header.i=@mail.example.com"),
                Auth::Pass,
            ),
            (format!("{R}; dkim=pass header.d=evil.example"), Auth::None),
            (format!("{R}; dkim=pass header.d=com"), Auth::None),
            (
                format!("{R}; dkim=pass header.d=example.com; dmarc=fail"),
                Auth::Fail,
            ),
            (
                format!("{R}; spf=pass (dmarc=pass; dkim=pass) smtp.mailfrom=x"),
                Auth::None,
            ),
            (format!("{R}; none"), Auth::None),
            (format!("{HOP}{R}; dmarc=pass"), Auth::Pass),
            (format!("{HOP}{FOREIGN}{R}; dmarc=pass\n"), Auth::None),
            (format!("{FOREIGN}X: y\n{R}; dmarc=pass"), Auth::None),
            (format!("{R}; dmarc=fail\n{R}; dmarc=pass"), Auth::Fail),
            (
                "Authentication-Results: evil.example; dmarc=pass".to_owned(),
                Auth::None,
            ),
            (
                format!("Authentication-Results: evil.example; dmarc=pass\n{R}; dmarc=fail"),
                Auth::Fail,
            ),
        ] {
            assert_eq!(of(&text, &["mx.host.org"]), expected, "{text}");
        }
        let microsoft =
            "Authentication-Results: spf=pass; dkim=pass header.d=x; dmarc=pass action=none";
        assert_eq!(of(microsoft, &[]), Auth::None);
        assert_eq!(of(microsoft, &[""]), Auth::Pass);
    }

    proptest! {
        #[test]
        fn nothing_is_proved_to_whom_nobody_is_trusted(text: String, results in "[a-z=;. ()\\\\@]{0,60}") {
            prop_assert_eq!(of(&format!("{text}\nAuthentication-Results: {results}"), &[]), Auth::None);
            of(&format!("Authentication-Results: x.org; {results}"), &["x.org"]);
        }
    }
}
