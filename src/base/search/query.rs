//! What people type into a search box, cut as the index is, and asked of it.

use std::iter;

use crate::base::error::{Faults, Message};
use crate::base::input::{Optional, Text};
use crate::base::name_key::folded;

use super::phone::{Spelling, is_phone_word, spellings};
use super::phrase::{End, Endings, Phrase, Reading, one_of};
use super::words::{cut, is_run_end, is_unspaced};

/// The most words of a query.
const MOST_WORDS: usize = 64;
/// The longest beginning that the indexes keep, as the schema says.
const LONGEST_INDEXED: usize = 3;
/// The most tokens that these words are cut into.
const MOST_TOKENS: usize = 1_024;

/// What a search comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// Nothing is looked for.
    None,
    /// Nothing in the words can be looked for, and so nothing is found.
    Futile,
    /// There are more words than anybody means.
    TooManyWords,
    /// This is looked for.
    For(Query),
}

impl Search {
    /// What these words come to.
    pub fn of(words: Option<&str>) -> Self {
        let folded = words.map(folded).unwrap_or_default();
        let words: Vec<&str> = folded.split_ascii_whitespace().collect();
        if words.is_empty() {
            return Self::None;
        }
        let Some(words) = words_of(&words) else {
            return Self::TooManyWords;
        };
        if words.is_empty() {
            return Self::Futile;
        }
        Self::For(Query {
            wanted: wanted(&words),
            ticket_number: ticket_number(&folded),
        })
    }
}

/// Notes a fault where a list is searched for more words than anybody means.
pub fn check(search: &Optional<Text>, faults: &mut Faults) {
    if Search::of(search.as_ref().map(Text::as_str)) == Search::TooManyWords {
        let message = Message::new("input.search_words").with("max", MOST_WORDS);
        faults.add("search", message);
    }
}

/// The words of a search: all of them must be found, the last one as a beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    wanted: Vec<Wanted>,
    ticket_number: Option<i64>,
}

impl Query {
    /// The FTS5 expression that finds every word, the last as the beginning of one, in
    /// all columns or in some, whose names stand as in `subject people`. Each word is
    /// quoted, so that nothing in it is an operator.
    pub fn expression(&self, columns: Option<&'static str>) -> String {
        self.expressed(columns, Reading::Begins)
    }

    /// The same with the last word as a whole one: what it finds comes first.
    pub fn whole_expression(&self, columns: Option<&'static str>) -> String {
        self.expressed(columns, Reading::Whole)
    }

    /// What [`Self::expression`] finds, asked for by the words that begin with a
    /// [`Self::beginnings`].
    pub fn ended_expression(&self, columns: Option<&'static str>, endings: &Endings) -> String {
        self.expressed(columns, Reading::Known(endings))
    }

    /// What words are to begin with, and no index of beginnings is for: FTS5 reads all that has
    /// one of these words before it answers, and asks for words that are named one by one.
    pub fn beginnings(&self) -> Vec<&str> {
        let forms = self.wanted.iter().flat_map(|wanted| {
            let words = wanted.words.iter().flatten();
            words.chain(&wanted.number)
        });
        let open = forms.filter(|phrase| phrase.end == End::Begins);
        let mut beginnings: Vec<&str> = open.map(Phrase::last).collect();
        beginnings.retain(|token| token.chars().nth(LONGEST_INDEXED).is_some());
        beginnings.sort_unstable();
        beginnings.dedup();
        beginnings
    }

    /// The ticket that is asked for, where the search is nothing but its number, `312`
    /// or `#312`.
    pub fn ticket_number(&self) -> Option<i64> {
        self.ticket_number
    }

    /// Whether [`Self::expression`] finds the text of these tokens.
    pub fn matches(&self, tokens: &str) -> bool {
        let tokens: Vec<&str> = tokens.split(' ').collect();
        self.wanted.iter().all(|wanted| wanted.is_in(&tokens))
    }

    fn expressed(&self, columns: Option<&'static str>, reading: Reading<'_>) -> String {
        let wanted = self.wanted.iter().map(|wanted| wanted.expressed(reading));
        let wanted = wanted.collect::<Vec<_>>().join(" AND ");
        match columns {
            Some(columns) => format!("{{{columns}}} : ({wanted})"),
            None => wanted,
        }
    }
}

