//! An answer as lines, a key each, as deep as it lies.

use serde_json::Value;

use super::HtmlView;
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
    pub(super) view: &'f HtmlView<'f>,
    pub(super) all: Vec<Line>,
}

impl Lines<'_> {
    /// Adds what lies in a value; `noun` is what it is, or what the things in it are.
    pub(super) fn walk(&mut self, depth: usize, value: &Value, noun: Noun<'_>) {
        let links = self.view.links;
        match value {
            Value::Object(object) => {
                for (key, value) in object {
                    self.line(depth, key, value, noun);
                    let below = links.noun(key);
                    // What a list page calls otherwise (`users`, `results`) is what it is about.
                    let is_its_list = depth == 0 && value.is_array() && self.is_of_several();
                    let below = if is_its_list { below.or(noun) } else { below };
                    self.walk(depth + 1, value, below);
                }
            }
            Value::Array(list) => {
                for (at, value) in list.iter().enumerate() {
                    let number = format!("{}.", at + 1);
                    self.line(depth, &number, value, None);
                    self.walk(depth + 1, value, noun);
                }
            }
            _ => {}
        }
    }

    /// Whether the page names no one thing by its number.
    fn is_of_several(&self) -> bool {
        let mut path = self.view.address.path.iter();
        !path.any(|segment| segment.bytes().all(|byte| byte.is_ascii_digit()))
    }

    fn line(&mut self, depth: usize, key: &str, value: &Value, noun: Noun<'_>) {
        let plain = match value {
            Value::Object(_) | Value::Array(_) => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let by_table = || self.view.links.link(self.view.locale, noun, key, value);
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
