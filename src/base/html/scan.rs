//! HTML as a row of tags and texts, by the tokenizer of the standard (WHATWG HTML, 13.2.5)
//! as far as it goes without a tree. It judges nothing.

use std::borrow::Cow;

/// A piece of HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Text with its entities as they stand, without `<`.
    Text(&'a str),
    /// A `<` that begins no tag.
    LessThan,
    /// A start tag; its name is in lower case.
    Start {
        name: Cow<'a, str>,
        attributes: Vec<Attribute<'a>>,
    },
    /// An end tag; its name is in lower case.
    End { name: Cow<'a, str> },
}

/// The first attribute of its name in a tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Attribute<'a> {
    /// In lower case.
    pub(super) name: String,
    /// With its entities as they stand, without quotes around it.
    pub(super) value: &'a str,
}

/// No element that anybody shows has more attributes, and each is compared with all.
const MOST_ATTRIBUTES: usize = 64;

/// Elements whose content is no HTML, so that it ends at their end tag or not at all.
const RAW: &[&str] = &[
    "iframe",
    "noembed",
    "noframes",
    "noscript",
    "plaintext",
    "script",
    "style",
    "textarea",
    "title",
    "xmp",
];

/// The tokens of `html` without comments, declarations, and the elements named in
/// `left_out` with all that is in them.
pub(super) fn tokens<'a>(html: &'a str, left_out: &'a [&'a str]) -> Tokens<'a> {
    Tokens {
        rest: html,
        left_out,
        never_ended: Vec::new(),
    }
}

pub(super) struct Tokens<'a> {
    rest: &'a str,
    left_out: &'a [&'a str],
    /// Elements to be left out that have no end tag from here on: looked for once only.
    never_ended: Vec<&'a str>,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        while !self.rest.is_empty() {
            let text_end = memchr::memchr(b'<', self.rest.as_bytes()).unwrap_or(self.rest.len());
            if text_end > 0 {
                return Some(Token::Text(self.take(text_end)));
            }
            let bytes = self.rest.as_bytes();
            match (bytes.get(1), bytes.get(2)) {
                (Some(letter), _) if letter.is_ascii_alphabetic() => {
                    if let Some(token) = self.start_tag() {
                        return Some(token);
                    }
                }
                (Some(b'/'), Some(letter)) if letter.is_ascii_alphabetic() => {
                    self.take(2);
                    let (name, _) = self.tag();
                    return name.map(|name| Token::End { name });
                }
                (Some(b'!'), _) if self.rest.starts_with("<!--") => self.comment(),
                (Some(b'!' | b'?'), _) | (Some(b'/'), Some(_)) => self.skip_past(">"),
                _ => {
                    self.take(1);
                    return Some(Token::LessThan);
                }
            }
        }
        None
    }
}

impl<'a> Tokens<'a> {
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn take_while(&mut self, is_in: impl Fn(u8) -> bool) -> &'a str {
        let length = self.rest.bytes().position(|byte| !is_in(byte));
        self.take(length.unwrap_or(self.rest.len()))
    }

    /// Goes on after the next `end`, or to the end of all.
    fn skip_past(&mut self, end: &str) {
        let found = memchr::memmem::find(self.rest.as_bytes(), end.as_bytes());
        self.take(found.map_or(self.rest.len(), |at| at + end.len()));
    }

    /// `<!-->` and `<!--->` are whole comments; others end at `-->` or `--!>`.
    fn comment(&mut self) {
        self.take(4);
        if self.rest.starts_with('>') || self.rest.starts_with("->") {
            return self.skip_past(">");
        }
        let body = self.rest.as_bytes();
        let end = memchr::memmem::find_iter(body, b"--")
            .find(|at| body[at + 2..].starts_with(b">") || body[at + 2..].starts_with(b"!>"));
        // Dashes may overlap: `--->` ends one too.
        let overlapping = memchr::memmem::find(body, b"-->");
        match end.into_iter().chain(overlapping).min() {
            Some(at) => {
                self.take(at);
                self.skip_past(">");
            }
            None => self.rest = "",
        }
    }

    /// The tag from its `<` on; `None` where it is left out, or the text ends within it.
    fn start_tag(&mut self) -> Option<Token<'a>> {
        self.take(1);
        let (name, attributes) = self.tag();
        let name = name?;
        match self.left_out.iter().find(|left_out| **left_out == name) {
            Some(left_out) => {
                self.leave_out(left_out);
                None
            }
            None => Some(Token::Start { name, attributes }),
        }
    }

    /// Goes on after the end tag of this name. Code without an end goes on to the end of
    /// all; of other elements without an end, only the tag is left out.
    fn leave_out(&mut self, name: &'a str) {
        if self.never_ended.contains(&name) {
            return;
        }
        match end_tag(self.rest, name) {
            Some(at) => {
                self.take(at + 2);
                self.tag();
            }
            None if RAW.contains(&name) => self.rest = "",
            None => self.never_ended.push(name),
        }
    }

    /// Name and attributes, from the name on. `None` when the text ends before the tag.
    fn tag(&mut self) -> (Option<Cow<'a, str>>, Vec<Attribute<'a>>) {
        let name = self.take_while(|byte| !is_blank(byte) && !matches!(byte, b'/' | b'>'));
        let mut attributes: Vec<Attribute<'a>> = Vec::new();
        loop {
            self.take_while(|byte| is_blank(byte) || byte == b'/');
            if self.rest.is_empty() {
                return (None, attributes);
            }
            if self.rest.starts_with('>') {
                self.take(1);
                return (Some(in_lower_case(name)), attributes);
            }
            let attribute = self.attribute();
            let is_first = attributes.len() < MOST_ATTRIBUTES
                && attributes
                    .iter()
                    .all(|earlier| earlier.name != attribute.name);
            if is_first {
                attributes.push(attribute);
            }
        }
    }

    fn attribute(&mut self) -> Attribute<'a> {
        // An equals sign at the start belongs to the name.
        let equals = usize::from(self.rest.starts_with('='));
        let ends = |byte: u8| is_blank(byte) || matches!(byte, b'/' | b'>' | b'=');
        let length = self.rest.bytes().skip(equals).position(ends);
        let name = self.take(length.map_or(self.rest.len(), |length| length + equals));
        let name = name.to_ascii_lowercase();
        let before = self.rest;
        self.take_while(is_blank);
        if !self.rest.starts_with('=') {
            self.rest = before;
            return Attribute { name, value: "" };
        }
        self.take(1);
        self.take_while(is_blank);
        let value = match self.rest.as_bytes().first() {
            Some(&quote @ (b'"' | b'\'')) => {
                self.take(1);
                let value = self.take_while(|byte| byte != quote);
                self.take(usize::from(!self.rest.is_empty()));
                value
            }
            _ => self.take_while(|byte| !is_blank(byte) && byte != b'>'),
        };
        Attribute { name, value }
    }
}

