//! Lines that a style keeps: under `white-space: pre-wrap` and its kin the end of a line in a
//! text is one on the screen. The cleaner takes every style away, so such ends become breaks
//! before it does.

use std::borrow::Cow;

use super::markup::{self, Kind};

/// How deep elements are followed.
const DEEPEST: usize = 512;

/// Elements that hold nothing.
const EMPTY: &[&str] = &[
    "area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param",
    "source", "track", "wbr",
];

/// Elements that end by the next of their name, or by the end of what holds them.
const ENDED_BY_THE_NEXT: &[&str] = &["dd", "dt", "li", "option", "p", "td", "th", "tr"];

/// Elements between whose parts no text is shown.
const WITHOUT_TEXT: &[&str] = &[
    "colgroup", "dl", "ol", "select", "table", "tbody", "tfoot", "thead", "tr", "ul",
];

/// What becomes of the ends of lines in an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// They are blanks.
    Folded,
    /// They are breaks.
    Kept,
    /// They stay as they are: the element itself keeps them.
    Verbatim,
}

/// An element that is not ended yet.
struct Open {
    name: &'static str,
    ends: Ends,
}

/// The same HTML with a break for each end of a line that a style keeps.
pub(super) fn with_breaks(html: &str) -> Cow<'_, str> {
    if !mentions_white_space(html) {
        return Cow::Borrowed(html);
    }
    let mut open: Vec<Open> = Vec::new();
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let mut rest = html;
    while !rest.is_empty() {
        let start = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
        let (text, after) = rest.split_at(start);
        push_text(&mut out, text, open.last());
        let Some(markup) = after.strip_prefix('<') else {
            break;
        };
        let tag = match markup::kind(markup) {
            None => "",
            Some(kind) => {
                let tag = &markup[..tag_length(markup)];
                follow(&mut open, &kind, tag);
                tag
            }
        };
        out.push('<');
        out.push_str(tag);
        rest = &markup[tag.len()..];
    }
    Cow::Owned(out)
}

fn mentions_white_space(html: &str) -> bool {
    const NAME: &[u8] = b"white-space";
    memchr::memchr2_iter(b'w', b'W', html.as_bytes()).any(|at| {
        let found = html.as_bytes().get(at..at + NAME.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(NAME))
    })
}

fn push_text(out: &mut String, text: &str, within: Option<&Open>) {
    let keeps = |open: &Open| open.ends == Ends::Kept && !WITHOUT_TEXT.contains(&open.name);
    if !within.is_some_and(keeps) {
        out.push_str(text);
        return;
    }
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\r' | '\n' => {
                if letter == '\r' {
                    letters.next_if_eq(&'\n');
                }
                out.push_str("<br>\n");
            }
            other => out.push(other),
        }
    }
}

/// How long the markup behind a `<` is, its `>` included. What stands in quotes ends none.
fn tag_length(markup: &str) -> usize {
    if let Some(comment) = markup.strip_prefix("!--") {
        return comment.find("-->").map_or(markup.len(), |end| end + 6);
    }
    let mut quote = None;
    let mut last = b' ';
    for (at, byte) in markup.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') if last == b'=' => quote = Some(byte),
            _ => {}
        }
        if byte != b' ' {
            last = byte;
        }
    }
    markup.len()
}

fn follow(open: &mut Vec<Open>, kind: &Kind, tag: &str) {
    match kind {
        Kind::Unshown => {}
        Kind::End(name) => {
            if let Some(at) = open.iter().rposition(|one| one.name == *name) {
                open.truncate(at);
            }
        }
        Kind::Start(name) => {
            let is_next = |one: &Open| one.name == *name && ENDED_BY_THE_NEXT.contains(name);
            if open.last().is_some_and(is_next) {
                open.pop();
            }
            if EMPTY.contains(name) || open.len() >= DEEPEST {
                return;
            }
            let around = open.last().map_or(Ends::Folded, |one| one.ends);
            let ends = match (around, *name) {
                (Ends::Verbatim, _) | (_, "pre") => Ends::Verbatim,
                _ => style_of(&tag[name.len()..])
                    .and_then(ends_of)
                    .unwrap_or(around),
            };
            open.push(Open { name, ends });
        }
    }
}

