//! Whatever strangers send as HTML is harmless when it is shown, stays what it is when it is sent
//! back, and costs no more time than its length explains.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use pocketdesk::base::html::RichText;
use regex::Regex;

use crate::harness::{Verdict, fuzz};

const SEEDS: &[&[u8]] = &[
    b"<p>Hello <b>you</b> &amp; <a href=\"https://example.com/?a=1&amp;b=2\">all</a></p>",
    b"plain text\nwith lines, 5 < 6 & <ada@example.com>",
    b"<table><tr><td style=\"color:red\">x</td></tr></table><ul><li>1<li>2</ul>",
    b"<blockquote>On Monday Ada wrote:<br><pre>  code\n </pre></blockquote><img src=\"cid:a\" alt=\"b\">",
    b"<svg><style><img src=x onerror=alert(1)></style></svg><math><mtext></mtext></math>",
];

const WORDS: &[&[u8]] = &[
    b"<script>",
    b"</script>",
    b"<style>",
    b"<svg>",
    b"<math>",
    b"<template>",
    b"<noscript>",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b" onclick=alert(1) ",
    b" href=\"javascript:alert(1)\"",
    b"java\tscript:",
    b"&#106;avascript:",
    b"data:text/html,x",
    b"<a href=",
    b"<img src=",
    b" style=\"",
    b"expression(",
    b"url(",
    b"\"",
    b"'",
    b"`",
    b"<",
    b">",
    b"&lt;",
    b"&#x0;",
    b"\0",
    b"<p><b><i><u>",
    b"<iframe srcdoc=",
    b"<form action=",
    b"<base href=//x>",
    b"<meta http-equiv=refresh>",
    b"<plaintext>",
    b"<textarea>",
    b"<title>",
];

/// A tag as a browser reads it, where what is quoted ends no tag.
static TAG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"<[/!?a-zA-Z](?:"[^"]*"|'[^']*'|[^"'>])*>"#).expect("it is a pattern")
});

/// An attribute with its value.
static ATTRIBUTE: LazyLock<Regex> = LazyLock::new(|| {
    let attribute = r#"\s([^\s=>"']+)\s*=\s*("[^"]*"|'[^']*'|[^\s>]*)"#;
    Regex::new(attribute).expect("it is a pattern")
});

/// Elements and attributes that act.
const ELEMENTS: [&str; 17] = [
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "button",
    "base",
    "meta",
    "link",
    "svg",
    "math",
    "template",
    "noscript",
    "plaintext",
    "textarea",
];
const ATTRIBUTES: [&str; 3] = ["srcdoc", "formaction", "action"];

/// The first tag that does something.
fn harmful(clean: &str) -> Option<&str> {
    let mut tags = TAG.find_iter(clean).map(|tag| tag.as_str());
    tags.find(|tag| {
        let name = tag
            .trim_start_matches(['<', '/'])
            .split([' ', '>', '/'])
            .next();
        let name = name.unwrap_or_default().to_ascii_lowercase();
        ELEMENTS.contains(&name.as_str())
            || ATTRIBUTE
                .captures_iter(tag)
                .any(|found| acts(&found[1], &found[2]))
    })
}

fn acts(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let value: String = value
        .chars()
        .filter(|one| !one.is_ascii_control() && !" \"'".contains(*one))
        .collect();
    let value = value.to_ascii_lowercase();
    let is_address = matches!(name.as_str(), "href" | "src");
    name.starts_with("on")
        || ATTRIBUTES.contains(&name.as_str())
        || is_address
            && ["javascript:", "vbscript:", "data:"]
                .iter()
                .any(|scheme| value.starts_with(scheme))
}

#[test]
fn cleaner() {
    fuzz("cleaner", SEEDS, WORDS, verdict);
}

fn verdict(input: &[u8]) -> Verdict {
    let began = Instant::now();
    let text = String::from_utf8_lossy(input);
    let Some(read) = RichText::read(&text) else {
        return Ok("blank".to_owned());
    };
    let clean = read.clean;
    if let Some(found) = harmful(&clean) {
        return Err(format!("{found:?} is in {clean:?}"));
    }
    let again = RichText::read(&clean).map(|again| again.clean);
    if again.as_ref() != Some(&clean) {
        return Err(format!("{clean:?} became {again:?}"));
    }
    let allowed = Duration::from_secs(1)
        + Duration::from_millis(20) * u32::try_from(input.len() / 1024).unwrap_or(u32::MAX);
    if began.elapsed() > allowed {
        return Err(format!("it took {:?}", began.elapsed()));
    }
    let tags: Vec<&str> = clean
        .split('<')
        .skip(1)
        .take(4)
        .map(|tag| tag.split([' ', '>']).next().unwrap_or_default())
        .collect();
    Ok(tags.join(" "))
}
