//! Strangers' text: what came in a mail or a form becomes HTML that may stand in a page,
//! and text that may be searched.
//!
//! Nothing here knows of tickets, mail or pages. The cleaned form has no scripts, no
//! styles and no relative addresses; that remote pictures are shown only on request,
//! and messages only in a sandboxed frame, is for the pages to see to.

mod clean;
mod nest;
mod plain;
mod scan;
mod text;

use std::borrow::Cow;

pub use clean::clean;
pub use text::{excerpt, text_of};

/// The version of the rules in this module, stored beside what they made. Raise it with
/// every change of the white list, so that stored messages are cleaned again at start.
pub const CLEANER: i64 = 1;

/// What is read of one message. Larger ones are cut for showing and kept whole as `raw`.
const LARGEST_INPUT: usize = 5 << 20;

/// A message in the three forms that are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RichText {
    /// As it came; `None` when `clean` is just that.
    pub raw: Option<String>,
    /// HTML that may stand in a page.
    pub clean: String,
    /// Words only, whitespace folded: for the search index and for excerpts.
    pub text: String,
}

impl RichText {
    /// Reads HTML or plain text, whichever the content shows it to be. `None` when
    /// neither text nor picture remains.
    pub fn read(input: &str) -> Option<Self> {
        let read = &input[..input.floor_char_boundary(LARGEST_INPUT)];
        let clean = if is_html(read) {
            clean(read)
        } else {
            plain::to_html(read)
        };
        let text = text_of(&clean);
        if text.chars().all(text::is_invisible) && !has_picture(&clean) {
            return None;
        }
        Some(Self {
            raw: (clean != input).then(|| input.to_owned()),
            clean,
            text,
        })
    }
}

/// Whether a cleaned message has a picture: the cleaner leaves `src` only where it
/// leads somewhere.
fn has_picture(clean: &str) -> bool {
    clean.split("<img ").skip(1).any(|rest| {
        rest.split('>')
            .next()
            .is_some_and(|tag| tag.contains("src=\""))
    })
}

/// The HTML of a text that is plain whatever it looks like: escaped, with line breaks and
/// links, and clean.
pub fn from_plain(text: &str) -> String {
    plain::to_html(text)
}

/// Makes `text` safe between tags and in quoted attributes.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}

/// Whether a text is HTML: a known tag, a comment or a doctype stands in it. The `<` of
/// `<john@example.com> wrote` or `a < b` makes no HTML.
pub fn is_html(input: &str) -> bool {
    memchr::memchr_iter(b'<', input.as_bytes()).any(|at| begins_markup(&input[at + 1..]))
}

