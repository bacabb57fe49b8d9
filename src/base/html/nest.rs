//! The first pass over strangers' HTML: well nested, no deeper than pages need, and
//! without anything that the white list will not have.
//!
//! It is here for time and memory, not for safety; that is the cleaner's, which parses
//! what comes out of here. A full parser does what the standard says: it walks all open
//! elements at each `<div>`, compares all attributes of a tag with each other, and opens
//! unclosed formatting again in each paragraph, so that 30 KB of hostile HTML become
//! 14 MB, and 130 KB become 220. Of well-nested HTML with few attributes it makes
//! no more than was there. Where nesting is broken, this closes what a browser would
//! carry on (`<b>a<p>b</b>c` has no bold `c`); no word is lost.

use super::scan::{Attribute, Token, tokens};

/// How many elements may be open at once; tags of deeper ones are left out. Mail that
/// was answered forty times has about a hundred.
const DEEPEST: usize = 128;

/// How many ampersands and letters of U+0080 to U+00BF may stand in one run of text. For
/// each, the serialiser (html5ever 0.40) searches the whole rest of the run: 200 KB of
/// ampersands took two minutes. A `<wbr>`, which shows nothing, begins a new run.
const MOST_SPECIAL: usize = 512;

const VOID: &[&str] = &["br", "col", "hr", "img", "wbr"];

const HEADINGS: &[&str] = &["h1", "h2", "h3", "h4", "h5", "h6"];

/// Elements that end an open paragraph.
#[rustfmt::skip]
const BLOCKS: &[&str] = &[
    "address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "figcaption",
    "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre",
    "section", "table", "ul",
];

/// What only a table may hold, and where there is room for nothing else.
const ROWS: &[&str] = &["table", "thead", "tbody", "tfoot", "tr", "colgroup"];

/// What stands within a table and holds text. No end tag of other elements reaches out.
const CELLS: &[&str] = &["td", "th", "caption"];

/// What may come out of here.
pub(super) struct Allowed {
    /// Element names, sorted.
    pub(super) tags: &'static [&'static str],
    /// Attribute names.
    pub(super) attributes: &'static [&'static str],
    /// Elements that go with all that is in them.
    pub(super) with_content: &'static [&'static str],
}

/// The same words between well-nested tags of the white list.
pub(super) fn nested(html: &str, allowed: &Allowed) -> String {
    let mut nest = Nest {
        out: String::with_capacity(html.len()),
        open: Vec::new(),
        too_deep: 0,
        special: 0,
        after_pre: false,
    };
    for token in tokens(html, allowed.with_content) {
        match token {
            Token::Text(text) => nest.text(text),
            // It begins no tag here; in what comes out, it must not begin one either.
            Token::LessThan => nest.text("&lt;"),
            Token::Start { name, attributes } => {
                if let Some(name) = known(&name, allowed.tags) {
                    nest.start(name, &attributes, allowed.attributes);
                }
            }
            // Browsers take it for a line break.
            Token::End { name } if name == "br" => nest.push_tag("br", &[], &[]),
            Token::End { name } => {
                if let Some(name) = known(&name, allowed.tags) {
                    nest.end(name);
                }
            }
        }
    }
    nest.close_to(0);
    nest.out
}

fn known(name: &str, tags: &'static [&'static str]) -> Option<&'static str> {
    tags.binary_search(&name).ok().map(|index| tags[index])
}

struct Nest {
    out: String,
    open: Vec<&'static str>,
    /// Open elements that were left out as too deep.
    too_deep: usize,
    /// What counts for [`MOST_SPECIAL`] in this run of text.
    special: usize,
    /// Line ends at the start of `<pre>` are not shown, and each reading takes one away.
    after_pre: bool,
}

impl Nest {
    fn text(&mut self, text: &str) {
        let text = if self.after_pre {
            text.trim_start_matches(['\r', '\n'])
        } else {
            text
        };
        self.after_pre &= text.is_empty();
        let mut rest = text;
        while let Some(at) = special(rest).nth(MOST_SPECIAL - self.special) {
            self.out.push_str(&rest[..at]);
            self.push_tag("wbr", &[], &[]);
            rest = &rest[at..];
        }
        self.special += special(rest).count();
        self.out.push_str(rest);
    }

