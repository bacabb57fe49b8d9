//! Reports of delivery: `multipart/report` (RFC 3464), and the bounces of servers that never
//! heard of it. Which mail of ours a report means, the caller finds by what is read here.

use std::collections::HashSet;

use super::address::parse_list;
use super::automatic::is_daemon;
use super::header::Headers;
use super::letter::Letter;
use super::message_id::parse_ids;
use super::token::LOOP_HEADER;
use crate::base::charset;
use crate::base::input::Email;

/// How much of a text is searched, and how many failures are kept.
const LONGEST: usize = 256 << 10;
const MOST_FAILURES: usize = 100;

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It failed for good, by a status 5.x or by what was said.
    Failed,
    /// It failed for now, status 4.x, and nobody tries again.
    Soft,
    /// Somebody still tries.
    Delayed,
    /// It arrived or was handed on.
    Delivered,
}

/// One recipient of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What became of it.
    pub action: Action,
    /// The address, where it is one.
    pub recipient: Option<Email>,
    /// The status, such as `5.1.1`; empty when none was said.
    pub status: String,
    /// What the server said, on one line.
    pub diagnostic: String,
}

/// What a report says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Each recipient that it speaks of.
    pub deliveries: Vec<Delivery>,
    /// The ids that the returned headers name, `Message-ID` first.
    pub ids: Vec<String>,
    /// The value of our loop header among them.
    pub loop_value: Option<String>,
}

/// What a mail reports, if it does: a `multipart/report` on delivery, or a mail of a null
/// sender or of a mail system that names a failed address and a status, or gives our headers
/// back. A receipt of reading is none.
pub fn report(letter: &Letter, envelope_from: Option<&str>) -> Option<Report> {
    let mut report = Report::default();
    for part in &letter.parts {
        let bytes = &part.bytes[..part.bytes.len().min(LONGEST)];
        match part.media_type.as_str() {
            "message/delivery-status" | "message/global-delivery-status" => {
                report.deliveries.extend(deliveries(bytes));
            }
            "message/rfc822"
            | "text/rfc822-headers"
            | "message/global"
            | "message/global-headers"
            | "message/rfc822-headers" => report.read_returned(bytes),
            _ => {}
        }
    }
    let is_report = letter.media_type.starts_with("multipart/report");
    let is_on_delivery = is_report && !letter.media_type.contains("disposition-notification");
    let is_null = envelope_from == Some("") || letter.return_path.as_deref() == Some("");
    let is_system = letter
        .from
        .first()
        .is_some_and(|from| is_daemon(&from.email));
    if !is_on_delivery && !((is_null || is_system) && !is_report) {
        return None;
    }
    let plain = letter.body.text();
    let text = &plain[..plain.floor_char_boundary(LONGEST)];
    if report.ids.is_empty() {
        report.read_quoted(text);
    }
    if report.deliveries.is_empty() {
        report.deliveries = told(text, letter);
    }
    report.deliveries.truncate(MOST_FAILURES);
    let says = !report.deliveries.is_empty() || report.loop_value.is_some();
    (is_on_delivery || says).then_some(report)
}

impl Report {
    fn read_returned(&mut self, bytes: &[u8]) {
        let headers = Headers::read(bytes);
        for name in ["Message-ID", "In-Reply-To", "References"] {
            for value in headers.each(name) {
                self.ids.extend(parse_ids(value));
            }
        }
        let value = headers.get(LOOP_HEADER).map(str::to_owned);
        self.loop_value = self.loop_value.take().or(value);
    }

    /// The headers that old servers paste below what they say.
    fn read_quoted(&mut self, text: &str) {
        for line in text.lines() {
            let line = line.trim_start_matches(['>', ' ', '\t']);
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            if name.eq_ignore_ascii_case("message-id") {
                self.ids.extend(parse_ids(value));
            } else if name.eq_ignore_ascii_case(LOOP_HEADER) {
                self.loop_value
                    .get_or_insert_with(|| value.trim().to_owned());
            }
        }
    }
}

