//! Spam lists: whom the desk does not hear. A list holds addresses and `@domain`s; the
//! white one overrides the black one; a domain is itself and not what lies below it.
//!
//! Who is judged is whoever speaks as a customer: by mail, by a customer's token, or by
//! somebody who acts as that customer. What an agent opens for a customer in their own name
//! is the agent's word, and not judged. Who is refused is told so, and it is logged.

use crate::base::closed_list::closed_list;
use crate::base::db::{Change, View, named_params};
use crate::base::error::{Error, Message, Result};
use crate::base::name_key::email_key;

closed_list! {
    /// One of the two lists.
    List {
        /// Who is blocked.
        Black = "black",
        /// Who is heard whatever the black list says.
        White = "white",
    }
}

/// What both lists hold, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lists {
    /// Who is blocked.
    pub black: Vec<String>,
    /// Who is heard all the same.
    pub white: Vec<String>,
}

/// What the lists say of an address, with the entry that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Heard: no list names it.
    Allowed,
    /// Heard, because of this entry of the white list.
    AllowedBy(String),
    /// Blocked, because of this entry of the black list.
    BlockedBy(String),
}

impl Lists {
    /// Judges an address, whatever the case of its letters.
    pub fn judge(&self, address: &str) -> Verdict {
        let names = names(address);
        let entry_in = |list: &[String]| {
            let find = |name: &String| list.iter().find(|entry| entry_key(entry) == *name);
            names.iter().find_map(find).cloned()
        };
        if let Some(entry) = entry_in(&self.white) {
            return Verdict::AllowedBy(entry);
        }
        entry_in(&self.black).map_or(Verdict::Allowed, Verdict::BlockedBy)
    }
}

/// The key by which an entry names addresses.
fn entry_key(entry: &str) -> String {
    match entry.strip_prefix('@') {
        Some(domain) => email_key(&format!("x@{domain}")).split_off(1),
        None => email_key(entry),
    }
}

/// The keys of the entries that would name an address: itself, and its domain.
fn names(address: &str) -> [String; 2] {
    let address = email_key(address);
    let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
    [address.clone(), format!("@{domain}")]
}

/// Both lists, each in the order in which it was given.
pub fn lists(view: &View<'_>) -> Result<Lists> {
    let of = |list: List| {
        view.all(
            "SELECT entry FROM spam_entry WHERE list = :list ORDER BY place",
            named_params! { ":list": list },
        )
    };
    Ok(Lists {
        black: of(List::Black)?,
        white: of(List::White)?,
    })
}

/// Makes these the lists. An entry counts once.
pub fn set(change: &mut Change<'_>, lists: &Lists) -> Result<()> {
    change.run("DELETE FROM spam_entry", [])?;
    for (list, entries) in [(List::Black, &lists.black), (List::White, &lists.white)] {
        change.run(
            "INSERT INTO spam_entry (list, entry, place)
             SELECT :list, value, key FROM json_each(:entries) WHERE true
             ON CONFLICT DO NOTHING",
            named_params! { ":list": list, ":entries": serde_json::to_string(entries)? },
        )?;
    }
    Ok(())
}

/// Judges an address by those entries alone that could name it.
pub fn judge(view: &View<'_>, address: &str) -> Result<Verdict> {
    let [itself, domain] = names(address);
    let named: Vec<(List, String)> = view.all(
        "SELECT list, entry FROM spam_entry WHERE entry IN (:address, :domain)",
        named_params! { ":address": itself, ":domain": domain },
    )?;
    let of = |list| {
        let mine = named.iter().filter(|(one, _)| *one == list);
        mine.map(|(_, entry)| entry.clone()).collect()
    };
    let lists = Lists {
        black: of(List::Black),
        white: of(List::White),
    };
    Ok(lists.judge(address))
}

/// 403 where the lists block this address.
pub fn refuse_blocked(view: &View<'_>, address: &str) -> Result<()> {
    let Verdict::BlockedBy(entry) = judge(view, address)? else {
        return Ok(());
    };
    tracing::warn!(
        address,
        entry,
        "a message was refused, because the black list blocks its sender"
    );
    Err(Error::Forbidden(
        Message::new("company.sender_blocked").with("email", address),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lists(black: &[&str], white: &[&str]) -> Lists {
        let owned = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect();
        Lists {
            black: owned(black),
            white: owned(white),
        }
    }

    #[test]
    fn each_verdict_names_its_entry() {
        let lists = lists(
            &[
                "eve@example.com",
                "@spam.example",
                "bob@good.example",
                "@bücher.example",
            ],
            &["ann@spam.example", "@good.example"],
        );
        let allowed_by = |entry: &str| Verdict::AllowedBy(entry.to_owned());
        let blocked_by = |entry: &str| Verdict::BlockedBy(entry.to_owned());
        for (address, verdict) in [
            ("eve@example.com", blocked_by("eve@example.com")),
            ("EVE@Example.COM", blocked_by("eve@example.com")),
            ("eve@example.org", Verdict::Allowed),
            ("steve@example.com", Verdict::Allowed),
            ("anybody@spam.example", blocked_by("@spam.example")),
            ("x@BÜCHER.example", blocked_by("@bücher.example")),
            ("x@xn--bcher-kva.example", blocked_by("@bücher.example")),
            ("ann@spam.example", allowed_by("ann@spam.example")),
            // The white list wins even where the black one is more precise.
            ("bob@good.example", allowed_by("@good.example")),
            // A domain is itself: nothing below it, nothing that ends like it.
            ("a@mail.spam.example", Verdict::Allowed),
            ("a@notspam.example", Verdict::Allowed),
            ("spam.example", Verdict::Allowed),
            ("", Verdict::Allowed),
        ] {
            assert_eq!(lists.judge(address), verdict, "{address}");
        }
    }

    proptest! {
        #[test]
        fn who_is_white_is_never_blocked(
            address in "[a-c]{1,2}@[x-z]\\.example",
            black in proptest::collection::vec("([a-c]{1,2})?@[x-z]\\.example", 0..12),
            white in proptest::collection::vec("([a-c]{1,2})?@[x-z]\\.example", 0..4),
        ) {
            let lists = Lists { black: black.clone(), white: white.clone() };
            let domain = &address[address.find('@').unwrap()..];
            let is_in = |list: &[String]| list.iter().any(|one| *one == address || one == domain);
            match lists.judge(&address) {
                Verdict::AllowedBy(entry) => prop_assert!(is_in(&white) && white.contains(&entry)),
                Verdict::BlockedBy(entry) => prop_assert!(!is_in(&white) && black.contains(&entry)),
                Verdict::Allowed => prop_assert!(!is_in(&white) && !is_in(&black)),
            }
        }
    }
}
