//! Which `<` of a text begins markup, and which stands for itself.

/// The elements of HTML, today's and those that mail programs still write; the foreign
/// roots too, so that what carries them goes through the cleaner and is not shown.
#[rustfmt::skip]
pub(super) const ELEMENTS: &[&str] = &[
    "a", "abbr", "acronym", "address", "applet", "area", "article", "aside", "audio", "b", "base",
    "basefont", "bdi", "bdo", "bgsound", "big", "blink", "blockquote", "body", "br", "button",
    "canvas", "caption", "center", "cite", "code", "col", "colgroup", "data", "datalist", "dd",
    "del", "details", "dfn", "dialog", "dir", "div", "dl", "dt", "em", "embed", "fieldset",
    "figcaption", "figure", "font", "footer", "form", "frame", "frameset", "h1", "h2", "h3", "h4",
    "h5", "h6", "head", "header", "hgroup", "hr", "html", "i", "iframe", "img", "input", "ins",
    "kbd", "label", "legend", "li", "link", "main", "map", "mark", "marquee", "math", "menu",
    "meta", "meter", "nav", "nobr", "noembed", "noframes", "noscript", "object", "ol", "optgroup",
    "option", "output", "p", "param", "picture", "plaintext", "pre", "progress", "q", "rp", "rt",
    "ruby", "s", "samp", "script", "search", "section", "select", "small", "source", "span",
    "strike", "strong", "style", "sub", "summary", "sup", "svg", "table", "tbody", "td",
    "template", "textarea", "tfoot", "th", "thead", "time", "title", "tr", "track", "tt", "u",
    "ul", "var", "video", "wbr", "xml", "xmp",
];

/// `blockquote` and `figcaption` are the longest.
const MAX_ELEMENT_NAME: usize = 10;

/// How office programs begin the names of their own elements, such as `o:p`.
const OFFICE: &[&str] = &["m", "o", "st1", "u1", "v", "w", "x"];

/// Elements that pages of ours will not have, though a reader sees each as lines of its
/// own: only their words would run together.
#[rustfmt::skip]
const LINES_OF_THEIR_OWN: &[&str] = &[
    "details", "dialog", "dir", "fieldset", "form", "hgroup", "legend", "main", "menu", "nav",
    "optgroup", "option", "search", "select", "summary",
];

/// Elements that go with all that is in them, though what they hold is HTML: one that is
/// never ended holds nothing, or all that follows would go with it.
#[rustfmt::skip]
const HOLDERS: [&str; 8] = [
    "applet", "audio", "canvas", "math", "object", "svg", "template", "video",
];

/// An element that the cleaner leaves out, and nothing of what it holds.
const PASSING: &str = "data";

/// Whether a text is HTML: a known tag, a comment or a doctype stands in it. The `<` of
/// `<john@example.com> wrote` or `a < b` makes no HTML.
pub fn is_html(input: &str) -> bool {
    memchr::memchr_iter(b'<', input.as_bytes()).any(|at| kind(&input[at + 1..]).is_some())
}

