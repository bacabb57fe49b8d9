//! E-mail addresses as people and programs write them, held to RFC 5321's bounds and to a
//! syntax that cannot carry a second header or a second recipient.

use std::fmt;
use std::hash::{Hash, Hasher};

use schemars::json_schema;
use serde_json::Value;

use super::text::plain;
use super::{REQUIRED, input_type};
use crate::base::error::Message;

/// The longest address, in bytes (RFC 5321, 4.5.3.1.3 without its angle brackets).
const MAX_ADDRESS: usize = 254;
/// The longest part before the `@`, in bytes (RFC 5321, 4.5.3.1.1).
const MAX_LOCAL: usize = 64;
/// The longest label of a domain, in bytes (RFC 1035, 2.3.4).
const MAX_LABEL: usize = 63;
/// What an unquoted local part may hold beside letters, digits and inner dots (RFC 5322, 3.2.3).
const ATOM_MARKS: &str = "!#$%&'*+-/=?^_`{|}~";

/// One address. `Ada <ada@Example.COM>` is `ada@example.com`: the domain in lower case, the
/// local part as sent; two that differ in case alone are equal.
#[derive(Debug, Clone)]
pub struct Email(String);

impl Email {
    /// Reads an address, alone or as `Name <address>`; `input.required` when there is
    /// nothing, `input.email` when it is none.
    pub fn parse(text: &str) -> Result<Self, Message> {
        let text = text.trim();
        if text.is_empty() {
            return Err(REQUIRED.into());
        }
        checked(bare(text)).ok_or_else(|| "input.email".into())
    }

    /// Reads an address from a query, where a `+` that was not escaped arrives as a space:
    /// `ada lists@example.com` was `ada+lists@example.com`.
    pub fn from_query(text: &str) -> Result<Self, Message> {
        match bare(text.trim()).rsplit_once('@') {
            Some((local, domain)) => Self::parse(&format!("{}@{domain}", local.replace(' ', "+"))),
            None => Self::parse(text),
        }
    }

    fn read(value: Value) -> Result<Self, Message> {
        Self::parse(&address_text(value)?)
    }

    /// The address, its domain in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address, owned.
    pub fn into_string(self) -> String {
        self.0
    }

    /// The address in lower case, by which addresses are compared and found.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    /// What stands before the `@`, as sent.
    pub fn local(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }

    /// What stands behind the `@`, in lower case.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// The address in `Name <address>`, or the text itself.
fn bare(text: &str) -> &str {
    text.strip_suffix('>')
        .and_then(|text| text.rsplit_once('<'))
        .filter(|(name, _)| !name.chars().any(char::is_control))
        .map_or(text, |(_, address)| address.trim())
}

fn checked(address: &str) -> Option<Email> {
    // No domain holds an `@`, so the last one parts the two.
    let (local, domain) = address.rsplit_once('@')?;
    let fits = address.len() <= MAX_ADDRESS && local.len() <= MAX_LOCAL;
    let address = format!("{local}@{}", domain.to_lowercase());
    (fits && is_local(local) && is_domain(domain)).then_some(Email(address))
}

fn is_local(local: &str) -> bool {
    match local.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"').is_some_and(is_quoted),
        None => local
            .split('.')
            .all(|atom| !atom.is_empty() && atom.chars().all(is_atom)),
    }
}

fn is_atom(character: char) -> bool {
    // Letters beyond ASCII are RFC 6531's; blanks, controls and marks of direction are none.
    character.is_alphanumeric() || ATOM_MARKS.contains(character)
}

/// The inside of a quoted local part: printable ASCII without blanks, where `"` and `\`
/// stand behind a backslash.
fn is_quoted(text: &str) -> bool {
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let meant = match character {
            '"' => return false,
            '\\' => characters.next(),
            other => Some(other),
        };
        if !meant.is_some_and(|c| c.is_ascii_graphic()) {
            return false;
        }
    }
    !text.is_empty()
}

/// Two labels at least, or `localhost`: `ada@example` is a slip far more often than an address.
fn is_domain(domain: &str) -> bool {
    let Some((_, last)) = domain.rsplit_once('.') else {
        return domain.eq_ignore_ascii_case("localhost");
    };
    let is_number = last.bytes().all(|b| b.is_ascii_digit());
    !is_number && domain.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let fits = (1..=MAX_LABEL).contains(&label.len());
    let inner = label.chars().all(|c| c.is_alphanumeric() || c == '-');
    fits && inner && !label.starts_with('-') && !label.ends_with('-')
}

impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Email {}

