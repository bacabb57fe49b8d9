//! Text cut into tokens. The index and the queries go through here alike: a word is found
//! because both were cut in the same places.
//!
//! Letters and digits that stand together are one token, in scripts with blanks. The scripts
//! of East Asia put none between words: there each two neighbours are a token, `abc` is
//! `ab bc c`. The single one ends the run, so that each character begins a token, and
//! pairs of two runs never stand side by side.

use std::ops::Range;

use crate::base::name_key::{folded, is_of_word};

/// The most characters of a token; the rest of a longer word is not looked at, neither
/// in the text nor in a query. What is longer was made by machines.
const MOST_CHARACTERS: usize = 64;
/// The most parts that are also found written as one word.
const MOST_JOINED: usize = 4;

/// The tokens of a text, in order, parted by single blanks.
pub fn indexed(text: &str) -> String {
    let folded = folded(text);
    let mut tokens = String::with_capacity(folded.len() + folded.len() / 8);
    let mut joined = Vec::new();
    for word in folded.split_ascii_whitespace() {
        joined.clear();
        cut(word, &mut tokens, &mut joined);
        // Behind the word, where they stand between no two of its tokens.
        for place in &joined {
            let one = tokens[place.clone()].replace(' ', "");
            push(&one, &mut tokens);
        }
    }
    tokens
}

/// Appends the tokens of one word, which is folded and has no blank, and tells where
/// tokens stand that are also one word: `wi-fi` is `wi fi`, and `wifi` by a `joined`.
pub(super) fn cut(word: &str, tokens: &mut String, joined: &mut Vec<Range<usize>>) {
    let mut chain = Chain::default();
    let mut rest = word;
    loop {
        let gap = rest.find(|c| kind(c) != Kind::Gap).unwrap_or(rest.len());
        let (mark, text) = rest.split_at(gap);
        let Some(first) = text.chars().next() else {
            break;
        };
        let own = kind(first);
        let end = text.find(|c| kind(c) != own).unwrap_or(text.len());
        let (part, behind) = text.split_at(end);
        if own == Kind::Unspaced {
            chain.end(joined);
            push_pairs(part, tokens);
        } else {
            if !matches!(mark, "-" | "'" | "·") {
                chain.end(joined);
            }
            chain.add(push(shortened(part), tokens));
        }
        rest = behind;
    }
    chain.end(joined);
}

/// Tokens with nothing but a hyphen or an apostrophe between them.
#[derive(Default)]
struct Chain {
    place: Range<usize>,
    parts: usize,
}

impl Chain {
    fn add(&mut self, token: Range<usize>) {
        if self.parts == 0 {
            self.place.start = token.start;
        }
        self.place.end = token.end;
        self.parts += 1;
    }

    fn end(&mut self, joined: &mut Vec<Range<usize>>) {
        let is_short = self.place.len() <= MOST_CHARACTERS;
        if (2..=MOST_JOINED).contains(&self.parts) && is_short {
            joined.push(self.place.clone());
        }
        self.parts = 0;
    }
}

/// Appends one token, and tells where it stands.
fn push(token: &str, tokens: &mut String) -> Range<usize> {
    if !tokens.is_empty() {
        tokens.push(' ');
    }
    let start = tokens.len();
    tokens.push_str(token);
    start..tokens.len()
}

fn push_pairs(run: &str, tokens: &mut String) {
    let mut ends = run.char_indices().map(|(at, c)| at + c.len_utf8()).skip(1);
    for (start, _) in run.char_indices() {
        let end = ends.next().unwrap_or(run.len());
        push(&run[start..end], tokens);
    }
}

fn shortened(part: &str) -> &str {
    if part.len() <= MOST_CHARACTERS {
        return part;
    }
    part.char_indices()
        .nth(MOST_CHARACTERS)
        .map_or(part, |(end, _)| &part[..end])
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Neither letter nor digit: it parts tokens.
    Gap,
    /// Of a script that puts blanks between its words.
    Spaced,
    /// Of a script that puts none, or, as Korean does, few.
    Unspaced,
}

