//! Where the ids of an answer lead, by the table: a row that shows one thing says what
//! the thing is called and by which of its keys it is asked for.

use serde_json::Value;

use crate::base::locale::Locale;
use crate::web::openapi::{resource_of, singular};
use crate::web::route::{Method, Route};

/// What answers call by another name than paths do.
const OTHER_NAMES: [(&str, &str); 5] = [
    ("agent", "member"),
    ("assign-agent", "member"),
    ("label-user", "member"),
    ("team", "sub-group"),
    ("type", "ticket-type"),
];

/// The rows that show one thing by one number.
pub struct Links(Vec<LinkTarget>);

struct LinkTarget {
    /// What it shows: `ticket-type`.
    noun: String,
    /// The path before the number, from the root.
    before: String,
    /// The key that holds the number: `id`, or another that the row names.
    key: &'static str,
}

/// What an object of an answer is, as far as it is known.
pub(super) type Noun<'n> = Option<&'n str>;

impl Links {
    /// The links that these rows give.
    pub fn of(routes: &[Route]) -> Self {
        let shows = routes
            .iter()
            .filter(|route| route.method == Method::Get && route.is_api);
        let place = |route: &Route| {
            let (before, after) = route.path.split_once('{')?;
            let name = after.strip_suffix('}')?;
            // `{solution}` is the `id` of one; `{incrementId}` is a key of its own.
            let key = if name.ends_with("Id") { name } else { "id" };
            let noun = before.strip_suffix('/')?.strip_prefix('/')?;
            let is_one = !noun.contains('/') && singular(noun) == noun;
            is_one.then(|| LinkTarget {
                noun: noun.to_owned(),
                before: format!("/api{before}"),
                key,
            })
        };
        Self(shows.filter_map(place).collect())
    }

    /// The noun of what lies under `key`, in an object that is `around`: list items
    /// lie under a plural, and items of a bare list are what the page is about.
    pub(super) fn noun(&self, key: &str) -> Option<&str> {
        let name = singular(&kebab(key));
        let other = OTHER_NAMES.iter().find(|(known, _)| *known == name);
        let name = other.map_or(name.as_str(), |(_, name)| name);
        let place = self.0.iter().find(|place| place.noun == name)?;
        Some(&place.noun)
    }

    /// The noun of what a page is about.
    pub(super) fn noun_of_path(&self, path: &str) -> Option<&str> {
        self.noun(&resource_of(path))
    }

    /// Where the value under `key` leads, in an object that is `noun`.
    pub(super) fn link(
        &self,
        locale: Locale,
        noun: Noun<'_>,
        key: &str,
        value: &Value,
    ) -> Option<String> {
        let number = value.as_i64().filter(|number| *number > 0)?;
        let own = |place: &&LinkTarget| match place.key {
            "id" => key == "id" && noun == Some(place.noun.as_str()),
            other => key == other,
        };
        let named = key.strip_suffix("Id").unwrap_or(key);
        let named = self.noun(named).filter(|_| key != "id");
        let by_name = |place: &&LinkTarget| place.key == "id" && named == Some(place.noun.as_str());
        let place = self
            .0
            .iter()
            .find(own)
            .or_else(|| self.0.iter().find(by_name))?;
        Some(format!("/{}{}{number}.html", locale.code(), place.before))
    }
}

/// `ticketType` as paths have it: `ticket-type`.
fn kebab(key: &str) -> String {
    let mut words = String::with_capacity(key.len() + 4);
    for letter in key.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push('-');
        }
        words.push(if letter == '_' {
            '-'
        } else {
            letter.to_ascii_lowercase()
        });
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_paths_are_written() {
        for (key, want) in [
            ("ticketType", "ticket-type"),
            ("sub_group", "sub-group"),
            ("labels", "labels"),
        ] {
            assert_eq!(kebab(key), want);
        }
    }
}
