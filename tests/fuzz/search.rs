//! What is indexed is found by each of its words, and by none that it has not.

use pocketdesk::base::search::{Search, indexed};

use crate::harness::{Verdict, fuzz};

const SEEDS: &[&[u8]] = &[
    "A leak in the kitchen, ada@example.com, +49 (0)30 1234-567".as_bytes(),
    "日本語の件名 ภาษาไทย 한국어 Łódź straße İstanbul ﬁne".as_bytes(),
    "don't e-mail C++ .NET #312 1.5e3 a_b 10%".as_bytes(),
    "\u{200b}zero\u{200d}width \u{202e}rtl combining e\u{301} 👩‍🚒".as_bytes(),
];

const WORDS: &[&[u8]] = &[
    b" ",
    b"\"",
    b"*",
    b"^",
    b"(",
    b")",
    b" OR ",
    b" NOT ",
    b" NEAR ",
    b":",
    b"-",
    b"'",
    b"\0",
    "\u{200b}".as_bytes(),
    "ß".as_bytes(),
    "İ".as_bytes(),
    "日".as_bytes(),
    "ก".as_bytes(),
    "\u{301}".as_bytes(),
    b"@example.com",
    b"+49 30",
    b"0",
    b"#7",
];

/// Letters that no text here holds.
const ABSENT: &str = "zqxwvkjzqx";

#[test]
fn search() {
    fuzz("search", SEEDS, WORDS, verdict);
}

fn verdict(input: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(input);
    let tokens = indexed(&text);
    let mut answers = Vec::new();
    for word in text.split_whitespace() {
        let query = match Search::of(Some(word)) {
            Search::For(query) => query,
            other => {
                answers.push(format!("{other:?}"));
                continue;
            }
        };
        if !query.matches(&tokens) {
            return Err(format!(
                "{word:?} does not find {text:?}, which is {tokens:?}"
            ));
        }
        answers.push(query.beginnings().len().to_string());
    }
    if let Search::For(query) = Search::of(Some(ABSENT))
        && !text.contains(ABSENT)
        && query.matches(&tokens)
    {
        return Err(format!("{ABSENT} finds {text:?}"));
    }
    answers.truncate(4);
    Ok(answers.join(" "))
}
