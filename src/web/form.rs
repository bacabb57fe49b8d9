//! Forms, queries and JSON bodies into one tree. Names nest by PHP's brackets, since that is
//! what the clients are written for: `ids[]=1`, `password[first]=x`, `customFields[122]=v`.
//!
//! It knows neither headers nor rooms. What the leaves mean is for `base::input` to say.

use std::collections::HashMap;

use percent_encoding::percent_decode;
use serde_json::{Map, Value};

use crate::base::charset;
use crate::base::error::{Error, Message, Result};
use crate::base::input::{Budget, MAX_FIELDS};

/// The UTF-8 byte order mark, which some clients put before JSON.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The most digits of a key that counts as a number, so that counting on never overflows.
const MAX_DIGITS: usize = 18;

/// Reads a url-encoded form or a query. Percent-encoding and `+` are undone, what is no UTF-8
/// is read as windows-1252, and a key without a value has the value `""`. [`Error::TooLarge`]
/// beyond the budget of fields, depth and bytes.
pub fn parse(text: &[u8]) -> Result<Value> {
    parse_in(text, None)
}

/// The same of a form whose charset is declared.
pub fn parse_in(text: &[u8], charset: Option<&str>) -> Result<Value> {
    let decoded = |encoded: &[u8]| {
        let spaced: Vec<u8> = encoded
            .iter()
            .map(|byte| if *byte == b'+' { b' ' } else { *byte })
            .collect();
        let bytes: Vec<u8> = percent_decode(&spaced).collect();
        charset::decode(&bytes, charset).into_owned()
    };
    let mut tree = Builder::default();
    for pair in text.split(|byte| *byte == b'&') {
        let end = memchr::memchr(b'=', pair).unwrap_or(pair.len());
        let value = pair.get(end + 1..).unwrap_or_default();
        insert(&mut tree, &decoded(&pair[..end]), decoded(value))?;
    }
    Ok(tree.finish())
}

/// Reads a JSON body; an empty one is an empty object. [`Error::Invalid`] with `input.json`
/// (line, column) when malformed, with `input.duplicate_key` when a key comes twice, and
/// [`Error::TooLarge`] beyond the budget of depth and bytes.
pub fn json(text: &[u8]) -> Result<Value> {
    let text = without_mark(text);
    if text.trim_ascii().is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    crate::base::input::json::parse(text)
}

/// Whether this begins as a JSON object or list does: curl sends JSON as a form unless told
/// otherwise.
pub fn looks_like_json(bytes: &[u8]) -> bool {
    let text = without_mark(bytes).trim_ascii_start();
    matches!(text.first(), Some(b'{' | b'['))
}

fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(MARK).unwrap_or(text)
}

/// A tree that grows by one named field at a time.
#[derive(Debug, Default)]
pub struct Builder {
    root: Branch,
    fields: usize,
    budget: Budget,
}

impl Builder {
    /// The tree: always an object, in the order in which its names first came. Below it,
    /// keys that are exactly 0, 1, 2, … in order make a list.
    pub fn finish(self) -> Value {
        Value::Object(self.root.into_object())
    }
}

/// A text, or a branch once a longer name has made it one.
#[derive(Debug, Default)]
struct Node {
    text: String,
    branch: Option<Branch>,
}

/// Children in the order of their names' first coming.
#[derive(Debug, Default)]
struct Branch {
    children: Vec<(String, Node)>,
    places: HashMap<String, usize>,
    /// The number that `[]` takes next: one more than the highest so far.
    next: u64,
}

impl Branch {
    /// The child under `key`, which `[]` (`None`) chooses; an empty text where there was none.
    fn child(&mut self, key: Option<&str>) -> &mut Node {
        let key = key.map_or_else(|| self.next.to_string(), str::to_owned);
        let end = self.children.len();
        let place = *self.places.entry(key).or_insert_with_key(|key| {
            if let Some(number) = number(key) {
                self.next = self.next.max(number + 1);
            }
            self.children.push((key.clone(), Node::default()));
            end
        });
        &mut self.children[place].1
    }

    fn is_list(&self) -> bool {
        let mut keys = (0_u64..).zip(&self.children);
        keys.all(|(place, (key, _))| number(key) == Some(place))
    }

    fn into_object(self) -> Map<String, Value> {
        let entries = self.children.into_iter();
        entries
            .map(|(key, node)| (key, node.into_value()))
            .collect()
    }
}

impl Node {
    /// The node as a branch; a text gives way, as a later value replaces an earlier one.
    fn branch(&mut self) -> &mut Branch {
        self.branch.get_or_insert_default()
    }

    fn into_value(self) -> Value {
        match self.branch {
            None => Value::String(self.text),
            Some(branch) if branch.is_list() => {
                let items = branch.children.into_iter();
                items.map(|(_, node)| node.into_value()).collect()
            }
            Some(branch) => Value::Object(branch.into_object()),
        }
    }
}

