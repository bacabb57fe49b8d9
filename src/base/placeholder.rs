//! Texts with placeholders: `{%ticket.id%}`, `{% ticket.id %}` or `%{ticket.id}` stands for
//! a value that is known only when the text is used. This is plain substitution, in one
//! pass: nothing loops, calls or includes, and a value is never read for placeholders again.
//!
//! It knows how placeholders are written and where values may land; what each stands for is
//! a function that the caller hands in. One that stands for nothing stays as it is written.

use std::borrow::Cow;
use std::fmt::Write;

use rusqlite::types::{FromSql, FromSqlResult, ValueRef};

use super::html;
use super::input::{MAX_FIELD_BYTES, on_one_line};

/// The most bytes of a template.
pub const LARGEST_TEMPLATE: usize = 64 << 10;

/// The most bytes that values give to one text; what would go beyond stays a placeholder.
/// The longest message fits in, and is not lost in a mail; but a short template can name it
/// ten thousand times.
const MOST_GIVEN: usize = MAX_FIELD_BYTES + (1 << 20);

/// The most bytes of a placeholder, its blanks included; what is longer is none.
const LONGEST_PLACEHOLDER: usize = 100;

/// The most characters of a filled line, as of any subject.
const LONGEST_LINE: usize = 255;

/// What stands for a placeholder while its text is cleaned, with its number and a slash
/// behind it: the cleaner lets it stay in a text and in an address. A text that has it by
/// itself gets a placeholder of its own there, which does no harm.
const STAND_IN: &str = "https://placeholder.invalid/";

/// What a placeholder stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content<'v> {
    /// Words, which mean nothing but themselves wherever they land.
    Words(Cow<'v, str>),
    /// HTML that was cleaned, such as a message.
    Html(&'v str),
}

impl<'v> Content<'v> {
    /// These words.
    pub fn words(words: impl Into<Cow<'v, str>>) -> Self {
        Self::Words(words.into())
    }

    fn len(&self) -> usize {
        match self {
            Self::Words(words) => words.len(),
            Self::Html(html) => html.len(),
        }
    }
}

/// A message with placeholders, HTML or plain text, as its author wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(String);

/// Was read before it was stored.
impl FromSql for Template {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        String::column_result(value).map(Self)
    }
}

impl Template {
    /// Reads what somebody wrote; `None` where nothing of it would be shown.
    pub fn read(input: &str) -> Option<Self> {
        html::RichText::read(input).map(|_| Self(input.to_owned()))
    }

    /// As its author wrote it, to be stored and never to be shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Clean HTML with all placeholders in it, to be shown and edited.
    pub fn shown(&self) -> String {
        self.filled(|_| None)
    }

    /// Clean HTML in which each placeholder is what `find` says of its name. Words are
    /// escaped, and the whole is cleaned once they are in their places: so none of them can
    /// be markup, and no address that they complete leads where none may lead. In a plain
    /// text HTML is its words.
    pub fn filled<'v>(&self, find: impl Fn(&str) -> Option<Content<'v>>) -> String {
        if !html::is_html(&self.0) {
            let source = html::unescaped(&self.0);
            return html::from_plain(&words_of(&pieces(&source, find)));
        }
        let pieces = pieces(&self.0, find);
        let (mut text, mut kept) = (String::new(), Vec::new());
        for piece in &pieces {
            match piece {
                Piece::Text(own) => text.push_str(own),
                Piece::Filled(Content::Words(words)) => text.push_str(&html::escape(words)),
                Piece::Filled(Content::Html(html)) => text.push_str(html),
                Piece::StoredFile(written) => {
                    // Writing to a string cannot fail.
                    let _ = write!(text, "{STAND_IN}{}/", kept.len());
                    kept.push(*written);
                }
            }
        }
        html::settled(put_back(&html::clean(&text), &kept))
    }
}