/// The same HTML with `&lt;` for each `<` that begins no element, comment or declaration,
/// so that `<Quillon>` is a word and no element that nobody knows. Wherever it stands, in
/// text or in an attribute, the parser reads the one as the other.
pub(super) fn with_known_elements(html: &str) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 16);
    // What is never closed is no tag either: the parser would drop it to the end.
    let last_end = memchr::memrchr(b'>', html.as_bytes()).unwrap_or(0);
    let mut tags = Tags {
        last_ends: HOLDERS.map(|name| last_end_tag(html, name)),
        open_paragraphs: 0,
    };
    let mut rest = html;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let place = html.len() - rest.len();
        match kind(rest).filter(|_| place <= last_end) {
            None => out.push_str("&lt;"),
            Some(Kind::Unshown) => out.push('<'),
            Some(Kind::Start(name)) => {
                out.push('<');
                out.push_str(tags.start(name, place));
                rest = &rest[name.len()..];
            }
            Some(Kind::End(name)) => {
                out.push_str("</");
                out.push_str(tags.end(name));
                rest = &rest[1 + name.len()..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Under which names elements are left to the parser.
struct Tags {
    /// Where each of the [`HOLDERS`] is ended for the last time.
    last_ends: [usize; HOLDERS.len()],
    open_paragraphs: usize,
}

impl Tags {
    fn start(&mut self, name: &'static str, place: usize) -> &'static str {
        self.open_paragraphs += usize::from(name == "p");
        let holder = HOLDERS.iter().position(|holder| *holder == name);
        match holder {
            Some(holder) if self.last_ends[holder] < place => PASSING,
            _ => line_of_its_own(name),
        }
    }

    /// The end of a paragraph that never began would be an empty one.
    fn end(&mut self, name: &'static str) -> &'static str {
        if name != "p" {
            return line_of_its_own(name);
        }
        let was_open = self.open_paragraphs > 0;
        self.open_paragraphs = self.open_paragraphs.saturating_sub(1);
        if was_open { name } else { PASSING }
    }
}

fn line_of_its_own(name: &'static str) -> &'static str {
    if LINES_OF_THEIR_OWN.contains(&name) {
        "div"
    } else {
        name
    }
}

/// Where the last end tag of this name stands, or 0.
fn last_end_tag(html: &str, name: &str) -> usize {
    let is_it = |at: &usize| {
        let found = html.as_bytes().get(at + 2..at + 2 + name.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
    };
    memchr::memmem::rfind_iter(html.as_bytes(), b"</")
        .find(is_it)
        .unwrap_or(0)
}

/// What a `<` begins.
pub(super) enum Kind {
    /// A start tag of a known element.
    Start(&'static str),
    /// An end tag of one.
    End(&'static str),
    /// A tag of an office program, a comment, a declaration or an instruction.
    Unshown,
}

/// What the `<` before this text begins; nothing where it stands for itself.
pub(super) fn kind(after: &str) -> Option<Kind> {
    let is_doctype = |start: &str| start.eq_ignore_ascii_case("!doctype");
    let is_instruction = |rest: &str| rest.starts_with(|letter: char| letter.is_ascii_alphabetic());
    if after.starts_with("!--")
        || after.starts_with("![")
        || after.get(..8).is_some_and(is_doctype)
        || after.strip_prefix('?').is_some_and(is_instruction)
    {
        return Some(Kind::Unshown);
    }
    let rest = after.strip_prefix('/').unwrap_or(after);
    let name = name_of(rest);
    match rest.as_bytes().get(name.len())? {
        b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' => {
            let name = name.to_ascii_lowercase();
            let place = ELEMENTS.binary_search(&name.as_str()).ok()?;
            let name = ELEMENTS[place];
            Some(if rest.len() == after.len() {
                Kind::Start(name)
            } else {
                Kind::End(name)
            })
        }
        b':' => {
            let local = &rest[name.len() + 1..];
            let is_name = local.starts_with(|letter: char| letter.is_ascii_alphabetic());
            (OFFICE.contains(&name) && is_name).then_some(Kind::Unshown)
        }
        _ => None,
    }
}

/// The letters and digits that it begins with, if an element may be called that.
fn name_of(text: &str) -> &str {
    let length = text.bytes().take(MAX_ELEMENT_NAME + 1);
    &text[..length.take_while(u8::is_ascii_alphanumeric).count()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_in_order() {
        for list in [ELEMENTS, OFFICE, LINES_OF_THEIR_OWN, &HOLDERS] {
            assert!(list.is_sorted());
        }
        let longest = ELEMENTS.iter().map(|name| name.len()).max();
        assert_eq!(longest, Some(MAX_ELEMENT_NAME));
        assert!(
            LINES_OF_THEIR_OWN
                .iter()
                .all(|name| ELEMENTS.contains(name))
        );
    }

    #[test]
    fn plain_text_and_html_are_told_apart_by_content() {
        for plain in [
            "hello",
            "a < b and b > c",
            "<john@example.com> wrote",
            "<http://example.com/>",
            "<mailto:a@example.com>",
            "x <- y",
            "</>",
            "<3",
            "<?>",
            "<!important>",
            "<unknown>",
            "<div",
            "1<p",
            "<!-",
            "<ABC>",
            "<blockquotes>",
            "<a@b.example>",
            "<re:ada>",
            "<o:>",
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
            "<![if !mso]>",
            "<?xml version=\"1.0\"?>",
            "<o:p></o:p>",
            "< b <b>",
            "<img\nsrc=x>",
            "<svg/onload=alert(1)>",
            "a<script>",
            "<h1>",
        ] {
            assert!(is_html(html), "{html}");
        }
    }
}
