//! Plain text as HTML: escaped, with line breaks and links.

use std::fmt::Write;
use std::sync::LazyLock;

use linkify::{LinkFinder, LinkKind};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::clean::within_bounds;

/// What may stand in a `mailto:` address as it is; `?`, `&` and `%` would begin headers.
const ADDRESS: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'@')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_')
    .remove(b'+')
    .remove(b'~');

static FINDER: LazyLock<LinkFinder> = LazyLock::new(LinkFinder::new);

/// How many lines are shown as such; more are one element that keeps its lines.
const MOST_LINES: usize = 20_000;

/// How many ampersands and letters of U+0080 to U+00BF may stand in one run of text. For
/// each, the serialiser (html5ever 0.40) searches the whole rest of the run. A `<wbr>`,
/// which shows nothing, begins a new one.
const MOST_SPECIAL: usize = 512;

/// The HTML of a plain text: what [`clean`](super::clean()) would leave as it is.
pub(super) fn to_html(text: &str) -> String {
    // Before anything is looked for in it: what is shown is the same text then.
    let text: String = text.chars().filter(|letter| is_kept(*letter)).collect();
    let text = text.trim_start_matches(['\r', '\n', '\u{feff}']).trim_end();
    if memchr::memchr2_iter(b'\n', b'\r', text.as_bytes()).count() > MOST_LINES {
        let mut html = String::from("<pre>");
        push_text(&mut html, text, "\n");
        html.push_str("</pre>");
        return html;
    }
    // The finder and a browser may not agree on what an address is: the cleaner decides.
    let linked = may_hold_links(text).then(|| linked(text));
    linked
        .and_then(|html| within_bounds(&html))
        .unwrap_or_else(|| {
            let mut html = String::with_capacity(text.len() + text.len() / 8);
            push_text(&mut html, text, "<br>\n");
            html
        })
}

fn linked(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 4);
    for span in FINDER.spans(text) {
        match span.kind() {
            Some(LinkKind::Url) if is_web(span.as_str()) => {
                push_link(&mut html, span.as_str(), span.as_str());
            }
            Some(LinkKind::Email) => {
                let address = utf8_percent_encode(span.as_str(), ADDRESS);
                push_link(&mut html, &format!("mailto:{address}"), span.as_str());
            }
            _ => push_text(&mut html, span.as_str(), "<br>\n"),
        }
    }
    html
}

/// Of the characters below U+0020, those that are whitespace.
fn is_kept(letter: char) -> bool {
    !letter.is_ascii_control() || matches!(letter, '\t' | '\n' | '\r')
}

/// Most texts hold none, and need no search.
fn may_hold_links(text: &str) -> bool {
    memchr::memchr(b'@', text.as_bytes()).is_some()
        || memchr::memmem::find(text.as_bytes(), b"://").is_some()
}

/// Other schemes are for programs, not for readers.
fn is_web(url: &str) -> bool {
    let has_scheme = |scheme: &str| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    has_scheme("http://") || has_scheme("https://")
}

fn push_link(html: &mut String, target: &str, shown: &str) {
    // Writing to a string cannot fail.
    let _ = write!(html, "<a href=\"{}\">", super::escape(target));
    push_text(html, shown, "<br>\n");
    html.push_str("</a>");
}

/// Escapes what stands between tags, as the cleaner's serialiser does, so that a plain
/// text without links needs no cleaning. Quotes may stay there, and then most texts are
/// stored once and not twice.
fn push_text(html: &mut String, text: &str, line_break: &str) {
    let mut special = 0;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if matches!(letter, '&' | '\u{80}'..='\u{bf}') {
            if special == MOST_SPECIAL {
                html.push_str("<wbr>");
                special = 0;
            }
            special += 1;
        }
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '\u{a0}' => html.push_str("&nbsp;"),
            '\n' => html.push_str(line_break),
            '\r' => {
                letters.next_if_eq(&'\n');
                html.push_str(line_break);
            }
            other => html.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const REL: &str = "rel=\"noopener noreferrer nofollow\"";

    #[test]
    fn only_web_and_mail_addresses_become_links() {
        for text in [
            "javascript://example.com/%0aalert(1)",
            "ftp://example.com/x",
            "data:text/html,x",
            "file:///etc/passwd",
            "www.example.com",
            "a@b",
        ] {
            assert_eq!(to_html(text), text);
        }
        assert_eq!(
            to_html("HTTP://Example.com/x"),
            format!("<a href=\"HTTP://Example.com/x\" {REL}>HTTP://Example.com/x</a>")
        );
    }

    #[test]
    fn a_mail_address_cannot_carry_headers_or_quotes() {
        let html = to_html("a?bcc=x&y%0a@example.com");
        assert!(
            html.contains("href=\"mailto:a%3Fbcc%3Dx%26y%250a@example.com\""),
            "{html}"
        );
        let html = to_html("https://example.com/\"onmouseover=alert(1)//");
        assert!(
            html.starts_with(&format!("<a href=\"https://example.com/\" {REL}>")),
            "{html}"
        );
    }

    #[test]
    fn line_ends_of_all_kinds_are_breaks() {
        assert_eq!(
            to_html("\n\r\na\rb\r\nc\n\nd\n \n"),
            "a<br>\nb<br>\nc<br>\n<br>\nd"
        );
    }

    #[test]
    fn hostile_texts_cost_in_proportion_to_their_length() {
        for unit in [
            "a@",
            "@",
            "://",
            "a://",
            "http://",
            "a.",
            "a.b@c.d ",
            "http://a.b/(",
            "(",
            "&@ ",
        ] {
            let text = format!("{}a@b.example", unit.repeat(100_000 / unit.len()));
            let begun = std::time::Instant::now();
            to_html(&text);
            assert!(
                begun.elapsed().as_secs() < 20,
                "{unit}: {:?}",
                begun.elapsed()
            );
        }
    }

    proptest! {
        #[test]
        fn the_cleaner_has_nothing_to_add(text in "(\\PC|[ \t\r\n\u{a0}\u{0}<>&\"'@:/.]|https://|a@b\\.c){0,40}") {
            let html = to_html(&text);
            prop_assert_eq!(super::super::clean(&html), html);
        }

        #[test]
        fn the_words_stay(text: String) {
            let words: String = text.chars().filter(|letter| !letter.is_control() && !letter.is_whitespace() && *letter != '\u{feff}').collect();
            let shown: String = super::super::text_of(&to_html(&text)).chars().filter(|letter| !letter.is_whitespace() && !letter.is_control() && *letter != '\u{feff}').collect();
            prop_assert_eq!(shown, words);
        }
    }
}