/// Where the end tag of this name begins.
fn end_tag(html: &str, name: &str) -> Option<usize> {
    memchr::memmem::find_iter(html.as_bytes(), b"</").find(|at| {
        let after = &html.as_bytes()[at + 2..];
        after
            .get(..name.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
            && after
                .get(name.len())
                .is_some_and(|&byte| is_blank(byte) || matches!(byte, b'/' | b'>'))
    })
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

fn in_lower_case(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The tokens in short: texts as they are, tags in brackets.
    fn short(html: &str) -> String {
        tokens(html, &["script", "svg"])
            .map(|token| match token {
                Token::Text(text) => text.to_owned(),
                Token::LessThan => "LT".to_owned(),
                Token::End { name } => format!("[/{name}]"),
                Token::Start { name, attributes } => {
                    let attributes: Vec<_> = attributes
                        .iter()
                        .map(|one| format!(" {}={}", one.name, one.value))
                        .collect();
                    format!("[{name}{}]", attributes.concat())
                }
            })
            .collect()
    }

    #[test]
    fn tags_and_texts_are_told_apart_as_the_standard_says() {
        let cases = [
            ("a<b>c</B>d", "a[b]c[/b]d"),
            (
                "<IMG SRC=x alt='a>b' title=\"<c>\" hidden/>",
                "[img src=x alt=a>b title=<c> hidden=]",
            ),
            ("<a href = x/y =z=1 href=w>", "[a href=x/y =z=1]"),
            ("<a\"b>", "[a\"b]"),
            ("a<3<", "aLT3LT"),
            ("a<!-- <b> -->b<!-->c<!--->d<!-- --!>e<!--a--->f", "abcdef"),
            ("a<!doctype html>b<?xml?>c</3>d<![CDATA[<b>]]>e", "abcd]]>e"),
            ("a</>b", "ab"),
            ("a<script>x</scripts></SCRIPT >b", "ab"),
            ("a<script>x", "a"),
            ("a<svg>x<svg>y</svg>b<svg>c", "abc"),
            ("a<b title=\"x", "a"),
            ("a<!-- x", "a"),
            ("</b x=\">\">y", "[/b]y"),
        ];
        for (html, expected) in cases {
            assert_eq!(short(html), expected, "{html}");
        }
    }

    #[test]
    fn attributes_are_counted() {
        let many = (0..1_000).fold(String::new(), |text, number| format!("{text} a{number}"));
        let html = format!("<p{many}>");
        let Some(Token::Start { attributes, .. }) = tokens(&html, &[]).next() else {
            panic!("no tag");
        };
        assert_eq!(attributes.len(), MOST_ATTRIBUTES);
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(html in "([<>/!='\" a-]|script|svg|<!--|é|\\PC){0,60}") {
            short(&html);
        }
    }
}
