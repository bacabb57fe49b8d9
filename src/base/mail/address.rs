//! Addresses and texts of headers, read and written so that none of them can begin another
//! header or name another recipient.

use std::fmt;

use super::header::decode_words;
use crate::base::files::is_mark_of_direction;
use crate::base::input::Email;

/// How many addresses are read of one header.
pub const MOST_ADDRESSES: usize = 10_000;

/// The longest text of a header that is kept, in characters.
const LONGEST_TEXT: usize = 2_000;

/// The longest name beside an address that is kept, in characters.
const LONGEST_NAME: usize = 200;

/// An address with the name that stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The name, sanitised; empty when there is none.
    pub name: String,
    /// The address.
    pub email: Email,
}

impl Address {
    /// An address under a name, which loses all that has no place in a header.
    pub fn new(name: &str, email: Email) -> Self {
        let name = header_text(name);
        let name = name.trim_matches(['"', '\'', ' ']);
        // A name that repeats the address says nothing.
        let says_more = !name.eq_ignore_ascii_case(email.as_str());
        Self {
            name: name
                .chars()
                .take(LONGEST_NAME)
                .filter(|_| says_more)
                .collect(),
            email,
        }
    }

    /// Reads one address, alone or as `Name <address>`.
    pub fn parse(text: &str) -> Option<Self> {
        parse_list(text).into_iter().next()
    }

    /// Whether it is the same box: the domains as the network knows them, the local part
    /// without regard to case.
    pub fn is_same(&self, other: &Email) -> bool {
        is_same(&self.email, other)
    }
}

/// `ada@example.com`, or `"Ada Byron" <ada@example.com>` on one line.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.is_empty() {
            return self.email.fmt(f);
        }
        let name = header_text(&self.name)
            .replace('\\', "\\\\")
            .replace('"', "\\\"");
        write!(f, "\"{name}\" <{}>", self.email)
    }
}

/// The addresses of a header as it came, those that are valid, in their order; encoded words
/// are decoded in names alone, so that no comma in one parts addresses: `Ada <ada@example.com>, "Byron, B." <b@example.com>; Team: c@example.com;`.
pub fn parse_list(text: &str) -> Vec<Address> {
    let parts = split(text).into_iter();
    parts
        .filter_map(|part| one(&part))
        .take(MOST_ADDRESSES)
        .collect()
}

/// The mailboxes of a list: parted at commas and semicolons outside quotes, brackets and
/// comments. What opens and never closes opens nothing.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut closer = None;
    let letters: Vec<char> = text.chars().collect();
    let mut last_of = LastOf::default();
    for (at, letter) in letters.iter().enumerate() {
        last_of.note(*letter, at);
    }
    let mut at = 0;
    while at < letters.len() {
        let letter = letters[at];
        let part = parts.len() - 1;
        match (closer, letter) {
            (Some('"' | ')'), '\\') if at + 1 < letters.len() => {
                parts[part].push(letter);
                at += 1;
                parts[part].push(letters[at]);
                at += 1;
                continue;
            }
            (Some(end), _) if end == letter => closer = None,
            (None, '"') if last_of.quote > at => closer = Some('"'),
            (None, '<') if last_of.angle > at => closer = Some('>'),
            (None, '(') if last_of.round > at => closer = Some(')'),
            (None, ',' | ';') => {
                parts.push(String::new());
                at += 1;
                continue;
            }
            // The name of a group stands before its members.
            (None, ':') if !parts[part].contains('@') => {
                parts[part].clear();
                at += 1;
                continue;
            }
            _ => {}
        }
        parts[part].push(letter);
        at += 1;
    }
    parts
}

/// Where what may close stands for the last time.
#[derive(Default)]
struct LastOf {
    quote: usize,
    angle: usize,
    round: usize,
}

impl LastOf {
    fn note(&mut self, letter: char, at: usize) {
        match letter {
            '"' => self.quote = at,
            '>' => self.angle = at,
            ')' => self.round = at,
            _ => {}
        }
    }
}

/// One mailbox: the address in the last brackets, else the word that is an address.
fn one(part: &str) -> Option<Address> {
    let bracketed = part.rfind('<').and_then(|open| {
        let rest = &part[open + 1..];
        let inner = rest.split('>').next().unwrap_or(rest);
        // Whatever route or scheme stands before it is not the address.
        let inner = inner.trim().trim_start_matches("mailto:");
        let inner = inner.rsplit(':').next().unwrap_or(inner);
        Some((&part[..open], Email::parse(inner).ok()?))
    });
    if let Some((name, email)) = bracketed {
        return Some(Address::new(&decode_words(&unquoted(name)), email));
    }
    let (bare, comment) = match (part.find('('), part.rfind(')')) {
        (Some(open), Some(close)) if open < close => {
            let bare = format!("{} {}", &part[..open], &part[close + 1..]);
            (bare, &part[open + 1..close])
        }
        _ => (part.to_owned(), ""),
    };
    let whole = Email::parse(&bare).ok();
    let email = whole.or_else(|| {
        let words = bare.split_whitespace();
        let mut words = words.map(|word| word.trim_matches(['"', '\'', '<', '>', '[', ']']));
        words.find_map(|word| Email::parse(word).ok())
    })?;
    Some(Address::new(&decode_words(&unquoted(comment)), email))
}

/// A phrase without its quotes and the backslashes in them.
fn unquoted(phrase: &str) -> String {
    let mut plain = String::with_capacity(phrase.len());
    let mut letters = phrase.trim().chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => {}
            '\\' => plain.extend(letters.next()),
            other => plain.push(other),
        }
    }
    plain
}

