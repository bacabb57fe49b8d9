//! Lists of senders, as spam lists hold them: addresses and `@domain`s.

use std::collections::HashSet;

use schemars::json_schema;
use serde_json::Value;

use super::Email;
use super::input_type;
use super::list::leaves;
use super::text::plain;
use crate::base::error::Message;

/// The most entries in one list.
const MAX_ENTRIES: usize = 10_000;

/// How many of the entries that are none are named; more help nobody.
const MOST_NAMED: usize = 5;

/// Addresses and `@domain`s in lower case, each only once, in the order sent: a list, or
/// text in which commas, semicolons or line ends part them. What is neither is kept apart,
/// so that the refusal can name it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Senders {
    entries: Vec<String>,
    strange: Vec<String>,
}

impl Senders {
    /// The entries, owned.
    pub fn into_vec(self) -> Vec<String> {
        self.entries
    }

    /// What is wrong with the list, if anything.
    pub fn fault(&self) -> Option<Message> {
        if self.entries.len() > MAX_ENTRIES {
            return Some(Message::new("input.too_many").with("max", MAX_ENTRIES));
        }
        if self.strange.is_empty() {
            return None;
        }
        let mut named = self.strange[..self.strange.len().min(MOST_NAMED)].join(", ");
        if self.strange.len() > MOST_NAMED {
            named.push_str(", …");
        }
        Some(Message::new("input.senders").with("entries", named))
    }

    fn read(value: Value) -> Result<Self, Message> {
        let mut senders = Self::default();
        let mut known = HashSet::new();
        for leaf in leaves(value, |text| text.split([',', ';', '\n', '\r']).collect()) {
            let text = plain(leaf)?;
            match sender(&text) {
                Some(entry) if known.insert(entry.clone()) => senders.entries.push(entry),
                Some(_) => {}
                None => senders.strange.push(text),
            }
        }
        Ok(senders)
    }
}

/// The entry as it is kept. A domain is what could stand behind the `@` of an address;
/// other spam filters write it `*@x.org`.
fn sender(text: &str) -> Option<String> {
    match text.trim_start_matches('*').strip_prefix('@') {
        Some(domain) => {
            let email = Email::parse(&format!("x@{domain}")).ok()?;
            Some(format!("@{}", email.domain()))
        }
        None => Email::parse(text).ok().map(|email| email.key()),
    }
}

input_type!(
    Senders,
    "Senders",
    inline,
    |_| json_schema!({"type": "string"})
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::base::input::testing::{read, refusal};

    #[test]
    fn senders_table() {
        let accepted: [(Value, &[&str]); 9] = [
            (
                json!("noreply@test.com,marketplace@test.com"),
                &["noreply@test.com", "marketplace@test.com"],
            ),
            (
                json!(" A@Test.COM ;\r\n@Spam.Example\n\n, a@test.com"),
                &["a@test.com", "@spam.example"],
            ),
            (
                json!(["a@x.org", "@y.org, b@x.org"]),
                &["a@x.org", "@y.org", "b@x.org"],
            ),
            (json!("Ada <ada@x.org>"), &["ada@x.org"]),
            (
                json!("*@Spam.example, @Bücher.example"),
                &["@spam.example", "@bücher.example"],
            ),
            (json!(""), &[]),
            (json!(null), &[]),
            (json!([]), &[]),
            (json!(",,\n"), &[]),
        ];
        for (value, entries) in accepted {
            let senders = read::<Senders>(value.clone()).unwrap();
            assert_eq!(senders.fault(), None, "{value}");
            assert_eq!(senders.into_vec(), entries, "{value}");
        }
        assert_eq!(refusal::<Senders>(json!([["a"]])), "input.text");
    }

    #[test]
    fn what_is_no_sender_is_named() {
        let senders =
            read::<Senders>(json!("a@x.org, x.org, a@, @, @x y.org, @-x.org, @x")).unwrap();
        let fault = senders.fault().unwrap();
        let named = "x.org, a@, @, @x y.org, @-x.org, …";
        let expected = Message::new("input.senders").with("entries", named);
        assert_eq!(fault, expected);
        let many: Vec<String> = (0..=MAX_ENTRIES).map(|n| format!("a{n}@x.org")).collect();
        let fault = read::<Senders>(json!(many)).unwrap().fault();
        assert_eq!(fault.unwrap().key, "input.too_many");
    }

    proptest! {
        #[test]
        fn what_is_kept_reads_back_as_itself(text in "[a-zA-Z@., <>;\n-]{0,60}") {
            let kept = read::<Senders>(json!(text)).unwrap().into_vec();
            let again = read::<Senders>(json!(kept.join(","))).unwrap();
            prop_assert_eq!(again.fault(), None);
            prop_assert_eq!(again.into_vec(), kept);
        }
    }
}