/// The key as PHP's arrays count it: `7`, but neither `07` nor `+7`.
fn number(key: &str) -> Option<u64> {
    let is_plain = key == "0" || !key.starts_with('0');
    let is_digits = key.bytes().all(|b| b.is_ascii_digit());
    let fits = (1..=MAX_DIGITS).contains(&key.len());
    (is_plain && is_digits && fits)
        .then(|| key.parse().ok())
        .flatten()
}

/// Puts a field into the tree. A name that comes again replaces the earlier value, unless it
/// ends in `[]`; a field without a name is dropped. [`Error::TooLarge`] beyond the budget.
pub fn insert(tree: &mut Builder, name: &str, value: String) -> Result<()> {
    let name = name.trim_start_matches(' ');
    if name.is_empty() {
        return Ok(());
    }
    tree.fields += 1;
    if tree.fields > MAX_FIELDS {
        let message = Message::new("input.too_many_fields").with("max", MAX_FIELDS);
        return Err(Error::TooLarge(message));
    }
    tree.budget.spend(name.len() + value.len())?;
    let (first, inner) = segments(name)?;
    let mut node = tree.root.child(Some(first));
    for key in inner {
        node = node.branch().child(key);
    }
    *node = Node {
        text: value,
        branch: None,
    };
    Ok(())
}