/// The blocks of a `message/delivery-status`, without the first, which is of the mail.
fn deliveries(bytes: &[u8]) -> Vec<Delivery> {
    let text = charset::decode(bytes, None).replace('\r', "");
    let blocks = text
        .split("\n\n")
        .map(|block| Headers::read(block.trim_start().as_bytes()));
    let with_recipient = |block: &Headers| block.has("Final-Recipient") || block.has("Action");
    blocks
        .filter(with_recipient)
        .map(|block| delivery(&block))
        .collect()
}

fn delivery(block: &Headers) -> Delivery {
    let status = block.get("Status").and_then(status_in).unwrap_or_default();
    let diagnostic = block.text("Diagnostic-Code").unwrap_or_default();
    let status = match status.as_str() {
        // Some say no more than that it failed, and the server's words say why.
        "" | "5.0.0" | "4.0.0" => status_in(&diagnostic).unwrap_or(status),
        _ => status,
    };
    let action = block
        .get("Action")
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let action = match action.split_whitespace().next().unwrap_or_default() {
        "delayed" => Action::Delayed,
        "delivered" | "relayed" | "expanded" => Action::Delivered,
        _ if status.starts_with('4') => Action::Soft,
        _ if status.starts_with('2') => Action::Delivered,
        _ => Action::Failed,
    };
    let named = [
        "Original-Recipient",
        "Final-Recipient",
        "X-Actual-Recipient",
    ];
    let recipients = named
        .iter()
        .filter_map(|name| block.get(name))
        .filter_map(|value| {
            let address = value.split_once(';').map_or(value, |(_, address)| address);
            parse_list(address)
                .into_iter()
                .next()
                .map(|address| address.email)
        });
    Delivery {
        action,
        recipient: recipients.into_iter().next(),
        status,
        diagnostic,
    }
}

/// The first enhanced status code (RFC 3463) in a text.
fn status_in(text: &str) -> Option<String> {
    let is_part = |letter: char| letter.is_ascii_digit() || letter == '.';
    let words = text
        .split(|letter: char| !is_part(letter))
        .map(|word| word.trim_matches('.'));
    let mut words = words.filter(|word| {
        let parts: Vec<&str> = word.split('.').collect();
        parts.len() == 3
            && matches!(parts[0], "2" | "4" | "5")
            && parts[1..].iter().all(|part| (1..=3).contains(&part.len()))
    });
    words.next().map(str::to_owned)
}

/// A three-digit answer of SMTP that refuses.
fn answer_in(text: &str) -> Option<char> {
    let mut words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    let word = words.find(|word| {
        word.len() == 3
            && word.starts_with(['4', '5'])
            && word[1..].starts_with(['0', '2', '3', '5'])
            && word.bytes().all(|byte| byte.is_ascii_digit())
    });
    word?.chars().next()
}

/// Words by which servers without codes say that nothing arrived.
#[rustfmt::skip]
const REFUSALS: [&str; 14] = [
    "user unknown", "unknown user", "no such user", "mailbox unavailable", "does not exist",
    "could not be delivered", "undeliverable", "delivery failed", "delivery has failed",
    "unknown recipient", "not be delivered", "permanent error", "no mailbox here", "failed to deliver",
];

/// Whether the returned mail begins here, whose addresses are other people's.
fn begins_returned(line: &str) -> bool {
    let line = line
        .trim_start_matches(['>', ' ', '\t'])
        .to_ascii_lowercase();
    let headers = [
        "message-id:",
        "received:",
        "return-path:",
        "mime-version:",
        "from:",
        "date:",
    ];
    headers.iter().any(|name| line.starts_with(name)) || line.contains("copy of the message")
}