    fn start(&mut self, name: &'static str, attributes: &[Attribute<'_>], kept: &[&str]) {
        if !self.make_room_in_table(name) {
            return;
        }
        if BLOCKS.contains(&name) {
            self.close_within_cell(|open| open == "p", &[]);
        }
        match name {
            "li" => self.close_within_cell(|open| open == "li", &["ul", "ol"]),
            "dd" | "dt" => self.close_within_cell(|open| matches!(open, "dd" | "dt"), &["dl"]),
            "a" => self.close_within_cell(|open| open == "a", &[]),
            _ => {}
        }
        let on_heading = self.open.last().is_some_and(|open| HEADINGS.contains(open));
        if on_heading && HEADINGS.contains(&name) {
            self.close_to(self.open.len() - 1);
        }
        if VOID.contains(&name) {
            self.push_tag(name, attributes, kept);
        } else if self.open.len() < DEEPEST && self.too_deep == 0 {
            self.push_tag(name, attributes, kept);
            self.open.push(name);
            self.after_pre = name == "pre";
        } else {
            self.too_deep += 1;
        }
    }

    fn end(&mut self, name: &str) {
        if VOID.contains(&name) {
            return;
        }
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        if ROWS.contains(&name) || CELLS.contains(&name) {
            self.close_nearest(|open| open == name, &["table"]);
        } else {
            self.close_within_cell(|open| open == name, &[]);
        }
    }

    /// Closes down to where an element of a table belongs; `false` if there is no place
    /// for this one, in a table or outside.
    fn make_room_in_table(&mut self, name: &str) -> bool {
        let holders: &[&str] = match name {
            "td" | "th" => &["tr", "tbody", "thead", "tfoot", "table"],
            "tr" => &["tbody", "thead", "tfoot", "table"],
            "col" => &["colgroup", "table"],
            "thead" | "tbody" | "tfoot" | "caption" | "colgroup" => &["table"],
            _ => {
                let between_cells = self.open.last().is_some_and(|open| ROWS.contains(open));
                return !between_cells || VOID.contains(&name);
            }
        };
        match self.open.iter().rposition(|open| holders.contains(open)) {
            Some(holder) if self.too_deep == 0 => {
                self.close_to(holder + 1);
                true
            }
            _ => false,
        }
    }

    /// Closes the nearest of these that the cell, or the text outside tables, holds.
    fn close_within_cell(&mut self, is_it: impl Fn(&str) -> bool, not_beyond: &[&str]) {
        let nearest = self.open.iter().rposition(|open| {
            is_it(open) || ROWS.contains(open) || CELLS.contains(open) || not_beyond.contains(open)
        });
        self.close_if(nearest, is_it);
    }

    fn close_nearest(&mut self, is_it: impl Fn(&str) -> bool, not_beyond: &[&str]) {
        let nearest = self
            .open
            .iter()
            .rposition(|open| is_it(open) || not_beyond.contains(open));
        self.close_if(nearest, is_it);
    }

    fn close_if(&mut self, nearest: Option<usize>, is_it: impl Fn(&str) -> bool) {
        if let Some(nearest) = nearest.filter(|&at| is_it(self.open[at])) {
            self.close_to(nearest);
        }
    }

    /// Ends elements until so many are open.
    fn close_to(&mut self, depth: usize) {
        for name in self.open.drain(depth..).rev() {
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
        self.after_pre = false;
    }

    fn push_tag(&mut self, name: &str, attributes: &[Attribute<'_>], kept: &[&str]) {
        self.after_pre = false;
        self.special = 0;
        self.out.push('<');
        self.out.push_str(name);
        let is_kept = |one: &&Attribute<'_>| {
            kept.contains(&one.name.as_str()) && special(one.value).nth(MOST_SPECIAL).is_none()
        };
        for attribute in attributes.iter().filter(is_kept) {
            self.out.push(' ');
            self.out.push_str(&attribute.name);
            self.out.push_str("=\"");
            self.out.push_str(&attribute.value.replace('"', "&quot;"));
            self.out.push('"');
        }
        self.out.push('>');
    }
}

