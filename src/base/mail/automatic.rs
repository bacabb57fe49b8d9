//! Whether a machine wrote a mail, and which kind of machine: what must not be answered, and
//! what must not count as an answer.

use super::address::{Address, is_same};
use super::letter::Letter;
use super::message_id::parse_id;
use crate::base::input::Email;

/// What kind of machine wrote a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Automatic {
    /// It answers by itself: out of office, a desk's acknowledgement.
    Answer,
    /// It writes by itself: a monitor, an invoice, a form.
    Generated,
    /// A mailing list or newsletter.
    List,
    /// It reports on delivery, or may: [`report`](super::report::report) says whether it does.
    Report,
}

/// Headers whose mere presence tells an answering machine.
const ANSWERING: [&str; 5] = [
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponder",
    "X-AutoReply-From",
    "X-Mail-Autoreply",
];

/// Whether a machine wrote it. `own` are the mailbox's addresses, aliases among them: lists
/// that deliver to the desk itself, such as a Google group, count for nothing.
/// `envelope_from` is the sender of the envelope where it is known, empty for the null sender.
pub fn automatic(letter: &Letter, envelope_from: Option<&str>, own: &[Email]) -> Option<Automatic> {
    let headers = &letter.headers;
    if letter.media_type.starts_with("multipart/report") {
        return Some(Automatic::Report);
    }
    let submitted = first_word(headers.get("Auto-Submitted"));
    let precedences = ["Precedence", "X-Precedence"].map(|name| first_word(headers.get(name)));
    let suppressed = headers.get("X-Auto-Response-Suppress");
    let is_told_not_to = suppressed.is_some_and(|value| !value.trim().eq_ignore_ascii_case("none"));
    let answers = submitted == "auto-replied"
        || submitted == "auto-notified"
        || precedences.iter().any(|word| word == "auto_reply")
        || ANSWERING.iter().any(|name| {
            headers
                .get(name)
                .is_some_and(|value| !value.trim().eq_ignore_ascii_case("no"))
        });
    if answers {
        return Some(Automatic::Answer);
    }
    let is_null = envelope_from == Some("") || letter.return_path.as_deref() == Some("");
    let author = letter.from.first();
    if author.is_some_and(|author| is_daemon(&author.email)) {
        return Some(Automatic::Report);
    }
    // A group in front of the mailbox adds its list headers to what people write.
    let is_list = ["List-Id", "List-Unsubscribe", "List-Post"]
        .iter()
        .any(|name| headers.has(name))
        || precedences
            .iter()
            .any(|word| matches!(word.as_str(), "bulk" | "junk" | "list"));
    if is_list && !is_own_list(letter, own) {
        return Some(Automatic::List);
    }
    let is_submitted = !submitted.is_empty() && submitted != "no";
    let is_noreply = author.is_some_and(|author| is_noreply(&author.email)) && !is_form(letter);
    (is_submitted || is_told_not_to || is_null || is_noreply).then_some(Automatic::Generated)
}

/// Whether mail of this address comes from machines that answer nobody: `noreply` and kin.
pub fn is_noreply(email: &Email) -> bool {
    let local: String = email
        .local()
        .to_ascii_lowercase()
        .replace(['-', '_', '.'], "");
    let local = local.split('+').next().unwrap_or_default();
    ["noreply", "donotreply", "nepasrepondre"]
        .iter()
        .any(|name| local.starts_with(name) || local.ends_with(name))
}

/// Whether this address is where mail systems report from.
pub fn is_daemon(email: &Email) -> bool {
    let local = email.local().to_ascii_lowercase();
    matches!(
        local.as_str(),
        "mailer-daemon" | "postmaster" | "mailerdaemon" | "mail-daemon"
    )
}

/// Whether somebody else than the machine is to be answered: a form on a web page.
fn is_form(letter: &Letter) -> bool {
    let is_person = |address: &Address| {
        !is_noreply(&address.email)
            && !letter
                .from
                .iter()
                .any(|from| is_same(&from.email, &address.email))
    };
    letter.reply_to.iter().any(is_person)
}

/// Whether the list posts to one of these addresses.
fn is_own_list(letter: &Letter, own: &[Email]) -> bool {
    let values = ["List-Post", "List-Id"]
        .into_iter()
        .flat_map(|name| letter.headers.each(name));
    let mut ids = values.filter_map(parse_id);
    ids.any(|id| {
        let id = id
            .trim_start_matches("mailto:")
            .split('?')
            .next()
            .unwrap_or_default()
            .to_lowercase();
        // The id of a list is its address with a dot for the `@`.
        let is_it = |email: &Email| id == email.key() || id == email.key().replace('@', ".");
        own.iter().any(is_it)
    })
}

fn first_word(value: Option<&str>) -> String {
    let value = value.unwrap_or_default().to_ascii_lowercase();
    let word = value
        .split([';', ' ', '\t', '('])
        .find(|word| !word.is_empty());
    word.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::letter::parse;
    use super::*;

    fn kind(headers: &str) -> Option<Automatic> {
        let from = if headers.contains("From:") {
            ""
        } else {
            "From: ada@example.com\n"
        };
        let letter = parse(format!("{from}{headers}\n\nx").as_bytes()).unwrap();
        automatic(&letter, None, &[Email::parse("help@desk.org").unwrap()])
    }

    #[test]
    fn machines_are_known_by_their_headers() {
        for (headers, expected) in [
            ("X: y", None),
            ("Auto-Submitted: no", None),
            (
                "Auto-Submitted: auto-replied (vacation)",
                Some(Automatic::Answer),
            ),
            ("Auto-Submitted: Auto-Generated", Some(Automatic::Generated)),
            ("Precedence: bulk", Some(Automatic::List)),
            ("X-Precedence: AUTO_REPLY", Some(Automatic::Answer)),
            ("X-Autoreply: yes", Some(Automatic::Answer)),
            ("List-Id: Talk <talk.example.com>", Some(Automatic::List)),
            ("List-Id: Help <help.desk.org>\nPrecedence: list", None),
            (
                "List-Post: <mailto:help@desk.org>\nList-Unsubscribe: <https://x>",
                None,
            ),
            ("X-Auto-Response-Suppress: none", None),
            ("X-Auto-Response-Suppress: OOF", Some(Automatic::Generated)),
            ("Return-Path: <>", Some(Automatic::Generated)),
            ("From: MAILER-DAEMON@example.com", Some(Automatic::Report)),
            ("From: no-reply@example.com", Some(Automatic::Generated)),
            ("From: noreply@form.org\nReply-To: ada@example.com", None),
            (
                "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
                Some(Automatic::Report),
            ),
        ] {
            assert_eq!(kind(headers), expected, "{headers}");
        }
        let letter = parse(b"From: ada@example.com\n\nx").unwrap();
        assert_eq!(
            automatic(&letter, Some(""), &[]),
            Some(Automatic::Generated)
        );
        assert_eq!(automatic(&letter, Some("ada@example.com"), &[]), None);
    }
}