/// What a bounce without fields tells: the addresses that stand in it above the returned mail,
/// and a code or a known refusal beside them.
fn told(text: &str, letter: &Letter) -> Vec<Delivery> {
    let above = text.lines().take_while(|line| !begins_returned(line));
    let head = above.take(60).collect::<Vec<_>>().join("\n");
    let lower = format!("{}\n{head}", letter.subject).to_lowercase();
    let status = status_in(&head).filter(|status| !status.starts_with('2'));
    let class = status
        .as_ref()
        .and_then(|status| status.chars().next())
        .or_else(|| answer_in(&head));
    let is_delay = [
        "delayed",
        "will be retried",
        "still trying",
        "not yet been delivered",
    ];
    let action = match class {
        _ if is_delay.iter().any(|words| lower.contains(words)) => Action::Delayed,
        Some('4') => Action::Soft,
        Some(_) => Action::Failed,
        None if REFUSALS.iter().any(|words| lower.contains(words)) => Action::Failed,
        None => return Vec::new(),
    };
    let failed = letter
        .headers
        .get("X-Failed-Recipients")
        .unwrap_or_default();
    let words = head.split(|letter: char| letter.is_whitespace() || "<>()[]\"';,".contains(letter));
    let words = failed.split([',', ' ']).chain(words);
    let mut known = HashSet::new();
    let addresses = words.filter(|word| word.contains('@')).filter_map(|word| {
        let word = word.trim_matches([':', '.']).trim_start_matches("mailto:");
        Email::parse(word).ok().filter(|email| !is_daemon(email))
    });
    let addresses = addresses.filter(|email| known.insert(email.key()));
    let line = head
        .lines()
        .find(|line| answer_in(line).is_some() || status_in(line).is_some());
    let diagnostic = super::address::header_text(line.unwrap_or_default());
    let one = |email| Delivery {
        action,
        recipient: Some(email),
        status: status.clone().unwrap_or_default(),
        diagnostic: diagnostic.clone(),
    };
    addresses.take(MOST_FAILURES).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::super::letter::parse;
    use super::*;
    use proptest::prelude::*;

    const DSN: &str = "From: MAILER-DAEMON@mx.org
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.org

Final-Recipient: rfc822; Ada@example.com
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 550 5.1.1 <ada@example.com>:
 no such user

Final-Recipient: rfc822; bob@example.com
Action: delayed
Status: 4.4.1
--b
Content-Type: text/rfc822-headers

Message-ID: <d.x@desk.org>
X-Desk-Loop: abc.def
--b--
";

    fn of(text: &str) -> Option<Report> {
        report(&parse(text.as_bytes()).unwrap(), None)
    }

    #[test]
    fn fields_are_read() {
        let report = of(DSN).unwrap();
        let rows = report.deliveries.iter().map(|one| {
            let to = one.recipient.as_ref().map(Email::key).unwrap_or_default();
            (one.action, to, one.status.as_str())
        });
        let rows: Vec<_> = rows.collect();
        assert_eq!(
            rows,
            [
                (Action::Failed, "ada@example.com".to_owned(), "5.1.1"),
                (Action::Delayed, "bob@example.com".to_owned(), "4.4.1"),
            ]
        );
        assert!(report.deliveries[0].diagnostic.ends_with("no such user"));
        assert_eq!(report.ids, ["d.x@desk.org"]);
        assert_eq!(report.loop_value.as_deref(), Some("abc.def"));
    }

    #[test]
    fn bounces_without_fields_are_read() {
        let qmail = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.org\n\nHi. This is the qmail-send program.\n<ada@example.com>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy\nMessage-ID: <d.x@desk.org>\n";
        let report = of(qmail).unwrap();
        assert_eq!(report.deliveries.len(), 1);
        assert_eq!(
            (
                report.deliveries[0].action,
                report.deliveries[0].status.as_str()
            ),
            (Action::Failed, "5.1.1")
        );
        assert_eq!(report.ids, ["d.x@desk.org"]);
        // The same words of a person are none, and a machine that tells of no failure neither.
        assert_eq!(
            of(&qmail
                .replace("Return-Path: <>\n", "")
                .replace("MAILER-DAEMON", "ada")),
            None
        );
        assert_eq!(
            of("Return-Path: <>\nFrom: a@b.org\n\nI am away, write to c@d.org."),
            None
        );
        let receipt = DSN.replace("delivery-status", "disposition-notification");
        assert_eq!(of(&receipt.replace("MAILER-DAEMON", "ada")), None);
    }

    proptest! {
        #[test]
        fn any_report_is_read(text: String, at in 0..DSN.len(), words in "([45]\\.[0-9]\\.[0-9]|550|a@b.org|\n|user unknown| ){0,20}") {
            of(&format!("Return-Path: <>\n\n{text}{words}"));
            let _ = parse(&DSN.as_bytes()[..at]).map(|letter| report(&letter, Some("")));
        }
    }
}