/// A line, such as a subject, in which each placeholder is what `find` says of its name:
/// plain words without line breaks or control characters, cut to the length of a subject.
pub fn line<'v>(source: &str, find: impl Fn(&str) -> Option<Content<'v>>) -> String {
    let words = words_of(&pieces(source, find));
    html::excerpt(on_one_line(&words).trim(), LONGEST_LINE)
}

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'s, 'v> {
    /// What stands between placeholders.
    Text(&'s str),
    /// What a placeholder stands for.
    Filled(Content<'v>),
    /// A placeholder that stays, as it is written.
    StoredFile(&'s str),
}

/// A text in its parts, none of them empty but values.
fn pieces<'s, 'v>(
    source: &'s str,
    find: impl Fn(&str) -> Option<Content<'v>>,
) -> Vec<Piece<'s, 'v>> {
    let (mut pieces, mut given, mut rest) = (Vec::new(), 0, source);
    while let Some((start, end, name)) = next(rest) {
        if start > 0 {
            pieces.push(Piece::Text(&rest[..start]));
        }
        let content = find(name).filter(|content| given + content.len() <= MOST_GIVEN);
        given += content.as_ref().map_or(0, Content::len);
        pieces.push(content.map_or(Piece::StoredFile(&rest[start..end]), Piece::Filled));
        rest = &rest[end..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// Where the first placeholder of a text begins and ends, and its name.
fn next(text: &str) -> Option<(usize, usize, &str)> {
    memchr::memchr2_iter(b'{', b'%', text.as_bytes()).find_map(|start| {
        let (name, length) = placeholder(&text[start..])?;
        Some((start, start + length, name))
    })
}

/// The name of the placeholder that `text` begins with, and how long it is as a whole.
fn placeholder(text: &str) -> Option<(&str, usize)> {
    let (inside, closing) = match text.strip_prefix("{%") {
        Some(inside) => (inside, "%}"),
        None => (text.strip_prefix("%{")?, "}"),
    };
    let inside = inside.trim_ascii_start();
    let is_in_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_');
    let (name, behind) = inside.split_at(inside.bytes().take_while(is_in_name).count());
    let rest = behind.trim_ascii_start().strip_prefix(closing)?;
    let length = text.len() - rest.len();
    let is_one = !name.is_empty() && length <= LONGEST_PLACEHOLDER;
    is_one.then_some((name, length))
}

/// All of a text as plain words.
fn words_of(pieces: &[Piece<'_, '_>]) -> String {
    let mut words = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) | Piece::StoredFile(text) => words.push_str(text),
            Piece::Filled(Content::Words(text)) => words.push_str(text),
            Piece::Filled(Content::Html(html)) => words.push_str(&html::text_of(html)),
        }
    }
    words
}

/// The placeholders in the places of what stood for them. They are made of letters, digits,
/// dots, blanks, braces and percent signs, so that they can end no tag and no quote; and an
/// address that begins with one has no scheme.
fn put_back(clean: &str, kept: &[&str]) -> String {
    let mut parts = clean.split(STAND_IN);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let numbered = part.split_once('/').and_then(|(number, rest)| {
            let number: usize = number.parse().ok()?;
            Some((kept.get(number)?, rest))
        });
        let (written, rest) = numbered.map_or((STAND_IN, part), |(written, rest)| (*written, rest));
        text.push_str(written);
        text.push_str(rest);
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the tests' placeholders stand for.
    fn find(name: &str) -> Option<Content<'static>> {
        match name {
            "id" => Some(Content::words("7")),
            "subject" => Some(Content::words("<b>1 & 2</b>\r\nBcc: x")),
            "again" => Some(Content::words("{%id%} {% id %} %{id}")),
            "message" => Some(Content::Html("<p>Hi <b>you</b></p>")),
            "link" => Some(Content::words("https://desk.example.com/?a=1&b=2")),
            "script" => Some(Content::words("javascript:alert(1)")),
            "handler" => Some(Content::words("x onclick=alert(1)")),
            "nothing" => Some(Content::words("")),
            _ => None,
        }
    }

    fn filled(text: &str) -> String {
        Template::read(text).unwrap().filled(find)
    }

    const REL: &str = "rel=\"noopener noreferrer nofollow\"";

    #[test]
    fn every_spelling_is_filled_and_everything_else_stays() {
        for (text, want) in [
            ("{%id%}", "7"),
            ("{% id %}", "7"),
            ("{%\tid\n%}", "7"),
            ("%{id}", "7"),
            ("%{ id }", "7"),
            ("#{%id%}/{%id%}.", "#7/7."),
            ("a{%nothing%}b", "ab"),
            ("{%unknown.name%}", "{%unknown.name%}"),
            ("{% unknown %}, %{unknown}", "{% unknown %}, %{unknown}"),
            ("{%id}", "{%id}"),
            ("{%id%", "{%id%"),
            ("%{id%}", "%{id%}"),
            ("{%%} {% %} %{}", "{%%} {% %} %{}"),
            ("{%i d%}", "{%i d%}"),
            ("{%{%id%}", "{%7"),
            ("{{%id%}}", "{7}"),
            ("100%{id}", "1007"),
            ("{%ID%} {%é%}", "{%ID%} {%é%}"),
            ("{%again%}", "{%id%} {% id %} %{id}"),
        ] {
            assert_eq!(filled(text), want, "{text}");
        }
    }

    #[test]
    fn words_are_words_wherever_they_land() {
        let escaped = "&lt;b&gt;1 &amp; 2&lt;/b&gt;";
        assert_eq!(filled("x {%subject%}"), format!("x {escaped}<br>\nBcc: x"));
        assert_eq!(
            filled("<p>{%subject%}</p>"),
            format!("<p>{escaped}\nBcc: x</p>")
        );
        for (text, want) in [
            (
                "<a href=\"{%link%}\">x</a>",
                format!("<a href=\"https://desk.example.com/?a=1&amp;b=2\" {REL}>x</a>"),
            ),
            ("<a href=\"{%script%}\">x</a>", format!("<a {REL}>x</a>")),
            ("<p title={%handler%}>x</p>", "<p title=\"x\">x</p>".into()),
            ("<script>{%id%}</script><p>x</p>", "<p>x</p>".into()),
            (
                "<div>{%message%}</div>",
                "<div><p>Hi <b>you</b></p></div>".into(),
            ),
            ("plain: {%message%}", "plain: Hi you".into()),
        ] {
            assert_eq!(filled(text), want, "{text}");
        }
    }

    #[test]
    fn a_placeholder_that_stays_stays_in_addresses_too() {
        let text = "<p>%{a} <a href=\"{%b%}\">{% c %}</a> <img src=\"{%d%}\"></p>";
        let shown = Template::read(text).unwrap().shown();
        assert_eq!(
            shown,
            format!("<p>%{{a}} <a href=\"{{%b%}}\" {REL}>{{% c %}}</a> <img src=\"{{%d%}}\"></p>")
        );
        let cut = "<a href=\"javascript:{%b%}\">x</a>{%e%}5";
        assert_eq!(filled(cut), format!("<a {REL}>x</a>{{%e%}}5"));
        let own = format!("<p>{STAND_IN}9/ {STAND_IN}x</p>");
        assert_eq!(filled(&own), own);
    }

    #[test]
    fn a_line_is_one_line_of_plain_words() {
        assert_eq!(
            line("[#{%id%}] {%subject%}", find),
            "[#7] <b>1 & 2</b> Bcc: x"
        );
        assert_eq!(line("{%message%}{%unknown%}", find), "Hi you{%unknown%}");
        let long = line(&"{%id%}".repeat(300), find);
        assert_eq!(long.chars().count(), LONGEST_LINE);
    }

    #[test]
    fn values_give_only_so_much() {
        let most = "x".repeat(MOST_GIVEN / 2);
        let text = Template::read("{%m%} {%m%} {%m%}").unwrap();
        let filled = text.filled(|_| Some(Content::words(&most)));
        assert_eq!(filled, format!("{most} {most} {{%m%}}"));
        let long = format!("{{%{}id%}}", " ".repeat(LONGEST_PLACEHOLDER - 6));
        assert_eq!(line(&long, find), "7");
        let longer = long.replace("id", " id");
        assert_eq!(line(&longer, find), longer);
    }

    #[test]
    fn what_shows_nothing_is_no_template() {
        for blank in ["", " \n", "<p></p>", "<script>x</script>"] {
            assert_eq!(Template::read(blank), None, "{blank}");
        }
    }

    /// Texts in which placeholders, tags and their halves are frequent.
    fn text() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            Just("{%id%}".to_owned()),
            Just("{% again %}".to_owned()),
            Just("%{subject}".to_owned()),
            Just("{%unknown%}".to_owned()),
            Just("{%message%}".to_owned()),
            Just("<p>".to_owned()),
            Just("<a href=\"".to_owned()),
            Just("\">".to_owned()),
            "[{}%<>\"a. /]{0,4}",
            "\\PC{0,3}",
        ];
        proptest::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn nothing_is_lost_where_nothing_is_known(text in text()) {
            prop_assert_eq!(words_of(&pieces(&text, |_| None)), text);
        }

        #[test]
        fn a_text_grows_by_what_values_give_and_no_more(text in text()) {
            let pieces = pieces(&text, find);
            let given = pieces.iter().map(|piece| match piece {
                Piece::Filled(content) => content.len(),
                Piece::Text(_) | Piece::StoredFile(_) => 0,
            });
            prop_assert!(words_of(&pieces).len() <= text.len() + given.sum::<usize>());
        }

        #[test]
        fn a_filled_text_is_clean(text in text()) {
            let filled = Template(text).filled(|name| find(name).or(Some(Content::words(""))));
            prop_assert_eq!(html::clean(&filled), filled);
        }

        #[test]
        fn what_is_shown_is_shown_again(
            parts in proptest::collection::vec(prop_oneof![text(), "&(amp|lt|gt|nbsp);|&|<b>|</?font>|\n|x@y\\.z"], 0..6),
        ) {
            let shown = Template(parts.concat()).shown();
            prop_assert_eq!(Template(shown.clone()).shown(), shown);
        }

        #[test]
        fn a_value_is_never_read_again(name in "[a-z.]{1,9}") {
            let value = format!("{{%{name}%}}");
            let text = Template(format!("<p>{value}</p>"));
            let filled = text.filled(|_| Some(Content::words(&value)));
            prop_assert_eq!(filled, format!("<p>{value}</p>"));
        }

        #[test]
        fn words_add_no_markup(value in any::<String>()) {
            let text = Template("<p title=\"{%x%}\">{%x%}</p>".into());
            let filled = text.filled(|_| Some(Content::words(&value)));
            prop_assert_eq!(filled.matches('<').count(), 2, "{}", filled);
            prop_assert!(filled.starts_with("<p title=\"") && filled.ends_with("</p>"));
        }

        #[test]
        fn a_filled_line_never_breaks(text in text(), value in any::<String>()) {
            let line = line(&text, |_| Some(Content::words(&value)));
            prop_assert!(!line.contains(char::is_control));
        }
    }
}
