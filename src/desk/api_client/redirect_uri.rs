//! Where a client may be answered: what admins may register. A code goes to such a place
//! in the clear, so that it must be the client's own beyond doubt: by https, on the same
//! machine, or by a scheme that a native program has claimed (RFC 8252).

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;
use url::{Host, Url};

use crate::base::error::Message;

/// How many a client may have.
const MOST: usize = 20;
/// The longest, in bytes.
const LONGEST: usize = 1_000;

/// Schemes that lead to no program of the client's.
const NO_PROGRAM: &[&str] = &[
    "about",
    "blob",
    "chrome",
    "chrome-extension",
    "content",
    "data",
    "file",
    "filesystem",
    "ftp",
    "intent",
    "jar",
    "javascript",
    "mailto",
    "moz-extension",
    "ms-appx",
    "resource",
    "sms",
    "tel",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];

/// A list of redirect URIs: an array, or a text with blanks, line breaks or commas between.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RedirectUris(Vec<String>);

impl RedirectUris {
    pub(super) fn into_vec(self) -> Vec<String> {
        self.0
    }

    fn read(value: Value) -> Result<Self, Message> {
        let mut uris: Vec<String> = Vec::new();
        for uri in entries(value)? {
            if !is_safe(&uri) {
                return Err(Message::new("api_client.bad_redirect_uri"));
            }
            if !uris.contains(&uri) {
                uris.push(uri);
            }
        }
        if uris.len() > MOST {
            return Err(Message::new("input.too_many").with("max", MOST));
        }
        Ok(Self(uris))
    }
}

fn entries(value: Value) -> Result<Vec<String>, Message> {
    let text = |value: Value| match value {
        Value::String(text) => Ok(text.trim().to_owned()),
        _ => Err(Message::new("input.text")),
    };
    let listed = match value {
        Value::Null => Vec::new(),
        Value::Array(list) => list.into_iter().map(text).collect::<Result<_, _>>()?,
        Value::Object(map) => map
            .into_iter()
            .map(|(_, value)| text(value))
            .collect::<Result<_, _>>()?,
        other => {
            let text = text(other)?;
            if let Ok(Value::Array(list)) = serde_json::from_str(&text) {
                return entries(Value::Array(list));
            }
            text.split(|c: char| c.is_whitespace() || c == ',')
                .map(str::to_owned)
                .collect()
        }
    };
    Ok(listed.into_iter().filter(|uri| !uri.is_empty()).collect())
}

/// Whether a code may be sent there.
fn is_safe(uri: &str) -> bool {
    // The parser passes over blanks and control characters and takes `\` for `/`; what is
    // compared to the letter later must hold none.
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'#' | b'\\');
    if uri.len() > LONGEST || !uri.bytes().all(is_plain) || uri.contains(":///") {
        return false;
    }
    let Ok(url) = Url::parse(uri) else {
        return false;
    };
    let has_login = !url.username().is_empty() || url.password().is_some();
    // Without its slashes a browser would take it for a path of this desk.
    let is_whole = uri[url.scheme().len()..].starts_with("://");
    let is_web = is_whole && !has_login;
    match url.scheme() {
        "https" => is_web && url.host().is_some(),
        "http" => is_web && url.host().is_some_and(|host| is_this_machine(&host)),
        scheme => !NO_PROGRAM.contains(&scheme),
    }
}

fn is_this_machine(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// The place of a redirect URI as a source of a content security policy, and for people.
pub fn place(uri: &str) -> String {
    match Url::parse(uri) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url.origin().ascii_serialization(),
        Ok(url) => format!("{}:", url.scheme()),
        Err(_) => "'none'".to_owned(),
    }
}

impl<'de> Deserialize<'de> for RedirectUris {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Value::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl JsonSchema for RedirectUris {
    fn schema_name() -> Cow<'static, str> {
        "RedirectUris".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "array",
            "items": { "type": "string", "format": "uri", "maxLength": LONGEST },
            "maxItems": MOST,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_the_clients_own_places_are_taken() {
        for uri in [
            "https://app.example.com/callback",
            "https://app.example.com:8443/cb?tenant=1",
            "http://127.0.0.1:7777/cb",
            "http://[::1]/cb",
            "http://localhost:3000/cb",
            "com.example.app:/callback",
            "exampleapp://callback",
        ] {
            assert!(is_safe(uri), "{uri}");
        }
        for uri in [
            "",
            "/callback",
            "app.example.com/callback",
            "http://app.example.com/callback",
            "http://127.0.0.1.example.com/cb",
            "http://localhost.example.com/cb",
            "https://user@app.example.com/",
            "https://user:word@app.example.com/",
            "https://app.example.com/cb#part",
            "https://app.example.com/c b",
            "https://app.example.com/\tcb",
            "https://ä.example.com/cb",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "https:///cb",
            "https:/app.example.com/cb",
            "https:app.example.com/cb",
            "HTTPS:app.example.com/cb",
            "http:127.0.0.1/cb",
            "https:\\\\app.example.com/cb",
        ] {
            assert!(!is_safe(uri), "{uri}");
        }
    }

    #[test]
    fn lists_come_in_many_forms() {
        let (one, two) = ("https://a.example/cb", "com.example:/x");
        for value in [
            json!([one, two, one]),
            json!(format!("{one}\r\n {two} ")),
            json!(format!("{one},{two}")),
            json!({ "0": one, "1": two }),
            json!(format!("[\"{one}\", \"{two}\"]")),
        ] {
            let uris = RedirectUris::read(value.clone()).unwrap();
            assert_eq!(uris.into_vec(), [one, two], "{value}");
        }
        for none in [json!(null), json!(""), json!([]), json!(" \n")] {
            assert_eq!(RedirectUris::read(none).unwrap(), RedirectUris::default());
        }
        let many: Vec<String> = (0..21).map(|n| format!("https://a.example/{n}")).collect();
        for refused in [json!([1]), json!(7), json!(["x"]), json!(many)] {
            assert!(RedirectUris::read(refused.clone()).is_err(), "{refused}");
        }
    }

    #[test]
    fn a_place_is_a_source_of_a_policy() {
        for (uri, want) in [
            ("https://app.example.com/cb?x=;", "https://app.example.com"),
            ("http://127.0.0.1:7777/cb", "http://127.0.0.1:7777"),
            ("com.example.app:/cb", "com.example.app:"),
        ] {
            assert_eq!(place(uri), want);
        }
    }
}
