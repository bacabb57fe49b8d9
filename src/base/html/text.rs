//! The words of cleaned HTML, for the search index and for excerpts.

/// Elements that stand within a word; the end of any other separates words.
const INLINE: &[&str] = &[
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font",
    "i", "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
    "time", "tt", "u", "var", "wbr",
];

/// What the cleaner writes: tags and, between them, text.
enum Piece<'a> {
    /// With its entities.
    Text(&'a str),
    /// From its `<` on, without its `>`.
    Tag(&'a str),
}

/// The words of HTML that [`clean`](super::clean()) or [`escape`](super::escape) made:
/// block ends and line breaks are spaces, entities are decoded, whitespace is folded. It
/// reads no other HTML: there, a tag may hide in places where this does not look.
pub fn text_of(clean: &str) -> String {
    let mut folded = Folded::default();
    for piece in pieces(clean) {
        match piece {
            Piece::Text(text) => folded.push_escaped(text),
            Piece::Tag(tag) => folded.space_due |= !is_inline(tag) && !folded.text.is_empty(),
        }
    }
    folded.text
}

/// Cleaned HTML without a single element that breaks lines was written by somebody who
/// took the ends of lines for breaks: so they become.
pub(super) fn with_line_breaks(clean: String) -> String {
    let breaks_lines =
        |piece| matches!(piece, Piece::Tag(tag) if !is_inline(tag) && name(tag) != "img");
    if !clean.contains('\n') || pieces(&clean).any(breaks_lines) {
        return clean;
    }
    let mut out = String::with_capacity(clean.len() + 64);
    for piece in pieces(clean.trim_matches(['\n', '\u{feff}'])) {
        match piece {
            Piece::Text(text) => out.push_str(&text.replace('\n', "<br>\n")),
            Piece::Tag(tag) => {
                out.push_str(tag);
                out.push('>');
            }
        }
    }
    out
}

/// The tags of cleaned HTML, without their brackets.
#[cfg(test)]
pub(super) fn tags(clean: &str) -> impl Iterator<Item = &str> {
    pieces(clean).filter_map(|piece| match piece {
        Piece::Tag(tag) => tag.strip_prefix('<'),
        Piece::Text(_) => None,
    })
}

fn pieces(clean: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = clean;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let text = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
        if text > 0 {
            let (text, after) = rest.split_at(text);
            rest = after;
            return Some(Piece::Text(text));
        }
        let (tag, after) = rest.split_at(tag_length(rest));
        rest = after.get(1..).unwrap_or_default();
        Some(Piece::Tag(tag))
    })
}

/// The start of `text`, at most `max_chars` characters with the ellipsis that shows the
/// cut; cut between words where that loses less than half.
pub fn excerpt(text: &str, max_chars: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(max_chars) else {
        return text.to_owned();
    };
    let Some((last, _)) = text[..end].char_indices().next_back() else {
        return String::new();
    };
    let kept = &text[..last];
    let at_word_end = text[last..].starts_with(char::is_whitespace);
    let kept = match kept.rfind(char::is_whitespace) {
        Some(space) if !at_word_end && space * 2 >= last => &kept[..space],
        _ => kept,
    };
    format!("{}…", kept.trim_end())
}

/// Whether a character shows nothing: whitespace, controls, and the zero-width ones that
/// mail programs fill empty paragraphs with.
pub(super) fn is_invisible(letter: char) -> bool {
    letter.is_whitespace()
        || letter.is_control()
        || matches!(
            letter,
            '\u{ad}' | '\u{34f}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
        )
}

/// Length of the tag that `text` begins with, from `<` up to, without, its `>`.
fn tag_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'"', b'>', &bytes[at..]) {
        at += found;
        if bytes[at] == b'>' {
            return at;
        }
        match memchr::memchr(b'"', &bytes[at + 1..]) {
            Some(quoted) => at += quoted + 2,
            None => break,
        }
    }
    bytes.len()
}