/// The value of the style attribute among the attributes of a tag.
fn style_of(attributes: &str) -> Option<&str> {
    let mut rest = attributes;
    loop {
        rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '/');
        let end =
            rest.find(|letter: char| letter.is_whitespace() || matches!(letter, '=' | '>'))?;
        let (name, after) = rest.split_at(end);
        let Some(value) = after.trim_start().strip_prefix('=') else {
            rest = after.strip_prefix('>').unwrap_or(after);
            if name.is_empty() {
                return None;
            }
            continue;
        };
        let value = value.trim_start();
        let quote = value
            .chars()
            .next()
            .filter(|letter| matches!(letter, '"' | '\''));
        let (value, after) = match quote {
            Some(quote) => value[1..].split_once(quote)?,
            None => value.split_at(value.find([' ', '\t', '\n', '>'])?),
        };
        if name.eq_ignore_ascii_case("style") {
            return Some(value);
        }
        rest = after;
    }
}

/// What a style says of the ends of lines, where it does; the last word counts.
fn ends_of(style: &str) -> Option<Ends> {
    let mut said = style.split(';').filter_map(|declaration| {
        let (property, value) = declaration.split_once(':')?;
        if !property.trim().eq_ignore_ascii_case("white-space") {
            return None;
        }
        let value = value.split('!').next()?.trim().to_ascii_lowercase();
        match value.as_str() {
            "pre" | "pre-wrap" | "pre-line" | "break-spaces" => Some(Ends::Kept),
            "normal" | "nowrap" | "initial" | "unset" => Some(Ends::Folded),
            _ => None,
        }
    });
    said.next_back()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEPT: &str = "<p style=\"white-space: pre-wrap\">";

    #[test]
    fn ends_of_lines_are_kept_where_a_style_keeps_them() {
        for (html, kept) in [
            ("a\n<b>", "a\n<b>"),
            (
                "<p style='color:red;WHITE-SPACE:pre !important'>a\r\nb</p>c\n",
                "<p style='color:red;WHITE-SPACE:pre !important'>a<br>\nb</p>c\n",
            ),
            (
                "<div style=white-space:pre-line>a\n<Quillon>\n",
                "<div style=white-space:pre-line>a<br>\n<Quillon><br>\n",
            ),
            (
                "<p title=\"style='white-space:pre'\">a\n",
                "<p title=\"style='white-space:pre'\">a\n",
            ),
            (
                "<pre style=\"white-space:pre-wrap\">a\nb</pre>",
                "<pre style=\"white-space:pre-wrap\">a\nb</pre>",
            ),
            (
                "<table style=\"white-space:pre\">\n<tr>\n<td>a\nb</td></tr></table>",
                "<table style=\"white-space:pre\">\n<tr>\n<td>a<br>\nb</td></tr></table>",
            ),
            ("<!-- white-space\n>\n-->\n", "<!-- white-space\n>\n-->\n"),
        ] {
            assert_eq!(with_breaks(html), kept, "{html}");
        }
        let next = format!("{KEPT}a\nb<p>c\nd");
        assert_eq!(with_breaks(&next), format!("{KEPT}a<br>\nb<p>c\nd"));
    }

    proptest! {
        /// Nothing is lost, and nothing but breaks is added.
        #[test]
        fn only_breaks_are_added(
            parts in proptest::collection::vec(
                "</?(p|div|b|pre|table|td|li|br|Quillon)( style=[\"']?white-space: ?(pre|normal|pre-wrap)[\"']?)?>|[a-c \n<>\"'=é]{0,4}|<!--|-->",
                0..12,
            ),
        ) {
            let html = parts.concat().replace('\r', "");
            let kept = with_breaks(&html);
            let own = html.matches("<br>\n").count();
            prop_assert!(kept.matches("<br>\n").count() >= own);
            prop_assert_eq!(kept.replace("<br>\n", "\n"), html.replace("<br>\n", "\n"));
        }
    }
}
