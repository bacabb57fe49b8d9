//! The white list: what of strangers' HTML may stand in a page.

use std::borrow::Cow;
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use super::{depth, plain, text_of};

/// How often a text is cleaned before we give up on its markup. Parsing mends broken
/// nesting, and what it writes may be mended once more; two rounds do for real mail.
const ROUNDS: usize = 8;

#[rustfmt::skip]
const TAGS: &[&str] = &[
    "a", "abbr", "acronym", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote",
    "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "dfn", "div", "dl",
    "dt", "em", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "section",
    "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "time", "tr", "tt", "u", "ul", "var",
];

/// Elements that go with all that is in them: code, styles, other languages, and texts
/// that no browser shows as part of the page.
#[rustfmt::skip]
const WITH_CONTENT: &[&str] = &[
    "applet", "audio", "canvas", "frameset", "iframe", "math", "noembed",
    "noframes", "noscript", "object", "script", "style", "svg", "template", "textarea", "title",
    "video", "xmp",
];

/// HTML that may stand in a page: no scripts, styles, forms or frames, no addresses but
/// those of [`allowed_address`]. Cleaning what is clean changes nothing: browsers parse
/// once more, and what they see must be what was judged here.
pub fn clean(html: &str) -> String {
    let mut html = depth::limited(html);
    for _ in 0..ROUNDS {
        let cleaned = BUILDER.clean(&html).to_string();
        if cleaned == *html {
            return cleaned;
        }
        html = Cow::Owned(cleaned);
    }
    plain::unlinked(&text_of(&html))
}

static BUILDER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .add_tags(TAGS)
        .add_clean_content_tags(WITH_CONTENT)
        .add_generic_attributes(["dir", "lang", "title"])
        .add_tag_attributes("a", ["href"])
        .add_tag_attributes("img", ["alt", "height", "src", "width"])
        .add_tag_attributes("ol", ["start", "type", "reversed"])
        .add_tag_attributes("col", ["span"])
        .add_tag_attributes("colgroup", ["span"])
        .add_tag_attributes("td", ["align", "colspan", "rowspan", "valign"])
        .add_tag_attributes("th", ["align", "colspan", "rowspan", "scope", "valign"])
        .add_tag_attributes("tr", ["align", "valign"])
        .add_url_schemes(["http", "https", "mailto", "cid", "data"])
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .strip_comments(true)
        .attribute_filter(|_, attribute, value| match attribute {
            "href" | "src" => allowed_address(attribute, value).then_some(Cow::Borrowed(value)),
            _ => Some(Cow::Borrowed(value)),
        });
    builder
});

/// Links lead to the web and to mail. Pictures come from the web, from the mail itself
/// (`cid:`), or stand in the address; of these only the kinds that cannot hold a script.
fn allowed_address(attribute: &str, value: &str) -> bool {
    const LINKS: [&str; 3] = ["http:", "https:", "mailto:"];
    const PICTURES: [&str; 11] = [
        "http:",
        "https:",
        "cid:",
        "data:image/png;",
        "data:image/png,",
        "data:image/jpeg;",
        "data:image/jpeg,",
        "data:image/gif;",
        "data:image/gif,",
        "data:image/webp;",
        "data:image/webp,",
    ];
    // Browsers drop these before they look for the scheme.
    let start: String = value
        .trim_start_matches(|letter: char| letter <= ' ')
        .chars()
        .filter(|letter| !matches!(letter, '\t' | '\r' | '\n'))
        .take(24)
        .collect::<String>()
        .to_ascii_lowercase();
    let allowed: &[&str] = if attribute == "href" {
        &LINKS
    } else {
        &PICTURES
    };
    allowed.iter().any(|scheme| start.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn slow() {
        for (name, unit) in [
            ("div", "<div>"),
            ("b", "<b>"),
            ("b-p", "<p><b class=N>"),
            ("a", "<a href=x>"),
            ("table", "<table><td>"),
            ("span", "<span>"),
            ("close", "<div></p>"),
            ("lt", "<"),
            ("attr", "<a "),
            ("quote", "<a b=\""),
            ("li", "<li><dd>"),
            ("text", "a "),
            ("amp", "&"),
            ("ent", "&amp;"),
        ] {
            for n in [2000usize, 4000, 8000] {
                let html: String = (0..n).map(|i| unit.replace('N', &i.to_string())).collect();
                let t = std::time::Instant::now();
                let out = BUILDER.clean(&html).to_string();
                eprintln!("{name} {n} {:?} {}", t.elapsed(), out.len());
            }
        }
    }
}