impl Hash for Email {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

pub(super) fn address_text(value: Value) -> Result<String, Message> {
    plain(value).map_err(|_| "input.email".into())
}

input_type!(
    Email,
    "Email",
    inline,
    |_| json_schema!({"type": "string", "format": "email"})
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::base::input::testing::{read, refusal};

    #[test]
    fn email_table() {
        let accepted = [
            ("ada@example.com", "ada@example.com"),
            ("  Ada.Byron@EXAMPLE.Com \r\n", "Ada.Byron@example.com"),
            ("Ada Byron <ada@example.com>", "ada@example.com"),
            ("\"Byron, Ada\" <ada@example.com>", "ada@example.com"),
            ("<ada@example.com>", "ada@example.com"),
            (
                "o'neil+tag@mail.example.co.uk",
                "o'neil+tag@mail.example.co.uk",
            ),
            ("\"a@b\"@example.com", "\"a@b\"@example.com"),
            (r#""a\"b"@example.com"#, r#""a\"b"@example.com"#),
            ("jörg@Müller.example", "jörg@müller.example"),
            ("root@localhost", "root@localhost"),
            ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
        ];
        for (sent, address) in accepted {
            assert_eq!(read::<Email>(json!(sent)).unwrap().as_str(), address);
        }
        let refused = [
            "ada",
            "ada@",
            "@example.com",
            "ada@example",
            "ada@@example.com",
            "a@b@example.com",
            "ada byron@example.com",
            "ada@exa mple.com",
            "ada@example.com\r\nBcc: x@y.org",
            "Ada\r\nBcc: x@y.org <ada@example.com>",
            "ada@example.com, b@example.com",
            "<ada@example.com> trailing",
            ".ada@example.com",
            "ada.@example.com",
            "a..b@example.com",
            "ada@-example.com",
            "ada@example-.com",
            "ada@example..com",
            "ada@example.com.",
            "ada@127.0.0.1",
            "ada@[127.0.0.1]",
            "\"\"@example.com",
            "\"a\"b\"@example.com",
            "\"a\\\"@example.com",
            "a<b@example.com",
            "a\u{202e}b@example.com",
            "a\0b@example.com",
        ];
        for sent in refused {
            assert_eq!(refusal::<Email>(json!(sent)), "input.email");
        }
        assert_eq!(refusal::<Email>(json!("")), "input.required");
        assert_eq!(refusal::<Email>(json!(null)), "input.required");
        assert_eq!(refusal::<Email>(json!(["a@b.org"])), "input.email");
    }

    #[test]
    fn lengths_are_those_of_rfc_5321() {
        let local = |length: usize| format!("{}@example.com", "x".repeat(length));
        assert!(Email::parse(&local(64)).is_ok());
        assert!(Email::parse(&local(65)).is_err());
        let total = |length: usize| format!("a@{}{}", "b.".repeat((length - 3) / 2), "c");
        assert_eq!(total(253).len(), 253);
        assert!(Email::parse(&total(253)).is_ok());
        assert!(Email::parse(&total(255)).is_err());
        assert!(Email::parse(&format!("a@{}.org", "b".repeat(64))).is_err());
    }

    #[test]
    fn case_does_not_part_addresses() {
        assert_eq!(
            Email::parse("Ada@example.com"),
            Email::parse("ada@EXAMPLE.com")
        );
        assert_ne!(
            Email::parse("ada@example.com"),
            Email::parse("bob@example.com")
        );
        let email = Email::parse("Ada@Example.com").unwrap();
        assert_eq!((email.local(), email.domain()), ("Ada", "example.com"));
        assert_eq!(email.key(), "ada@example.com");
    }

    #[test]
    fn a_query_gives_plus_back() {
        for sent in [
            "ada lists@example.com",
            "ada+lists@example.com",
            " Ada <ada lists@example.com>",
        ] {
            assert_eq!(
                Email::from_query(sent).unwrap().as_str(),
                "ada+lists@example.com"
            );
        }
        assert!(Email::from_query("ada@exa mple.com").is_err());
        assert_eq!(Email::from_query(" "), Err(REQUIRED.into()));
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_safe_in_a_header(text in any::<String>(), domain in "[a-z]{1,3}\\.[a-z]{2}") {
            for sent in [text.clone(), format!("{text}@{domain}"), format!("{text} <{text}@{domain}>")] {
                if let Ok(email) = Email::parse(&sent) {
                    prop_assert!(!email.as_str().chars().any(|c| c.is_control() || c.is_whitespace()));
                    prop_assert!(email.as_str().len() <= 254);
                    prop_assert_eq!(Email::parse(email.as_str()), Ok(email));
                }
            }
        }

        #[test]
        fn a_well_formed_address_is_accepted_in_every_dress(
            local in "[A-Za-z0-9_+-]{1,20}(\\.[A-Za-z0-9]{1,9}){0,2}",
            domain in "[A-Z0-9]{1,9}(-[a-z]{1,5})?\\.[a-zA-Z]{2,6}",
        ) {
            let address = format!("{local}@{}", domain.to_lowercase());
            for sent in [format!("{local}@{domain}"), format!(" Some Body <{local}@{domain}> ")] {
                prop_assert_eq!(Email::parse(&sent).unwrap().into_string(), address.clone());
            }
            let queried = format!("{local}@{domain}").replace('+', " ");
            if !local.starts_with('+') {
                prop_assert_eq!(Email::from_query(&queried).unwrap().into_string(), address);
            }
        }
    }
}
