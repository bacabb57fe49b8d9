//! The four languages and their texts, from `assets/locales/*.json`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::error::{Argument, Message};

/// A language that answers can be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Locale {
    /// English, which stands in for every language that is not here.
    #[default]
    English,
    /// French.
    French,
    /// Italian.
    Italian,
    /// German.
    German,
}

type Catalog = HashMap<String, String>;

static CATALOGS: LazyLock<[Catalog; 4]> = LazyLock::new(|| {
    [
        include_str!("../../assets/locales/en.json"),
        include_str!("../../assets/locales/fr.json"),
        include_str!("../../assets/locales/it.json"),
        include_str!("../../assets/locales/de.json"),
    ]
    // A file that does not parse is caught by the test below; at run time its texts are their keys.
    .map(|text| serde_json::from_str(text).unwrap_or_default())
});

impl Locale {
    /// Every language, in the order of the catalogs.
    pub const ALL: [Self; 4] = [Self::English, Self::French, Self::Italian, Self::German];

    /// Two letters, as in the path.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
            Self::Italian => "it",
            Self::German => "de",
        }
    }

    /// The language of a path's first segment: its own if it is one of the four,
    /// English for any other two letters, nothing for what is no language code.
    pub fn from_segment(segment: &str) -> Option<Self> {
        let is_code = segment.len() == 2 && segment.bytes().all(|byte| byte.is_ascii_lowercase());
        is_code.then(|| Self::from_code(segment).unwrap_or_default())
    }

    /// The language with exactly this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.code() == code)
    }

    /// The language of the best-liked entry of an `Accept-Language` header that is here.
    pub fn from_accepted(header: &str) -> Option<Self> {
        let mut liked: Vec<(f32, Self)> = header
            .split(',')
            .filter_map(|entry| {
                let mut parts = entry.trim().split(';');
                let code = parts.next()?.split('-').next()?.to_ascii_lowercase();
                let weight = parts
                    .find_map(|part| part.trim().strip_prefix("q="))
                    .map_or(Some(1.0), |text| text.parse().ok())?;
                Some((weight, Self::from_code(&code)?))
            })
            .filter(|(weight, _)| *weight > 0.0)
            .collect();
        // The sort is stable, so that of equals the first named wins.
        liked.sort_by(|a, b| b.0.total_cmp(&a.0));
        liked.first().map(|(_, locale)| *locale)
    }

    /// The text under `key`, or the key itself where there is none.
    pub fn text(self, key: &str) -> &str {
        let own = CATALOGS[self as usize].get(key);
        own.or_else(|| CATALOGS[0].get(key))
            .map_or(key, String::as_str)
    }

    /// The message's text with its `{name}` places filled, in one pass: what fills a place is
    /// never read for places again.
    pub fn say(self, message: &Message) -> String {
        let mut rest = self.text(&message.key);
        let mut said = String::with_capacity(rest.len());
        while let Some(start) = rest.find('{') {
            let (before, place) = rest.split_at(start);
            said.push_str(before);
            let name = place[1..].split('}').next().unwrap_or_default();
            let value = message.args.iter().find(|(known, _)| known == name);
            let (shown, length) = match value {
                Some((_, Argument::Text(text))) => (text.as_str(), name.len() + 2),
                Some((_, Argument::Key(key))) => (self.text(key), name.len() + 2),
                // A brace that begins no place stands for itself.
                None => ("{", 1),
            };
            said.push_str(shown);
            rest = place.get(length..).unwrap_or_default();
        }
        said.push_str(rest);
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_key_and_every_place() {
        let places = |text: &str| {
            let mut found: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|rest| rest.split_once('}').map(|(name, _)| name.to_owned()))
                .collect();
            found.sort();
            found
        };
        assert!(!CATALOGS[0].is_empty(), "en.json does not parse");
        for locale in Locale::ALL {
            let catalog = &CATALOGS[locale as usize];
            for (key, text) in &CATALOGS[0] {
                let own = catalog
                    .get(key)
                    .unwrap_or_else(|| panic!("{} lacks {key}", locale.code()));
                assert!(
                    !own.trim().is_empty(),
                    "{key} is blank in {}",
                    locale.code()
                );
                assert_eq!(
                    places(own),
                    places(text),
                    "places of {key} in {}",
                    locale.code()
                );
            }
            for key in catalog.keys() {
                assert!(
                    CATALOGS[0].contains_key(key),
                    "{} has {key}, English has not",
                    locale.code()
                );
            }
        }
    }

    #[test]
    fn what_fills_a_place_is_what_it_is_and_is_filled_once() {
        let message = Message::new("activity.changed")
            .with("who", "{to} {property}")
            .with("from", "@noun.ticket")
            .with("to", "{who}")
            .with_key("property", "noun.ticket");
        let said = Locale::German.say(&message);
        for own in ["{to} {property}", "@noun.ticket", "{who}"] {
            assert!(said.contains(own), "{own} in {said}");
        }
        assert!(said.contains(Locale::German.text("noun.ticket")), "{said}");
    }

    #[test]
    fn the_best_liked_language_wins() {
        for (header, want) in [
            ("de-CH, fr;q=0.9", Some(Locale::German)),
            ("es, fr;q=0.4, it;q=0.8", Some(Locale::Italian)),
            ("es", None),
            ("de;q=0, en;q=0.1", Some(Locale::English)),
            ("de;q=x", None),
            ("", None),
        ] {
            assert_eq!(Locale::from_accepted(header), want, "{header}");
        }
    }
}
