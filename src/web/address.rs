//! What a request's target names: a language, a path and a format.

use percent_encoding::percent_decode_str;

use crate::base::locale::Locale;

/// How an answer is to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For programs.
    Json,
    /// The same answer as a page, for people who learn the API.
    Html,
}

/// A target, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The language that the path asks for, if it does.
    pub locale: Option<Locale>,
    /// Whether it lies below `/api`.
    pub is_api: bool,
    /// The segments below `/api`, or below `/`.
    pub path: Vec<String>,
    /// The format that the suffix asks for; JSON without one.
    pub format: Format,
    /// The query as sent, without its question mark.
    pub query: String,
}

impl Address {
    /// Takes a target apart: `/de/api/ticket/7.html?x=1`, with the locale and the
    /// suffix each left out or not, and blanks at the path's end trimmed.
    pub fn of(target: &str) -> Self {
        // The absolute form of a request line begins with a scheme, every other with `/`;
        // what counts begins behind the host.
        let absolute = target
            .split_once("://")
            .filter(|_| !target.starts_with('/'));
        let target = absolute.map_or(target, |(_, rest)| {
            rest.find('/').map_or("/", |at| &rest[at..])
        });
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let path = percent_decode_str(path).decode_utf8_lossy().into_owned();
        let (path, format) = suffix(path.trim());
        let mut segments: Vec<String> = path
            .split('/')
            .filter(|segment| !segment.is_empty())
            .map(str::to_owned)
            .collect();
        let locale = segments
            .first()
            .and_then(|first| Locale::from_segment(first));
        if locale.is_some() {
            segments.remove(0);
        }
        let is_api = segments.first().is_some_and(|first| first == "api");
        if is_api {
            segments.remove(0);
        }
        Self {
            locale,
            is_api,
            path: segments,
            format,
            query: query.to_owned(),
        }
    }
}

fn suffix(path: &str) -> (&str, Format) {
    if let Some(stem) = path.strip_suffix(".html") {
        return (stem, Format::Html);
    }
    (path.strip_suffix(".json").unwrap_or(path), Format::Json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_come_apart() {
        use Format::{Html, Json};
        use Locale::{English, German};
        for (target, locale, is_api, path, format, query) in [
            (
                "/en/api/tickets.json",
                Some(English),
                true,
                "tickets",
                Json,
                "",
            ),
            ("/api/tickets", None, true, "tickets", Json, ""),
            (
                "/de/api/ticket/7.html?x=1&y",
                Some(German),
                true,
                "ticket/7",
                Html,
                "x=1&y",
            ),
            ("/xx/api/me.json%20", Some(English), true, "me", Json, ""),
            ("/api/me.json%20%20?a", None, true, "me", Json, "a"),
            ("http://desk.example/api/me", None, true, "me", Json, ""),
            // An address in a query is no address of ours.
            (
                "/api/tickets?search=https://shop.example/order/5",
                None,
                true,
                "tickets",
                Json,
                "search=https://shop.example/order/5",
            ),
            (
                "/x?://h/setup?code=1",
                None,
                false,
                "x",
                Json,
                "://h/setup?code=1",
            ),
            ("/health", None, false, "health", Json, ""),
            ("/", None, false, "", Json, ""),
        ] {
            let have = Address::of(target);
            let want = Address {
                locale,
                is_api,
                path: path
                    .split('/')
                    .filter(|one| !one.is_empty())
                    .map(str::to_owned)
                    .collect(),
                format,
                query: query.into(),
            };
            assert_eq!(have, want, "{target}");
        }
    }
}
