//! The white list: what of strangers' HTML may stand in a page.

use std::borrow::Cow;
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use super::{bounds, lines, markup, plain};

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
    "time", "tr", "tt", "u", "ul", "var", "wbr",
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
/// those of `allowed_address`. Cleaning what is clean changes nothing: browsers parse
/// once more, and what they see must be what was judged here. HTML that is beyond all
/// measure is shown as the text that it is written in.
pub fn clean(html: &str) -> String {
    within_bounds(html).unwrap_or_else(|| plain::to_html(html))
}

/// The same, or `None` for HTML that is beyond all measure.
pub(super) fn within_bounds(html: &str) -> Option<String> {
    let mut html = lines::with_breaks(html);
    for _ in 0..ROUNDS {
        let known = markup::with_known_elements(&html);
        if !bounds::is_cheap(&known) {
            return None;
        }
        let cleaned = BUILDER.clean(&known).to_string();
        if cleaned == html {
            return Some(cleaned);
        }
        html = Cow::Owned(cleaned);
    }
    None
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
    use super::super::text;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_lists_are_in_order_and_apart() {
        assert!(TAGS.is_sorted());
        assert!(WITH_CONTENT.is_sorted());
        assert!(TAGS.iter().all(|tag| !WITH_CONTENT.contains(tag)));
        let mut all = TAGS.iter().chain(WITH_CONTENT);
        assert!(all.all(|tag| markup::ELEMENTS.contains(tag)));
    }

    /// Of the attributes that may stand on some element, those that hold no address.
    const ATTRIBUTES: [&str; 15] = [
        "align", "alt", "colspan", "dir", "height", "lang", "reversed", "rowspan", "scope", "span",
        "start", "title", "type", "valign", "width",
    ];

    #[test]
    fn what_mail_is_made_of_stays() {
        for html in [
            "<h1>A</h1><p>b <strong>c</strong> <em>d</em> <u>e</u></p>",
            "<blockquote>quoted<blockquote>twice</blockquote></blockquote>",
            "<ol start=\"3\"><li>a</li><li>b<ul><li>c</li></ul></li></ol>",
            "<table><tbody><tr><td colspan=\"2\" align=\"right\">1</td></tr></tbody></table>",
            "<img src=\"https://example.com/a.png\" alt=\"a\" width=\"10\" height=\"20\">",
            "<img src=\"cid:part1@example.com\">",
            "<img src=\"data:image/png;base64,iVBORw0KGgo=\">",
            "<a href=\"mailto:a@example.com\" rel=\"noopener noreferrer nofollow\">a</a>",
            "<pre>a\n  b</pre>",
            "a &lt; b &amp; c",
        ] {
            assert_eq!(clean(html), html);
        }
    }

    /// What attackers sent to helpdesks and mail readers, with what is left of it.
    #[rustfmt::skip]
    const ATTACKS: &[(&str, &str)] = &[
        ("<script>alert(1)</script>x", "x"),
        ("<ScRiPt src=//evil.example/x.js></sCrIpT>x", "x"),
        ("<img src=x onerror=alert(1)>", "<img>"),
        ("<svg onload=alert(1)>x", "x"),
        ("\"><svg onload=alert(1)>.jpg", "\"&gt;.jpg"),
        ("<svg><script>alert(1)</script></svg>x", "x"),
        ("<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">", "&lt;mtext&gt;&lt;mglyph&gt;<img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\"><table></table>"),
        ("<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", "<div></div><div>&lt;mglyph&gt;</div>"),
        ("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<img>\"&gt;"),
        ("<a href=\"javascript:alert(1)\">x</a>", "<a rel=\"noopener noreferrer nofollow\">x</a>"),
        ("<a href=\" \u{1}java\tscript:alert(1)\">x</a>", "<a rel=\"noopener noreferrer nofollow\">x</a>"),
        ("<a href=\"&#106;avascript&colon;alert(1)\">x</a>", "<a rel=\"noopener noreferrer nofollow\">x</a>"),
        ("<a href=\"data:text/html,<script>alert(1)</script>\">x</a>", "<a rel=\"noopener noreferrer nofollow\">x</a>"),
        ("<a href=\"vbscript:x\">x</a>", "<a rel=\"noopener noreferrer nofollow\">x</a>"),
        ("<a href=\"cid:1\">x</a>", "<a rel=\"noopener noreferrer nofollow\">x</a>"),
        ("<a href=\"//evil.example\">x</a><a href=\"/logout\">y</a>", "<a rel=\"noopener noreferrer nofollow\">x</a><a rel=\"noopener noreferrer nofollow\">y</a>"),
        ("<img src=\"data:image/svg+xml;base64,AAAA\">", "<img>"),
        ("<img src=\"data:image/png/../svg+xml,x\">", "<img>"),
        ("<img src=\"file:///etc/passwd\">", "<img>"),
        ("<img src=\"php://filter/resource=/etc/passwd\">", "<img>"),
        ("<img src=\"/ticket/1/delete\" srcset=\"https://evil.example 1x\">", "<img>"),
        ("<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>x", "x"),
        ("<object data=x><embed src=x></object>x", "x"),
        ("<base href=\"https://evil.example/\"><link rel=stylesheet href=x><meta http-equiv=refresh content=0>x", "x"),
        ("<form action=\"https://evil.example\"><input name=a><button formaction=x>x</button></form>", "<div>x</div>"),
        ("<p style=\"position:fixed\" class=\"btn\" id=\"login\" name=\"x\" data-x=1>x</p>", "<p>x</p>"),
        ("<style>@import 'x';</style><title>t</title><textarea>a</textarea>x", "x"),
        ("<a href=\"https://example.com\" target=_blank ping=x rel=opener>x</a>", "<a href=\"https://example.com\" rel=\"noopener noreferrer nofollow\">x</a>"),
        ("<video src=x onerror=alert(1)></video><audio src=x></audio>x", "x"),
        ("<details open ontoggle=alert(1)>x</details>", "<div>x</div>"),
        ("<xmp><img src=x onerror=alert(1)></xmp>x", "x"),
        ("<!--[if gte mso 9]><script>alert(1)</script><![endif]-->x", "x"),
        ("<template><script>alert(1)</script></template>x", "x"),
        ("<p/onclick=alert(1)>x</p>", "<p>x</p>"),
        ("<<script>script>alert(1)<</script>/script>x", "&lt;/script&gt;x"),
        ("<table background=\"javascript:x\"><tr><td background=x>1</td></tr></table>", "<table><tbody><tr><td>1</td></tr></tbody></table>"),
    ];

    #[test]
    fn known_attacks() {
        for (attack, left) in ATTACKS {
            assert_eq!(clean(attack), *left, "{attack}");
        }
    }

    /// The pattern again and again, with a number in place of `#`.
    fn numbered(count: usize, pattern: &str) -> String {
        (0..count).fold(String::new(), |text, number| {
            text + &pattern.replace('#', &number.to_string())
        })
    }

    /// Each once made the parser quadratic, or its answer many times the question.
    fn hostile_texts(length: usize) -> Vec<String> {
        let mut texts = vec![
            format!("<p{}>x", numbered(length / 6, " a#")),
            format!("<p{}>x", numbered(length / 6, "/a#")),
            format!("</p{}>x", numbered(length / 6, " a#")),
            format!("<p{}>x", numbered(length / 10, " a#=\"\"b#")),
            format!("<p title=\"{}\">x", "&".repeat(length)),
            numbered(length / 16, "<p><b class=#>"),
            numbered(length / 16, "<b class=#></p>"),
            numbered(100, "<b class=#>") + &"<b x></b>".repeat(length / 9),
            numbered(40, "<b a=1 b=2 c=3 d=4 e=#>")
                + &"<b a=1 b=2 c=3 d=4 e=x></b>".repeat(length / 28),
            numbered(length / 30, "<i><div id=#></i>"),
            format!(
                "<a href=\"{}\">{}",
                "x".repeat(1_000),
                "<p>".repeat(length / 3)
            ),
            format!(
                "{}x{}",
                "<div>".repeat(400),
                "<div></div>".repeat(length / 11)
            ),
            format!("<table>{}", "<b>x</b>".repeat(length / 8)),
            format!("<svg>{}", "<g>".repeat(length / 3)),
            format!(
                "<math><annotation-xml encoding=text/html>{}",
                "<div>".repeat(length / 5)
            ),
            format!(
                "<select>{}",
                "<option><selectedcontent>".repeat(length / 25)
            ),
            format!("<template>{}", "<template><tr>".repeat(length / 14)),
            format!("{}é&nbsp;<br>", "\u{ab}&".repeat(length / 3)),
            format!("<b>{}", "<table><tr><td>".repeat(length / 15)),
            format!("<p>{}", "a &amp; b ".repeat(length / 10)),
        ];
        for unit in [
            "<b>",
            "<div>",
            "<div></p>",
            "<li><dd>",
            "<a href=x>",
            "<table><td>",
            "<b><table></b>",
            "<svg>",
            "<p><b><i><u><s>",
            "<table><b>x<tr>",
            "<table><tr><td>",
            "<table>x",
            "<!--",
            "<a ",
            "<a b=\"",
            "<",
            "&",
            "&amp;",
            "<b><p></b>",
            "<select><option>",
            "<script>",
            "</div>",
            "<h1><div>",
            "<pre>\n",
            "<a><b><p></a>",
            "<b><div></b>",
            "<i><b><p></i>",
            "<font size=1><p></font>",
            "<nobr>",
            "<form>",
            "<button>",
            "<br>\n",
            "x\n",
            "<ruby><rt>",
            "<table><caption>",
            "<a><table><td>",
            "<plaintext>",
            "<frameset>",
            "<body a>",
            "\0",
        ] {
            texts.push(unit.repeat(length / unit.len()));
        }
        texts
    }

    #[test]
    fn hostile_texts_cost_in_proportion_to_their_length() {
        // Without optimisation everything takes some thirty times as long.
        let (length, most) = if cfg!(debug_assertions) {
            (6_000, 5)
        } else {
            (300_000, 3)
        };
        for html in hostile_texts(length) {
            let begun = std::time::Instant::now();
            let cleaned = clean(&html);
            let took = begun.elapsed();
            let shown: String = html.chars().take(30).collect();
            assert!(took.as_secs() < most, "{shown}: {took:?}");
            assert!(
                cleaned.len() <= 8 * html.len() + 2_000,
                "{shown}: {}",
                cleaned.len()
            );
            assert_eq!(clean(&cleaned), cleaned, "{shown}");
        }
    }

    /// Markup that is more often wrong than right.
    fn hostile() -> impl Strategy<Value = String> {
        let part = "</?(a|b|p|div|table|tr|td|ul|li|pre|img|svg|math|mtext|style|script|title|textarea|noscript|template|form|select|option|iframe|h1|font|x:y|mglyph|annotation-xml)\
            ( (href|src|onclick|ONERROR|style|title|class|xlink:href)=[\"'`]?(java\tscript:|JavaScript:|&#106;avascript:|data:text/html,|https://|cid:|<script>|--&gt;|x)*[\"'`]?){0,2}/?>?\
            |<!--|-->|<!\\[CDATA\\[|\\]\\]>|&(lt|#60|amp|nbsp|#0);|[a-z <>\"'=/\n\u{0}\u{a0}é]{0,4}|javascript:|onerror=";
        proptest::collection::vec(part, 0..60).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]
        #[test]
        fn the_clean_is_clean_and_harmless(html in hostile()) {
            let cleaned = clean(&html);
            prop_assert_eq!(&clean(&cleaned), &cleaned);
            for tag in text::tags(&cleaned).filter(|tag| !tag.starts_with('/')) {
                let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
                prop_assert!(TAGS.contains(&name), "<{}>", name);
                while let Some((attribute, after)) = rest.split_once("=\"") {
                    let (value, after) = after.split_once('"').unwrap();
                    rest = after;
                    let value = value.to_ascii_lowercase();
                    match attribute.trim_start() {
                        "href" => prop_assert!(["http:", "https:", "mailto:"].iter().any(|ok| value.trim().starts_with(ok)), "{}", value),
                        "src" => prop_assert!(["http:", "https:", "cid:"].iter().any(|ok| value.trim().starts_with(ok)), "{}", value),
                        "rel" => prop_assert_eq!(value, "noopener noreferrer nofollow"),
                        other => prop_assert!(ATTRIBUTES.contains(&other), "{}", other),
                    }
                }
                prop_assert_eq!(rest, "");
            }
            prop_assert!(!cleaned.to_ascii_lowercase().contains("<script"));
            prop_assert!(!cleaned.contains('\0'));
        }
    }
}