fn kind(character: char) -> Kind {
    if character.is_ascii() {
        let is_token = character.is_ascii_alphanumeric();
        return if is_token { Kind::Spaced } else { Kind::Gap };
    }
    match (is_of_word(character), is_unspaced(character)) {
        (false, _) => Kind::Gap,
        (true, false) => Kind::Spaced,
        (true, true) => Kind::Unspaced,
    }
}

/// Whether a character is of these scripts, once it is folded.
pub(super) fn is_unspaced(character: char) -> bool {
    matches!(character,
        // Thai, Lao, Myanmar, Khmer, and their relatives.
        '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{1950}'..='\u{19DF}'
        | '\u{1A20}'..='\u{1AAF}' | '\u{A9E0}'..='\u{A9FF}' | '\u{AA60}'..='\u{AADF}'
        // Korean letters, alone and in syllables.
        | '\u{1100}'..='\u{11FF}' | '\u{A960}'..='\u{A97F}' | '\u{AC00}'..='\u{D7FF}'
        // Japanese syllables, Bopomofo and Chinese characters, with what they repeat by.
        | '\u{3005}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{1AFF0}'..='\u{1B16F}'
        | '\u{20000}'..='\u{3FFFD}')
}

/// Whether a token says that more may follow it in its run: one character, which is the
/// end of a run or stands for all pairs that it begins.
pub(super) fn is_run_end(token: &str) -> bool {
    let mut characters = token.chars();
    characters.next().is_some_and(is_unspaced) && characters.next().is_none()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tokens_of_texts() {
        for (text, tokens) in [
            ("", ""),
            (" -- !? 😀 ", ""),
            ("The Printer, it SMOKES.", "the printer it smokes"),
            ("Ölwechsel für Straße 5", "olwechsel fur strasse 5"),
            ("a.b_c@dép.example.org", "a b c dep example org"),
            ("Wi-Fi o’Clock!", "wi fi wifi o clock oclock"),
            ("-a- a--b 1-2-3-4-5", "a a b 1 2 3 4 5"),
            ("l'e-mail_re-do", "l e mail re do lemail redo"),
            ("so\u{ad}ft zero\u{200b}width", "soft zerowidth"),
            ("ＡＢ７７", "ab77"),
            ("荷物が、届", "荷物 物が が 届"),
            ("型番ab-77の", "型番 番 ab 77 の ab77"),
            ("ｶﾞｰﾄﾞ", "ガー ード ド"),
            ("배송 번호", "배송 송 번호 호"),
            ("ที่ไหน", "ที ี่ ่ไ ไห หน น"),
            ("हिन्दी", "हिन्दी"),
            ("Отчёт №5", "отчет no5"),
        ] {
            assert_eq!(indexed(text), tokens, "{text:?}");
        }
    }

    #[test]
    fn a_long_word_costs_a_short_token() {
        assert_eq!(indexed(&"A".repeat(1_000_000)).len(), MOST_CHARACTERS);
        let greek = "ω".repeat(1_000);
        assert_eq!(indexed(&greek).chars().count(), MOST_CHARACTERS);
    }

    proptest! {
        #[test]
        fn tokens_are_letters_parted_by_one_blank(text in "(\\PC|[ -~\\n]){0,60}") {
            let tokens = indexed(&text);
            for token in tokens.split(' ').filter(|_| !tokens.is_empty()) {
                prop_assert!(!token.is_empty(), "{:?}", tokens);
                prop_assert!(token.chars().count() <= MOST_CHARACTERS);
                prop_assert!(token.chars().all(|c| kind(c) != Kind::Gap), "{:?}", tokens);
            }
        }

        #[test]
        fn texts_side_by_side_have_the_tokens_of_both(one in "\\PC{0,20}", other in "\\PC{0,20}") {
            let both = indexed(&format!("{one}\n{other}"));
            let apart = format!("{} {}", indexed(&one), indexed(&other));
            prop_assert_eq!(both, apart.trim());
        }
    }
}