/// A text as it may stand in a header: on one line, without controls, marks of direction and
/// U+FFFE's kind, blanks folded into one.
pub fn header_text(text: &str) -> String {
    let shown = text.chars().map(|letter| match letter {
        letter if letter.is_control() || letter.is_whitespace() => ' ',
        '\u{2028}' | '\u{2029}' => ' ',
        letter => letter,
    });
    let shown: String = shown
        .filter(|letter| !is_mark_of_direction(*letter))
        .collect();
    let words: Vec<&str> = shown.split_whitespace().collect();
    words.join(" ").chars().take(LONGEST_TEXT).collect()
}

/// Whether these two are the same box; see [`Address::is_same`].
pub fn is_same(one: &Email, other: &Email) -> bool {
    one.local().to_lowercase() == other.local().to_lowercase()
        && is_same_domain(one.domain(), other.domain())
}

/// Whether two domains are one, in punycode or not.
pub fn is_same_domain(one: &str, other: &str) -> bool {
    domain_key(one) == domain_key(other)
}

/// The domain as the network knows it: punycode, lower case, no dot at its end.
pub fn domain_key(domain: &str) -> String {
    let domain = domain.trim().trim_end_matches('.');
    idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_lowercase())
}

/// Whether a domain is the other or stands below it: `mail.example.com` below `example.com`.
pub fn is_within(domain: &str, other: &str) -> bool {
    let (domain, other) = (domain_key(domain), domain_key(other));
    let above = domain.strip_suffix(other.as_str());
    !other.is_empty() && above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
}

/// What stands before and behind the first plus of the local part: `help+x@…` is `help`, `x`.
pub fn plus_part(email: &Email) -> Option<(&str, &str)> {
    let (local, plus) = email.local().split_once('+')?;
    (!local.is_empty() && !plus.is_empty()).then_some((local, plus))
}

/// The address without what stands behind a plus, if that is still one.
pub fn without_plus(email: &Email) -> Option<Email> {
    let (local, _) = plus_part(email)?;
    Email::parse(&format!("{local}@{}", email.domain())).ok()
}

/// The address with this behind a plus; nothing where that is too long to be one.
pub fn with_plus(email: &Email, plus: &str) -> Option<Email> {
    Email::parse(&format!("{}+{plus}@{}", email.local(), email.domain())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn email(text: &str) -> Email {
        Email::parse(text).unwrap()
    }

    #[test]
    fn lists_of_addresses_as_programs_write_them() {
        for (header, expected) in [
            ("ada@example.com", &["ada@example.com"][..]),
            (
                "Ada Byron <ada@Example.com>",
                &["\"Ada Byron\" <ada@example.com>"],
            ),
            (
                "\"Byron, Ada\" <a@b.org>, c@d.org",
                &["\"Byron, Ada\" <a@b.org>", "c@d.org"],
            ),
            ("ada@example.com (Ada)", &["\"Ada\" <ada@example.com>"]),
            ("Team: a@b.org, c@d.org;", &["a@b.org", "c@d.org"]),
            ("undisclosed-recipients:;", &[]),
            ("\"o\\\"k\" <a@b.org>", &["\"o\\\"k\" <a@b.org>"]),
            ("'ada@b.org' <ada@b.org>", &["ada@b.org"]),
            ("<mailto:a@b.org>", &["a@b.org"]),
            ("<@x.org,@y.org:a@b.org>", &["a@b.org"]),
            (
                "=?utf-8?q?Byron=2C_Ada_=3Cx=40y=2Eorg=3E?= <a@b.org>",
                &["\"Byron, Ada <x@y.org>\" <a@b.org>"],
            ),
            ("nobody, a@b.org", &["a@b.org"]),
            ("\"unclosed <a@b.org>", &["\"unclosed\" <a@b.org>"]),
            ("Ada <x@y> <a@b.org>", &["\"Ada <x@y>\" <a@b.org>"]),
            ("", &[]),
        ] {
            let read: Vec<String> = parse_list(header).iter().map(Address::to_string).collect();
            assert_eq!(read, expected, "{header}");
        }
    }

    #[test]
    fn boxes_compare_as_the_network_does() {
        assert!(is_same(
            &email("Ada@bücher.example"),
            &email("ada@xn--bcher-kva.example")
        ));
        assert!(!is_same(
            &email("a.da@example.com"),
            &email("ada@example.com")
        ));
        assert!(!is_same(
            &email("ada+x@example.com"),
            &email("ada@example.com")
        ));
        assert!(is_within("mail.example.com", "example.com"));
        assert!(!is_within("badexample.com", "example.com"));
        assert!(!is_within("example.com", ""));
    }

    #[test]
    fn plus_parts_come_and_go() {
        let plain = email("help@example.com");
        let with = with_plus(&plain, "a-b").unwrap();
        assert_eq!(with.as_str(), "help+a-b@example.com");
        assert_eq!(plus_part(&with), Some(("help", "a-b")));
        assert_eq!(without_plus(&with), Some(plain.clone()));
        assert_eq!(without_plus(&plain), None);
        assert_eq!(with_plus(&plain, &"x".repeat(60)), None);
    }

    proptest! {
        #[test]
        fn no_header_breaks(text in any::<String>(), name in "[\\PC\r\n\0\u{202e}\"\\\\,<>]{0,40}") {
            let unsafe_letter = |c: char| c.is_control() || is_mark_of_direction(c);
            prop_assert!(!header_text(&text).chars().any(unsafe_letter));
            let address = Address::new(&name, email("ada@example.com"));
            let written = address.to_string();
            prop_assert!(!written.chars().any(unsafe_letter));
            // One address it stays, whatever its name holds.
            let read = parse_list(&written);
            prop_assert_eq!(read.len(), 1);
            prop_assert_eq!(&read[0].email, &address.email);
            for address in parse_list(&text) {
                prop_assert!(!address.to_string().chars().any(unsafe_letter));
            }
        }
    }
}