fn name(tag: &str) -> &str {
    let name = tag.trim_start_matches(['<', '/']);
    name.split([' ', '/']).next().unwrap_or_default()
}

fn is_inline(tag: &str) -> bool {
    INLINE.binary_search(&name(tag)).is_ok()
}

/// The entities that the serialiser writes, and those that [`escape`](super::escape) adds.
const ENTITIES: [(&str, char); 6] = [
    ("&amp;", '&'),
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&nbsp;", '\u{a0}'),
    ("&quot;", '"'),
    ("&#39;", '\''),
];

/// The entity that `text` begins with, and its length.
fn entity(text: &str) -> Option<(char, usize)> {
    let mut known = ENTITIES.iter();
    let found = known.find(|(name, _)| text.starts_with(name));
    found.map(|(name, letter)| (*letter, name.len()))
}

/// The text of what is shown of a plain one: without tags, and each ampersand in it begins
/// one of the entities that stand for a character there. `None` for any other text, which
/// therefore means every character in it.
pub(super) fn unescaped(text: &str) -> Option<String> {
    if text.contains(['<', '>']) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        let (letter, length) = entity(&rest[at..])?;
        if matches!(letter, '"' | '\'') {
            return None;
        }
        out.push_str(&rest[..at]);
        out.push(letter);
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    Some(out)
}

/// Text in which each run of whitespace is one space, with none at the ends.
#[derive(Default)]
struct Folded {
    text: String,
    space_due: bool,
}

impl Folded {
    fn push_escaped(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
            let (letter, length) = entity(&rest[at..]).unwrap_or(('&', 1));
            self.push_str(&rest[..at]);
            self.push_str(letter.encode_utf8(&mut [0; 4]));
            rest = &rest[at + length..];
        }
        self.push_str(rest);
    }

    fn push_str(&mut self, text: &str) {
        self.space_due |= text.starts_with(char::is_whitespace);
        for word in text.split_whitespace() {
            if std::mem::take(&mut self.space_due) && !self.text.is_empty() {
                self.text.push(' ');
            }
            self.text.push_str(word);
            self.space_due = true;
        }
        if !text.is_empty() {
            self.space_due = text.ends_with(char::is_whitespace);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_kept_apart_as_they_are_seen() {
        let cases = [
            ("<p>one</p><p>two</p>", "one two"),
            ("one<br>two", "one two"),
            ("<b>o</b>ne <i>two</i>", "one two"),
            ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
            (
                "a &lt;b&gt; &amp;amp; &quot;c&quot;&nbsp;d",
                "a <b> &amp; \"c\" d",
            ),
            ("<a href=\"x>y\">link</a>", "link"),
            ("<img src=\"cid:1\" alt=\"no\">", ""),
            ("tail &", "tail &"),
            ("<unended", ""),
        ];
        for (html, text) in cases {
            assert_eq!(text_of(html), text, "{html}");
        }
    }

    #[test]
    fn excerpts_end_between_words() {
        assert_eq!(excerpt("one two three", 13), "one two three");
        assert_eq!(excerpt("one two three", 12), "one two…");
        assert_eq!(excerpt("one two three", 8), "one two…");
        assert_eq!(excerpt("onetwothree", 5), "onet…");
        assert_eq!(excerpt("été à la mer", 6), "été à…");
        assert_eq!(excerpt("one", 0), "");
        assert_eq!(excerpt("", 0), "");
    }

    proptest! {
        #[test]
        fn no_excerpt_is_longer_than_asked(text: String, max in 0usize..40) {
            let cut = excerpt(&text, max);
            prop_assert!(cut.chars().count() <= max.max(text.chars().count().min(max)));
            prop_assert!(text.starts_with(cut.trim_end_matches('…')) || cut == text);
        }

        #[test]
        fn escaped_text_comes_back(text: String) {
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(text_of(&super::super::escape(&text)), words);
        }

        #[test]
        fn any_text_is_read_to_its_end(html: String) {
            text_of(&html);
        }
    }
}
