//! Strangers' text: what came in a mail or a form becomes HTML that may stand in a page,
//! and text that may be searched.
//!
//! Nothing here knows of tickets, mail or pages. The cleaned form has no scripts, no
//! styles and no relative addresses; that remote pictures are shown only on request,
//! and messages only in a sandboxed frame, is for the pages to see to.

mod bounds;
mod clean;
mod lines;
mod markup;
mod plain;
mod text;

use std::borrow::Cow;

pub use clean::clean;
pub use markup::is_html;
pub use text::{excerpt, text_of};

/// The version of the rules in this module, stored beside what they made. Raise it with
/// every change of the white list, so that stored messages are cleaned again at start.
pub const CLEANER: i64 = 3;

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
    /// neither text nor picture remains. What is shown may be read again and shows the
    /// same: so a text without tags whose ampersands are all such as are shown (`5 &lt; 6`)
    /// is taken for what is shown of a plain one.
    pub fn read(input: &str) -> Option<Self> {
        let read = &input[..input.floor_char_boundary(LARGEST_INPUT)];
        let clean = if is_html(read) {
            settled(clean(read))
        } else {
            plain::to_html(&unescaped(read))
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

/// Cleaned HTML as it is shown: with the lines that it was written in, where no element
/// breaks them; and if no tag is left of it, as any such text is read when it comes back.
pub fn settled(clean: String) -> String {
    let clean = text::with_line_breaks(clean);
    if is_html(&clean) {
        clean
    } else {
        plain::to_html(&unescaped(&clean))
    }
}

/// A text without tags as it is meant: what is shown of a plain text is that text, and any
/// other means every character in it.
pub fn unescaped(text: &str) -> Cow<'_, str> {
    text::unescaped(text).map_or(Cow::Borrowed(text), Cow::Owned)
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(input: &str) -> RichText {
        RichText::read(input).unwrap()
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
    fn what_bears_no_name_of_an_element_is_text() {
        for (came, shown) in [
            (
                "10:15 <Ravi> reboot<br>10:16 <Ines> fine </Ravi>",
                "10:15 &lt;Ravi&gt; reboot<br>10:16 &lt;Ines&gt; fine &lt;/Ravi&gt;",
            ),
            (
                "<p>From: Ines <ines@example.com></p>",
                "<p>From: Ines &lt;ines@example.com&gt;</p>",
            ),
            ("<b>a</b> <- b <3 </3>", "<b>a</b> &lt;- b &lt;3 &lt;/3&gt;"),
            ("if a <b and c<br>then", "if a <b>then</b>"),
            ("<i>x</i> a <b and c", "<i>x</i> a &lt;b and c"),
            ("<p>a<o:p></o:p></p><![if !mso]>b<![endif]>", "<p>a</p>b"),
            (
                "<img title=\"<Ravi>\" src=cid:1>",
                "<img title=\"&lt;Ravi&gt;\" src=\"cid:1\">",
            ),
            ("a<script><Ravi></script><br>", "a<br>"),
        ] {
            assert_eq!(read(came).clean, shown, "{came}");
        }
    }

    #[test]
    fn lines_stay_lines() {
        for (came, shown) in [
            ("<main>a</main><main>b</main>", "<div>a</div><div>b</div>"),
            ("<FORM x=y>a</FORM >b", "<div>a</div>b"),
            ("a\nb <b>c\nd</b>\n", "a<br>\nb <b>c<br>\nd</b>"),
            ("<p>a\nb</p>", "<p>a\nb</p>"),
            ("<font>a\nb</font>", "a<br>\nb"),
            ("a &amp; b\nc", "a &amp; b<br>\nc"),
        ] {
            let message = read(came);
            assert_eq!(message.clean, shown, "{came}");
            assert!(!message.text.contains("ab"), "{came}");
        }
    }

    #[test]
    fn text_in_the_form_that_is_shown_is_not_escaped_again() {
        for (came, shown) in [
            ("1 < 2 & 4 > 3", "1 &lt; 2 &amp; 4 &gt; 3"),
            ("1 &lt; 2 &amp; 4 &gt; 3", "1 &lt; 2 &amp; 4 &gt; 3"),
            ("Noël & fils", "Noël &amp; fils"),
            ("&amp;lt;", "&amp;lt;"),
            // Nobody was shown these, so they are meant as they stand.
            ("&lt; & &gt;", "&amp;lt; &amp; &amp;gt;"),
            ("a && b &quot;", "a &amp;&amp; b &amp;quot;"),
            ("&copy; <", "&amp;copy; &lt;"),
        ] {
            let message = read(came);
            assert_eq!(message.clean, shown, "{came}");
            assert_eq!(read(shown).clean, shown, "{came}");
        }
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
        fn what_is_shown_is_read_as_what_it_is(
            parts in proptest::collection::vec(
                "</?(a|b|p|div|br|pre|table|td|script|svg|form|option|font|img|Quillon|o:p|x@y\\.z)( title=\"[^\"]{0,3}\"| href=https://a\\.b)?>\
                |&(lt|gt|amp|nbsp|quot|#39|eacute|copy|x)?;?|<!--|-->|https://a\\.b/?\\??|a@b\\.c|[a-c \n\r\t<>\"'&;\u{0}\u{1}\u{a0}\u{85}\u{feff}\u{2028}é]{0,3}",
                0..8,
            ),
        ) {
            if let Some(message) = RichText::read(&parts.concat()) {
                let again = RichText { raw: None, ..message };
                prop_assert_eq!(RichText::read(&again.clean), Some(again));
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
