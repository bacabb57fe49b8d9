//! An answer as lines, a key each, as deep as it lies.

use serde_json::Value;

use super::Face;
use super::links::Noun;

/// One key of the answer, as deep as it lies.
pub(super) struct Line {
    pub(super) depth: usize,
    pub(super) key: String,
    pub(super) value: String,
    pub(super) is_branch: bool,
    pub(super) link: Option<String>,
}

/// The lines of an answer.
pub(super) struct Lines<'f> {
    pub(super) face: &'f Face<'f>,
    pub(super) all: Vec<Line>,
}

impl Lines<'_> {
    pub(super) fn walk(&mut self, depth: usize, key: &str, value: &Value, noun: Noun<'_>) {
        let links = self.face.links;
        match value {
            Value::Object(object) => {
                for (key, value) in object {
                    self.line(depth, key, value, noun);
                    self.walk(depth + 1, key, value, links.noun(key));
                }
            }
            Value::Array(list) => {
                // Things in a list are what the list is called, or what the page is about.
                let noun = if key.is_empty() {
                    noun
                } else {
                    links.noun(key)
                };
                for (at, value) in list.iter().enumerate() {
                    let number = format!("{}.", at + 1);
                    self.line(depth, &number, value, None);
                    self.walk(depth + 1, &number, value, noun);
                }
            }
            _ => {}
        }
    }

    fn line(&mut self, depth: usize, key: &str, value: &Value, noun: Noun<'_>) {
        let plain = match value {
            Value::Object(_) | Value::Array(_) => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let by_table = || self.face.links.link(self.face.locale, noun, key, value);
        self.all.push(Line {
            depth: depth.min(12),
            key: key.to_owned(),
            is_branch: value.is_object() || value.is_array(),
            link: web_address(key, value).or_else(by_table),
            value: plain,
        });
    }
}

/// A path of ours, or a page elsewhere, that an answer gives as an address.
fn web_address(key: &str, value: &Value) -> Option<String> {
    let address = value.as_str().filter(|_| key == "path")?;
    let is_web = address.starts_with("http://") || address.starts_with("https://");
    is_web.then(|| address.to_owned())
}