fn begins_markup(after: &str) -> bool {
    if after.starts_with("!--") {
        return true;
    }
    let is_doctype = |start: &str| start.eq_ignore_ascii_case("!doctype");
    if after.get(..8).is_some_and(is_doctype) {
        return true;
    }
    let name = after.strip_prefix('/').unwrap_or(after);
    let length = name
        .bytes()
        .take(MAX_ELEMENT_NAME + 1)
        .take_while(u8::is_ascii_alphanumeric)
        .count();
    let delimited = matches!(
        name.as_bytes().get(length),
        Some(b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
    );
    delimited && ELEMENTS.contains(&name[..length].to_ascii_lowercase().as_str())
}

/// `blockquote` and `figcaption` are the longest.
const MAX_ELEMENT_NAME: usize = 10;

/// The elements of HTML, today's and those that mail programs still write; the foreign
/// roots too, so that what carries them goes through the cleaner and is not shown.
#[rustfmt::skip]
const ELEMENTS: &[&str] = &[
    "a", "abbr", "acronym", "address", "applet", "area", "article", "aside", "audio", "b", "base",
    "basefont", "bdi", "bdo", "big", "blockquote", "body", "br", "button", "canvas", "caption",
    "center", "cite", "code", "col", "colgroup", "data", "datalist", "dd", "del", "details", "dfn",
    "dialog", "dir", "div", "dl", "dt", "em", "embed", "fieldset", "figcaption", "figure", "font",
    "footer", "form", "frame", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header",
    "hgroup", "hr", "html", "i", "iframe", "img", "input", "ins", "kbd", "label", "legend", "li",
    "link", "main", "map", "mark", "marquee", "math", "menu", "meta", "meter", "nav", "nobr",
    "noframes", "noscript", "object", "ol", "optgroup", "option", "output", "p", "param", "picture",
    "plaintext", "pre", "progress", "q", "s", "samp", "script", "search", "section", "select",
    "small", "source", "span", "strike", "strong", "style", "sub", "summary", "sup", "svg",
    "table", "tbody", "td", "template", "textarea", "tfoot", "th", "thead", "time", "title", "tr",
    "track", "tt", "u", "ul", "var", "video", "wbr", "xmp",
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(input: &str) -> RichText {
        RichText::read(input).unwrap()
    }

    #[test]
    fn plain_text_and_html_are_told_apart_by_content() {
        for plain in [
            "hello",
            "a < b and b > c",
            "<john@example.com> wrote",
            "<http://example.com/>",
            "x <- y",
            "</>",
            "<3",
            "<unknown>",
            "<div",
            "1<p",
            "<!-",
            "<ABC>",
            "<blockquotes>",
            "<a@b.example>",
            "é<é>",
            "if a <bold> is",
        ] {
            assert!(!is_html(plain), "{plain}");
        }
        for html in [
            "<p>",
            "</p>",
            "x<br/>",
            "<BR>",
            "<a href=x>",
            "<!-- -->",
            "<!DOCTYPE html>",
            "< b <b>",
            "<img\nsrc=x>",
            "<svg/onload=alert(1)>",
            "a<script>",
            "<h1>",
        ] {
            assert!(is_html(html), "{html}");
        }
    }

    #[test]
    fn plain_text_is_kept_once() {
        let message = read("It's \"broken\".");
        assert_eq!(message.raw, None);
        assert_eq!(message.clean, "It's \"broken\".");
        assert_eq!(message.text, "It's \"broken\".");
    }

    #[test]
    fn plain_text_is_escaped_and_linked() {
        let message = read("<jo@example.com> wrote:\r\nsee https://example.com/?a=1&b=2.\n");
        assert_eq!(
            message.clean,
            "&lt;<a href=\"mailto:jo@example.com\" rel=\"noopener noreferrer nofollow\">jo@example.com</a>&gt; wrote:<br>\nsee <a href=\"https://example.com/?a=1&amp;b=2\" rel=\"noopener noreferrer nofollow\">https://example.com/?a=1&amp;b=2</a>."
        );
        assert_eq!(
            message.text,
            "<jo@example.com> wrote: see https://example.com/?a=1&b=2."
        );
        assert!(message.raw.is_some());
    }

    #[test]
    fn clean_html_is_kept_once() {
        let message = read("<p>Hello <b>you</b></p>");
        assert_eq!(message.raw, None);
        assert_eq!(message.text, "Hello you");
    }

    #[test]
    fn html_is_kept_as_it_came_beside_its_cleaned_form() {
        let came = "<p onclick=\"x()\">Hello</p><script>alert(1)</script>";
        let message = read(came);
        assert_eq!(message.raw.as_deref(), Some(came));
        assert_eq!(message.clean, "<p>Hello</p>");
        assert_eq!(message.text, "Hello");
    }

    #[test]
    fn nothing_remains_of_blank_messages() {
        for blank in [
            "",
            " \r\n\t",
            "<p></p>",
            "<p>&nbsp;<br></p>",
            "<script>alert(1)</script>",
            "\u{feff}",
            "<p>&zwnj;&#8203;</p>",
            "<img src=\"javascript:x\">",
            "<img alt=\"x\">",
            "<!-- x -->",
            "<title>x</title>",
            "<style>p{}</style>",
            "\0",
            "<hr>",
        ] {
            assert_eq!(RichText::read(blank), None, "{blank:?}");
        }
        let picture = read("<p><img alt=\"x\" src=\"cid:1@x\"></p>");
        assert_eq!(picture.text, "");
    }

    #[test]
    fn no_more_than_the_largest_input_is_shown() {
        let input = "é".repeat(LARGEST_INPUT / 2 + 10);
        let message = read(&input);
        assert_eq!(message.clean.len(), LARGEST_INPUT);
        assert_eq!(message.raw.map(|raw| raw.len()), Some(input.len()));
    }

    #[test]
    fn escaping() {
        assert_eq!(escape("plain"), Cow::Borrowed("plain"));
        assert_eq!(
            escape("<a b=\"c\">'&'"),
            "&lt;a b=&quot;c&quot;&gt;&#39;&amp;&#39;"
        );
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(input: String) {
            if let Some(message) = RichText::read(&input) {
                prop_assert!(message.raw.is_none() == (message.clean == input));
                prop_assert_eq!(clean(&message.clean), message.clean);
            }
        }

        #[test]
        fn plain_words_come_through_unchanged(input in "[a-zA-Z0-9 ,.!?'\"éß-]*[a-z]") {
            let message = read(&input);
            prop_assert_eq!(message.raw, None);
            prop_assert_eq!(message.text, input.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
}