/// Where ampersands and the first bytes of U+0080 to U+00BF stand.
fn special(text: &str) -> impl Iterator<Item = usize> {
    memchr::memchr2_iter(b'&', 0xC2, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALLOWED: Allowed = Allowed {
        tags: &[
            "a",
            "b",
            "blockquote",
            "br",
            "caption",
            "col",
            "dd",
            "div",
            "dl",
            "dt",
            "h1",
            "h2",
            "hr",
            "i",
            "img",
            "li",
            "p",
            "pre",
            "table",
            "tbody",
            "td",
            "tr",
            "ul",
        ],
        attributes: &["href", "src"],
        with_content: &["script", "svg"],
    };

    fn nest(html: &str) -> String {
        nested(html, &ALLOWED)
    }

    #[test]
    fn good_nesting_stays() {
        for html in [
            "",
            "a<br>b",
            "<p>a <b>b <i>c</i></b></p>",
            "<table><tbody><tr><td><p>1</p></td><td>2</td></tr></tbody></table>",
            "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
            "<a href=\"x?a&amp;b\">y</a> &amp; z",
        ] {
            assert_eq!(nest(html), html);
        }
    }

    #[test]
    fn broken_nesting_is_mended_as_far_as_words_go() {
        let cases = [
            ("<p>a<p>b", "<p>a</p><p>b</p>"),
            ("<p>a<div>b</div>c", "<p>a</p><div>b</div>c"),
            ("<b>a<i>b</b>c</i>", "<b>a<i>b</i></b>c"),
            ("<ul><li>a<li>b</ul>c", "<ul><li>a</li><li>b</li></ul>c"),
            ("<dl><dt>a<dd>b</dl>", "<dl><dt>a</dt><dd>b</dd></dl>"),
            ("a</b></p></div>b", "ab"),
            (
                "<table><tr><td>1<td>2<tr><td>3</table>x",
                "<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>x",
            ),
            (
                "<div><table><tr></div><td>1</td></tr></table></div>",
                "<div><table><tr><td>1</td></tr></table></div>",
            ),
            ("<div><td>1</td></div>", "<div>1</div>"),
            (
                "<table><div>x</div><tr><td>1",
                "<table>x<tr><td>1</td></tr></table>",
            ),
            (
                "<a href=1>x<a href=2>y",
                "<a href=\"1\">x</a><a href=\"2\">y</a>",
            ),
            ("<h1>a<h2>b", "<h1>a</h1><h2>b</h2>"),
            ("x<script>a<b></script>y<svg><p>z</svg>w", "xyw"),
            ("x<svg><p>y", "x<p>y</p>"),
            ("a < b <3 <", "a &lt; b &lt;3 &lt;"),
            ("<unknown>a</unknown></br>", "a<br>"),
            ("<img SRC='a\"b' onerror=x src=c>", "<img src=\"a&quot;b\">"),
            ("<pre>\n\n\nx\n</pre>", "<pre>x\n</pre>"),
        ];
        for (html, expected) in cases {
            assert_eq!(nest(html), expected, "{html}");
        }
    }

    #[test]
    fn deep_nesting_loses_tags_and_no_words() {
        let html = format!("{}x{}y", "<div>".repeat(1_000), "</div>".repeat(1_000));
        let out = nest(&html);
        assert_eq!(out.matches("<div>").count(), DEEPEST);
        assert!(out.contains('x') && out.ends_with("</div>y"));
    }

    #[test]
    fn a_run_of_text_has_so_many_ampersands_and_no_more() {
        let out = nest(&"&\u{ab}".repeat(MOST_SPECIAL));
        assert_eq!(out.matches("<wbr>").count(), 1);
        assert_eq!(out.replace("<wbr>", ""), "&\u{ab}".repeat(MOST_SPECIAL));
        assert_eq!(nest(&out), out);
        let short = "&<br>".repeat(MOST_SPECIAL * 2);
        assert_eq!(nest(&short), short);
    }

    /// The depth and whether each end tag ends what was opened last.
    fn judge(html: &str) -> (usize, bool) {
        let (mut open, mut deepest) = (Vec::new(), 0);
        for token in tokens(html, &[]) {
            match token {
                Token::Start { name, .. } if !VOID.contains(&name.as_ref()) => open.push(name),
                Token::End { name } if open.pop() != Some(name.clone()) => return (deepest, false),
                _ => {}
            }
            deepest = deepest.max(open.len());
        }
        (deepest, open.is_empty())
    }

    proptest! {
        #[test]
        fn whatever_comes_in_goes_out_well_nested(
            parts in proptest::collection::vec(
                "</?(a|b|i|p|div|table|tbody|tr|td|ul|li|dl|dd|h1|h2|pre|br|caption|svg|script|x)( href=[\"']?[a<>]*[\"']?)?/?>?|<!--|-->|[a-z<&\n]{0,3}",
                0..400,
            ),
        ) {
            let out = nest(&parts.concat());
            let (deepest, well_nested) = judge(&out);
            prop_assert!(well_nested, "{}", out);
            prop_assert!(deepest <= DEEPEST);
            prop_assert_eq!(nest(&out), out);
        }
    }
}