/// Words of which each is in the text, in one of its forms; or together they are a number
/// that is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    words: Vec<Vec<Phrase>>,
    number: Vec<Phrase>,
}

impl Wanted {
    fn is_in(&self, tokens: &[&str]) -> bool {
        let has_any = |forms: &Vec<Phrase>| forms.iter().any(|phrase| phrase.is_in(tokens));
        self.words.iter().all(has_any) || has_any(&self.number)
    }

    fn expressed(&self, reading: Reading<'_>) -> String {
        let words = self.words.iter().map(|forms| one_of(forms, reading));
        let words = words.collect::<Vec<_>>().join(" AND ");
        if self.number.is_empty() {
            return words;
        }
        format!("(({words}) OR {})", one_of(&self.number, reading))
    }
}

/// A word of a query.
struct Word<'a> {
    text: &'a str,
    /// Its tokens, and where they are also one word, that one.
    cut: Vec<String>,
    place: Place,
}

/// Where a word stands in a query.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Before,
    Last,
}

/// The words that can be looked for; none where they are too many.
fn words_of<'a>(texts: &[&'a str]) -> Option<Vec<Word<'a>>> {
    let mut words: Vec<Word> = Vec::new();
    let mut count = 0;
    for text in texts {
        let mut tokens = String::new();
        let mut joined = Vec::new();
        cut(text, &mut tokens, &mut joined);
        if tokens.is_empty() {
            continue;
        }
        count += tokens.split(' ').count();
        if words.len() == MOST_WORDS || count > MOST_TOKENS {
            return None;
        }
        let is_one = joined.contains(&(0..tokens.len()));
        let one = is_one.then(|| tokens.replace(' ', ""));
        words.push(Word {
            text,
            cut: iter::once(tokens).chain(one).collect(),
            place: Place::Before,
        });
    }
    if let Some(last) = words.last_mut() {
        last.place = Place::Last;
    }
    Some(words)
}

