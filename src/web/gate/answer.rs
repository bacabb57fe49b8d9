//! What the client gets: status line, headers, and the gate's own refusals. Head and body
//! of a small answer are one piece, so that they leave in one write.

use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use super::private::line;
use super::refusal::Refusal;
use crate::web::cors;

/// Headers that every answer has unless its maker has said otherwise, in lower case as they
/// are compared, with their values.
pub(super) const DEFAULTS: [(&str, &str); 3] = [
    ("cache-control", "no-store"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
];

/// The date format of RFC 9110 section 5.6.7.
const IMF_FIXDATE: &[BorrowedFormatItem<'static>] = format_description!(
    "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
);

/// How the connection goes on after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// The next request may come; HTTP/1.1 takes that for granted.
    Stays,
    /// The same, said aloud for a client of HTTP/1.0.
    StaysAloud,
    Closes,
}

/// The head of an answer.
#[derive(Debug)]
pub(super) struct Head<'a> {
    pub(super) status: u16,
    /// Header lines that are ready to be sent.
    pub(super) lines: &'a [u8],
    /// Which of [`DEFAULTS`] they include.
    pub(super) has: &'a [&'static str],
    pub(super) id: &'a str,
    pub(super) length: u64,
    pub(super) after: After,
}

/// Writes a head, with the empty line that ends it.
pub(super) fn write_head(out: &mut Vec<u8>, head: &Head<'_>) {
    status_line(out, head.status);
    line(out, "Date", date().as_bytes());
    out.extend_from_slice(head.lines);
    for (name, value) in DEFAULTS {
        if !head.has.contains(&name) {
            line(out, name, value.as_bytes());
        }
    }
    line(out, "X-Request-Id", head.id.as_bytes());
    // RFC 9110 section 8.6: no length with 204; with 304 it would be that of another answer.
    if !matches!(head.status, 100..=199 | 204 | 304) {
        line(out, "Content-Length", head.length.to_string().as_bytes());
    }
    match head.after {
        After::Stays => {}
        After::StaysAloud => line(out, "Connection", b"keep-alive"),
        After::Closes => line(out, "Connection", b"close"),
    }
    out.extend_from_slice(b"\r\n");
}

/// A whole answer of the gate's own, in the API's shape.
pub(super) fn refusal(refusal: &Refusal, id: &str, after: After, is_head: bool) -> Vec<u8> {
    let body = serde_json::json!({
        "error": refusal.error,
        "error_description": refusal.description.as_ref(),
    })
    .to_string();
    let mut lines = Vec::new();
    line(&mut lines, "Content-Type", b"application/json");
    for (name, value) in cors::SHARED {
        line(&mut lines, name, value.as_bytes());
    }
    match refusal.status {
        405 => line(
            &mut lines,
            "Allow",
            b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
        ),
        429 => {
            for name in ["Retry-After", "RateLimit-Reset"] {
                line(&mut lines, name, b"1");
            }
            line(&mut lines, "RateLimit-Remaining", b"0");
        }
        503 if refusal != &Refusal::UNANSWERED => line(&mut lines, "Retry-After", b"1"),
        _ => {}
    }
    let head = Head {
        status: refusal.status,
        lines: &lines,
        has: &[],
        id,
        length: body.len() as u64,
        after,
    };
    let mut out = Vec::with_capacity(512);
    write_head(&mut out, &head);
    if !is_head {
        out.extend_from_slice(body.as_bytes());
    }
    out
}

/// `HTTP/1.1 200 OK`.
pub(super) fn status_line(out: &mut Vec<u8>, status: u16) {
    out.extend_from_slice(b"HTTP/1.1 ");
    out.extend_from_slice(status.to_string().as_bytes());
    out.extend_from_slice(b" ");
    out.extend_from_slice(reason(status).as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// The reason phrases of the statuses that are in use here; RFC 9112 lets it be empty.
const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        507 => "Insufficient Storage",
        _ => "",
    }
}

/// The Date header's value.
fn date() -> String {
    // A clock beyond the year 9999 gives an empty date rather than no answer.
    now().format(IMF_FIXDATE).unwrap_or_default()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the Date header tells the machine's time by definition; no decision hangs on it"
)]
fn now() -> OffsetDateTime {
    std::time::SystemTime::now().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_the_form_that_http_asks_for() {
        let moment = OffsetDateTime::from_unix_timestamp(784_111_777).expect("it is in range");
        assert_eq!(
            moment.format(IMF_FIXDATE).expect("it formats"),
            "Sun, 06 Nov 1994 08:49:37 GMT"
        );
    }

    #[test]
    fn what_the_answer_says_itself_is_left_alone() {
        let head = Head {
            status: 204,
            lines: b"Cache-Control: private\r\n",
            has: &["cache-control"],
            id: "abc-1",
            length: 0,
            after: After::Closes,
        };
        let mut out = Vec::new();
        write_head(&mut out, &head);
        let text = String::from_utf8(out).expect("it is text");
        let without_date: Vec<&str> = text
            .lines()
            .filter(|line| !line.starts_with("Date"))
            .collect();
        assert_eq!(
            without_date,
            [
                "HTTP/1.1 204 No Content",
                "Cache-Control: private",
                "referrer-policy: no-referrer",
                "x-content-type-options: nosniff",
                "X-Request-Id: abc-1",
                "Connection: close",
                "",
            ]
        );
    }
}
