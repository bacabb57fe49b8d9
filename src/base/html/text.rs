//! The words of cleaned HTML, for the search index and for excerpts.

/// Elements that stand within a word; the end of any other separates words.
const INLINE: &[&str] = &[
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font",
    "i", "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
    "time", "tt", "u", "var", "wbr",
];

/// The words of HTML that [`clean`](super::clean()) or [`escape`](super::escape) made:
/// block ends and line breaks are spaces, entities are decoded, whitespace is folded. It
/// reads no other HTML: there, a tag may hide in places where this does not look.
pub fn text_of(clean: &str) -> String {
    let mut folded = Folded::default();
    let mut rest = clean;
    while let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
        folded.push_str(&rest[..at]);
        rest = if rest.as_bytes()[at] == b'<' {
            let end = at + tag_length(&rest[at..]);
            if !is_inline(&rest[at + 1..end]) {
                folded.push(' ');
            }
            rest.get(end + 1..).unwrap_or_default()
        } else {
            let (letter, length) = entity(&rest[at..]);
            folded.push(letter);
            &rest[at + length..]
        };
    }
    folded.push_str(rest);
    folded.text
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
    let mut quoted = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at,
            _ => {}
        }
    }
    text.len()
}

fn is_inline(tag: &str) -> bool {
    let name = tag.strip_prefix('/').unwrap_or(tag);
    let name = name.split([' ', '/']).next().unwrap_or_default();
    INLINE.contains(&name)
}

/// The entities that the serialiser writes (and `&#39;` of our own), with their length.
fn entity(text: &str) -> (char, usize) {
    const ENTITIES: [(&str, char); 6] = [
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&nbsp;", ' '),
        ("&quot;", '"'),
        ("&#39;", '\''),
    ];
    ENTITIES
        .iter()
        .find(|(name, _)| text.starts_with(name))
        .map_or(('&', 1), |(name, letter)| (*letter, name.len()))
}

/// Text in which each run of whitespace is one space, with none at the ends.
#[derive(Default)]
struct Folded {
    text: String,
    space_due: bool,
}

impl Folded {
    fn push_str(&mut self, text: &str) {
        text.chars().for_each(|letter| self.push(letter));
    }

    fn push(&mut self, letter: char) {
        if letter.is_whitespace() {
            self.space_due = !self.text.is_empty();
            return;
        }
        if std::mem::take(&mut self.space_due) {
            self.text.push(' ');
        }
        self.text.push(letter);
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
