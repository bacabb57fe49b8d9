//! A caller of the API, straight through the router.

use std::net::IpAddr;
use std::sync::Arc;

use pocketdesk::app::App;
use pocketdesk::web::reply::{Body, Reply};
use pocketdesk::web::request::Request;
use serde_json::Value;

/// Somebody who calls, with or without a token.
#[derive(Clone)]
pub(crate) struct Client {
    app: Arc<App>,
    token: Option<String>,
    headers: Vec<(String, String)>,
    address: Option<IpAddr>,
    is_https: bool,
}

impl Client {
    pub(crate) fn new(app: Arc<App>, token: Option<String>) -> Self {
        Self {
            app,
            token,
            headers: Vec::new(),
            address: None,
            is_https: false,
        }
    }

    /// The same caller from this address.
    pub(crate) fn at_address(&self, address: &str) -> Self {
        let mut client = self.clone();
        client.address = Some(address.parse().expect("an address"));
        client
    }

    /// The same caller by https.
    pub(crate) fn by_https(&self) -> Self {
        let mut client = self.clone();
        client.is_https = true;
        client
    }

    /// The token that it calls with.
    pub(crate) fn token(&self) -> &str {
        self.token.as_deref().expect("a token")
    }

    /// The same caller with one more header on every call.
    pub(crate) fn with_header(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client
            .headers
            .push((name.to_ascii_lowercase(), value.to_owned()));
        client
    }

    pub(crate) fn get(&self, target: &str) -> Answer {
        self.send("GET", target, "", b"")
    }

    pub(crate) fn post(&self, target: &str, body: Value) -> Answer {
        self.send(
            "POST",
            target,
            "application/json",
            body.to_string().as_bytes(),
        )
    }

    pub(crate) fn put(&self, target: &str, body: Value) -> Answer {
        self.send(
            "PUT",
            target,
            "application/json",
            body.to_string().as_bytes(),
        )
    }

    pub(crate) fn patch(&self, target: &str, body: Value) -> Answer {
        self.send(
            "PATCH",
            target,
            "application/json",
            body.to_string().as_bytes(),
        )
    }

    /// A DELETE without a body.
    pub(crate) fn delete(&self, target: &str) -> Answer {
        self.send("DELETE", target, "", b"")
    }

    pub(crate) fn delete_with(&self, target: &str, body: Value) -> Answer {
        self.send(
            "DELETE",
            target,
            "application/json",
            body.to_string().as_bytes(),
        )
    }

    /// A POST of a form, as a browser sends it.
    pub(crate) fn post_form(&self, target: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        let kind = "application/x-www-form-urlencoded";
        self.send("POST", target, kind, form.finish().as_bytes())
    }

    /// Any request, with a body of any kind.
    pub(crate) fn send(
        &self,
        method: &str,
        target: &str,
        content_type: &str,
        body: &[u8],
    ) -> Answer {
        let mut headers = self.headers.clone();
        if let Some(token) = &self.token {
            headers.push(("authorization".into(), format!("Bearer {token}")));
        }
        if !content_type.is_empty() {
            headers.push(("content-type".into(), content_type.into()));
        }
        let mut reader = body;
        let reply = self.app.handle(Request {
            method: method.into(),
            target: target.into(),
            headers,
            length: body.len() as u64,
            body: &mut reader,
            peer: self.address,
            is_https: self.is_https,
            id: "test-request".into(),
        });
        Answer {
            status: reply.status,
            stored: self.stored(&reply),
            reply,
        }
    }

    /// The bytes of a stored file, as the gate would send them.
    fn stored(&self, reply: &Reply) -> Option<Vec<u8>> {
        match &reply.body {
            Body::Bytes(_) | Body::Prepared(_) => None,
            Body::File(path) => {
                let path = self.app.parts().files.root().join(path);
                Some(std::fs::read(path).expect("a stored file is there"))
            }
        }
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    reply: Reply,
    stored: Option<Vec<u8>>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(self.reply.bytes())
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.stored.as_deref().unwrap_or_else(|| self.reply.bytes())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.reply.header(name)
    }

    /// The body, of an answer that must be a success.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        self.json()
    }

    /// The `error` code, of an answer that must have this status.
    #[track_caller]
    pub(crate) fn error(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        let body = self.json();
        assert!(
            body["error_description"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{body}"
        );
        body["error"].as_str().unwrap_or_default().to_owned()
    }
}