fn wanted(words: &[Word<'_>]) -> Vec<Wanted> {
    // Neighbours that may be the parts of one number, and each other word alone.
    words
        .chunk_by(|one, next| is_phone_word(one.text) && is_phone_word(next.text))
        .map(|stretch| Wanted {
            words: stretch.iter().map(forms_of).collect(),
            number: match stretch {
                [first, .., last] => {
                    let between = stretch[1..].iter().flat_map(|word| [" ", word.text]);
                    let text: String = iter::once(first.text).chain(between).collect();
                    phone_forms(&text, last.place)
                }
                _ => Vec::new(),
            },
        })
        .collect()
}

/// What a word may be in the index.
fn forms_of(word: &Word<'_>) -> Vec<Phrase> {
    let cut = word.cut.iter();
    let mut forms: Vec<Phrase> = cut.map(|tokens| phrase(tokens, word.place)).collect();
    if is_phone_word(word.text) {
        forms.extend(phone_forms(word.text, word.place));
    }
    forms
}

fn phrase(tokens: &str, place: Place) -> Phrase {
    let (before, last) = tokens.rsplit_once(' ').unwrap_or(("", tokens));
    let is_pair = |token: &str| token.starts_with(is_unspaced) && !is_run_end(token);
    let (tokens, end) = match before.rsplit(' ').next() {
        // The run may go on in a text: its last pair is enough.
        Some(pair) if is_run_end(last) && is_pair(pair) => (before, End::Whole),
        _ if is_run_end(last) => (tokens, End::Open),
        _ => (tokens, word_end(last, place)),
    };
    Phrase {
        tokens: tokens.to_owned(),
        end,
    }
}

fn phone_forms(text: &str, place: Place) -> Vec<Phrase> {
    let forms = spellings(text).into_iter().map(|spelling| match spelling {
        Spelling::Whole(tokens) => Phrase {
            tokens,
            end: End::Whole,
        },
        Spelling::Beginning(tokens) => Phrase {
            end: word_end(&tokens, place),
            tokens,
        },
        Spelling::LastPart(tokens) => Phrase {
            tokens,
            end: End::Open,
        },
    });
    forms.collect()
}

/// The last word may go on, where it has two characters: too much begins with one.
fn word_end(token: &str, place: Place) -> End {
    match (place, token.chars().nth(1)) {
        (Place::Last, Some(_)) => End::Begins,
        _ => End::Whole,
    }
}

fn ticket_number(folded: &str) -> Option<i64> {
    let text = folded.trim();
    let digits = text.strip_prefix('#').map_or(text, str::trim_start);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    digits.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::search::indexed;

    fn query(words: &str) -> Query {
        match Search::of(Some(words)) {
            Search::For(query) => query,
            other => panic!("{words:?} is {other:?}"),
        }
    }

    fn finds(words: &str, text: &str) -> bool {
        query(words).matches(&indexed(text))
    }

    #[test]
    fn expressions_of_queries() {
        for (words, expression) in [
            ("ada", "\"ada\"*"),
            ("  Falcon   TONER ", "\"falcon\" AND \"toner\"*"),
            ("a", "\"a\""),
            ("Ann.Lee@acme.example", "\"ann lee acme example\"*"),
            ("OR NEAR(", "\"or\" AND \"near\"*"),
            ("a\"b* ", "\"a b\""),
            (
                "wi-fi & printer",
                "(\"wi fi\" OR \"wifi\") AND \"printer\"*",
            ),
            ("届い", "\"届い\""),
            ("届", "\"届\"*"),
            ("製造番号 修", "\"製造 造番 番号\" AND \"修\"*"),
            ("番ab", "\"番 ab\"*"),
            ("ab番 x", "\"ab 番\"* AND \"x\""),
            ("42", "\"42\"*"),
            ("#312", "\"312\"*"),
            ("312", "(\"312\"* OR \"☏312\")"),
            (
                "5501 lee",
                "(\"5501\" OR \"☏5501\" OR \"☎1055\"*) AND \"lee\"*",
            ),
            (
                "55 0137",
                "((\"55\" AND (\"0137\"* OR \"☏137\" OR \"☎7310\"*)) OR (\"☏550137\"* OR \"☎731055\"*))",
            ),
        ] {
            assert_eq!(query(words).expression(None), expression, "{words}");
        }
    }

    #[test]
    fn a_whole_expression_has_no_beginnings() {
        for (words, expression) in [
            ("falcon toner", "\"falcon\" AND \"toner\""),
            ("e-mail", "(\"e mail\" OR \"email\")"),
            ("修", "\"修\"*"),
        ] {
            assert_eq!(query(words).whole_expression(None), expression, "{words}");
        }
        assert_eq!(
            query("a b").whole_expression(Some("subject people")),
            "{subject people} : (\"a\" AND \"b\")"
        );
    }

    #[test]
    fn a_beginning_is_asked_for_by_the_words_that_begin_so() {
        let asked = query("oak lamp");
        assert_eq!(asked.beginnings(), ["lamp"]);
        assert_eq!(query("oak lam").beginnings(), [""; 0]);
        let endings = |words: &[&str]| {
            let words = words.iter().map(|word| (*word).to_owned()).collect();
            Endings::from([("lamp".to_owned(), words)])
        };
        assert_eq!(
            asked.ended_expression(None, &endings(&["lamps", "lampe"])),
            "\"oak\" AND (\"lamp\" OR \"lamps\" OR \"lampe\")"
        );
        assert_eq!(
            asked.ended_expression(None, &Endings::new()),
            asked.expression(None)
        );
        assert_eq!(
            query("a.lamp").ended_expression(Some("people"), &endings(&["lamps"])),
            "{people} : ((\"a lamp\" OR \"a lamps\"))"
        );
    }

    #[test]
    fn what_searches_come_to() {
        assert_eq!(Search::of(None), Search::None);
        assert_eq!(Search::of(Some(" \u{3000}\u{200b}")), Search::None);
        assert_eq!(Search::of(Some(" * -- \"\" ☎")), Search::Futile);
        let many = "x ".repeat(MOST_WORDS);
        assert!(matches!(Search::of(Some(&many)), Search::For(_)));
        assert_eq!(Search::of(Some(&format!("{many} x"))), Search::TooManyWords);
        assert!(matches!(
            Search::of(Some(&format!("{many} - &"))),
            Search::For(_)
        ));
        assert_eq!(
            Search::of(Some(&"a.".repeat(MOST_TOKENS + 1))),
            Search::TooManyWords
        );
    }

    #[test]
    fn a_search_that_is_nothing_but_a_number_asks_for_that_ticket() {
        for words in ["312", " 312 ", "#312", "# 312", "＃３１２", "٣١٢"] {
            assert_eq!(query(words).ticket_number(), Some(312), "{words}");
        }
        for words in [
            "312 falcon",
            "#x",
            "312.5",
            "+312",
            "-312",
            "0312",
            "99999999999999999999",
            "##312",
        ] {
            assert_eq!(query(words).ticket_number(), None, "{words}");
        }
    }

    #[test]
    fn what_is_found_and_what_is_not() {
        let address = "Bert.Copy@partner.example.org";
        let japanese = "注文した椅子がまだ届いていません。至急ＡＢ７７を確認してください。";
        for (words, text) in [
            ("toner falcon", "The falcon's\ntoner"),
            ("fal", "a falcon"),
            ("bert.copy@partner.example.org", address),
            ("bert.copy", address),
            ("copy", address),
            ("partner.example.org", address),
            ("partner.exa", address),
            ("invoice_2024.pdf", "invoice_2024.pdf"),
            ("2024", "invoice_2024.pdf"),
            ("invoice", "invoice_2024.pdf"),
            ("o'brien", "Tell O’Brien"),
            ("obrien", "Tell O’Brien"),
            ("brien", "Tell O’Brien"),
            ("imprimante", "l’imprimante"),
            ("email", "my e-mail"),
            ("e-mail", "my email"),
            ("椅子", japanese),
            ("いて", japanese),
            ("届いていません", japanese),
            ("ab77", japanese),
            ("急AB77を確", japanese),
            ("急", japanese),
            ("lebska gorski", "Łebska Górski"),
            ("grossmann", "Großmann"),
            ("번호", "주문번호가"),
            ("ไหน", "อยู่ที่ไหนครับ"),
        ] {
            assert!(finds(words, text), "{words} in {text}");
        }
        for (words, text) in [
            ("falcon toner", "a falcon"),
            ("fal toner", "falcon toner"),
            ("copy.bert", address),
            ("届か", japanese),
            ("子届", japanese),
            ("せ至", japanese),
            ("椅子が届", japanese),
            ("con", "falcon"),
        ] {
            assert!(!finds(words, text), "{words} in {text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn no_word_gets_out_of_its_quotes(words in "(\\PC|[\"*()+ 0-9a-z:^{}-]){0,60}") {
            let Search::For(query) = Search::of(Some(&words)) else {
                return Ok(());
            };
            for expression in [query.expression(None), query.whole_expression(None)] {
                prop_assert_eq!(expression.matches('"').count() % 2, 0);
                for outside in expression.split('"').step_by(2) {
                    let operators = outside.replace(['(', ')', '*', ' '], "");
                    prop_assert!(matches!(operators.as_str(), "" | "AND" | "OR"), "{}", expression);
                }
            }
        }

        #[test]
        fn a_text_is_found_by_itself(text in "(\\PC|[a-z0-9' +-]|[あ-う漢字가각ก่]){0,60}") {
            if let Search::For(query) = Search::of(Some(&text)) {
                prop_assert!(query.matches(&indexed(&text)), "{:?}", query);
            }
        }

        #[test]
        fn a_run_of_characters_is_found_where_it_stands_and_nowhere_else(
            text in "[あいう漢。a]{0,16}", run in "[あいう漢]{2,4}",
        ) {
            prop_assert_eq!(finds(&run, &text), text.contains(&run));
        }

        #[test]
        fn two_characters_and_more_of_a_run_are_found(text in "[あいうえ漢字가각]{20}", from in 0_usize..18, most in 2_usize..20) {
            let run: String = text.chars().skip(from).take(most).collect();
            prop_assert!(finds(&run, &text));
        }
    }
}