/// The name before its brackets and what each bracket holds, `None` for `[]`.
///
/// PHP's rules: a name whose first bracket opens it or never closes has no brackets, only
/// odd letters (PHP would also turn them into `_`, as it does dots and blanks; no client
/// means that); what follows a `]` and is no `[` is dropped, and so is a later bracket that
/// never closes.
fn segments(name: &str) -> Result<(&str, Vec<Option<&str>>)> {
    let whole = Ok((name, Vec::new()));
    let Some(open) = name.find('[').filter(|open| *open > 0) else {
        return whole;
    };
    let (first, mut rest) = name.split_at(open);
    let mut inner = Vec::new();
    while let Some((key, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        inner.push(Some(key).filter(|key| !key.trim_start_matches(' ').is_empty()));
        Budget::enter(inner.len() + 1)?;
        rest = after;
    }
    if inner.is_empty() {
        whole
    } else {
        Ok((first, inner))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::base::input::{MAX_DEPTH, MAX_FIELD_BYTES, MAX_OTHER_BYTES};

    fn key(result: Result<Value>) -> String {
        match result {
            Err(Error::TooLarge(message)) => message.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn names_nest_as_in_php() {
        let table = [
            (
                "a=1&b=two+words&c=%C3%BC",
                json!({"a": "1", "b": "two words", "c": "ü"}),
            ),
            ("ids[]=1&ids[]=2", json!({"ids": ["1", "2"]})),
            ("ids[0]=1&ids[1]=2", json!({"ids": ["1", "2"]})),
            ("ids%5B%5D=1&ids%5b%5d=2", json!({"ids": ["1", "2"]})),
            ("ids[1]=1&ids[0]=2", json!({"ids": {"1": "1", "0": "2"}})),
            ("ids[5]=1&ids[]=2", json!({"ids": {"5": "1", "6": "2"}})),
            (
                "ids[]=1&ids[x]=2&ids[]=3",
                json!({"ids": {"0": "1", "x": "2", "1": "3"}}),
            ),
            ("ids[00]=1", json!({"ids": {"00": "1"}})),
            (
                "password[first]=x&password[second]=y",
                json!({"password": {"first": "x", "second": "y"}}),
            ),
            ("customFields[122]=v", json!({"customFields": {"122": "v"}})),
            (
                "a[b][c]=d&a[b][e]=f",
                json!({"a": {"b": {"c": "d", "e": "f"}}}),
            ),
            ("a[][b]=1&a[][b]=2", json!({"a": [{"b": "1"}, {"b": "2"}]})),
            ("a=1&a=2", json!({"a": "2"})),
            ("a=1&b=2&a=3", json!({"a": "3", "b": "2"})),
            ("a=1&a[b]=2", json!({"a": {"b": "2"}})),
            ("a[b]=2&a=1", json!({"a": "1"})),
            ("trashed", json!({"trashed": ""})),
            ("page=", json!({"page": ""})),
            ("?&page=1&&", json!({"?": "", "page": "1"})),
            ("&page=1", json!({"page": "1"})),
            ("=1", json!({})),
            ("", json!({})),
            ("0=a&1=b", json!({"0": "a", "1": "b"})),
            ("a.b=1&c d=2", json!({"a.b": "1", "c d": "2"})),
            ("a=b=c", json!({"a": "b=c"})),
            ("a=%ff%zz%", json!({"a": "ÿ%zz%"})),
        ];
        for (text, tree) in table {
            let read = parse(text.as_bytes()).unwrap();
            assert_eq!(read.to_string(), tree.to_string(), "{text}");
        }
    }

    #[test]
    fn malformed_brackets_are_part_of_the_name() {
        let table = [
            ("a[=1", json!({"a[": "1"})),
            ("a[b=1", json!({"a[b": "1"})),
            ("a]b=1", json!({"a]b": "1"})),
            ("[a]=1", json!({"[a]": "1"})),
            ("[=1", json!({"[": "1"})),
            ("a[b]c=1", json!({"a": {"b": "1"}})),
            ("a[b][c=1", json!({"a": {"b": "1"}})),
            ("a[b[c]=1", json!({"a": {"b[c": "1"}})),
            ("a[ ]=1", json!({"a": ["1"]})),
        ];
        for (text, tree) in table {
            assert_eq!(parse(text.as_bytes()).unwrap(), tree, "{text}");
        }
    }

    #[test]
    fn fields_depth_and_bytes_are_bounded() {
        let fields = |count: usize| "a[]=1&".repeat(count);
        assert_eq!(
            parse(fields(1000).as_bytes()).unwrap()["a"]
                .as_array()
                .map(Vec::len),
            Some(1000)
        );
        assert_eq!(
            key(parse(fields(1001).as_bytes())),
            "input.too_many_fields|max=1000"
        );
        let nested = |depth: usize| format!("a{}=1", "[b]".repeat(depth - 1));
        assert!(parse(nested(MAX_DEPTH).as_bytes()).is_ok());
        assert_eq!(
            key(parse(nested(MAX_DEPTH + 1).as_bytes())),
            "input.too_deep|max=64"
        );
        assert_eq!(
            key(parse(nested(1_000_000).as_bytes())),
            "input.too_deep|max=64"
        );
        let bytes =
            |reply: usize, other: usize| format!("r={}&o={}", "x".repeat(reply), "y".repeat(other));
        assert!(parse(bytes(MAX_FIELD_BYTES - 1, MAX_OTHER_BYTES - 1).as_bytes()).is_ok());
        assert_eq!(
            key(parse(bytes(MAX_FIELD_BYTES, 0).as_bytes())),
            "input.field_too_large|max=5"
        );
        assert_eq!(
            key(parse(
                bytes(MAX_FIELD_BYTES - 1, MAX_OTHER_BYTES).as_bytes()
            )),
            "input.too_large|max=1"
        );
    }

    #[test]
    fn json_is_strict_and_forgives_mark_and_emptiness() {
        for text in ["", " \r\n", "\u{feff}"] {
            assert_eq!(json(text.as_bytes()).unwrap(), json!({}));
        }
        assert_eq!(
            json("\u{feff} {\"a\": [1]}\n".as_bytes()).unwrap(),
            json!({"a": [1]})
        );
        assert!(matches!(json(b"{\"a\":1,\"a\":2}"), Err(Error::Invalid(_))));
        assert!(matches!(json(b"{} {}"), Err(Error::Invalid(_))));
    }

    #[test]
    fn content_tells_json_from_a_form() {
        for text in ["{}", " \r\n[1]", "\u{feff}{"] {
            assert!(looks_like_json(text.as_bytes()), "{text}");
        }
        for text in ["", "  ", "a=1", "\"text\"", "a={}"] {
            assert!(!looks_like_json(text.as_bytes()), "{text}");
        }
    }

    /// Trees as a form can say them: no empty branches, all leaves text.
    fn any_tree() -> impl Strategy<Value = Value> {
        let leaf = ".{0,8}".prop_map(Value::from);
        let inner = leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4).prop_map(Value::from),
                prop::collection::btree_map("[a-z. ü&=%+]{0,3}[a-z]", inner, 1..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        });
        prop::collection::btree_map("[a-z.ü&=%+][a-z ]{0,3}", inner, 0..5)
            .prop_map(|map| Value::Object(map.into_iter().collect()))
    }

    fn fields(name: &str, value: &Value, form: &mut form_urlencoded::Serializer<'_, String>) {
        match value {
            Value::Array(items) => {
                for (place, item) in items.iter().enumerate() {
                    fields(&format!("{name}[{place}]"), item, form);
                }
            }
            Value::Object(map) => {
                for (key, item) in map {
                    fields(&format!("{name}[{key}]"), item, form);
                }
            }
            leaf => {
                form.append_pair(name, leaf.as_str().unwrap());
            }
        }
    }

    proptest! {
        #[test]
        fn a_tree_survives_its_way_through_a_form(tree in any_tree()) {
            let mut form = form_urlencoded::Serializer::new(String::new());
            for (name, value) in tree.as_object().unwrap() {
                fields(name, value, &mut form);
            }
            prop_assert_eq!(parse(form.finish().as_bytes()).unwrap(), tree);
        }

        #[test]
        fn nothing_panics_and_the_root_is_an_object(text in prop::collection::vec(
            prop_oneof![Just(b'['), Just(b']'), Just(b'='), Just(b'&'), Just(b'0'), Just(b'a'), any::<u8>()], 0..60,
        )) {
            prop_assert!(parse(&text).unwrap().is_object());
            looks_like_json(&text);
            let _ = json(&text);
        }
    }
}
