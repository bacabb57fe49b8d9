//! Phone numbers, which people write and telephones show in many ways: with blanks,
//! brackets and hyphens, with the country's code or without it.
//!
//! A number is two tokens, each behind a sign that no text brings into the index: its digits
//! from the end, for whoever has its last part, and its digits as they are, for whoever
//! types it from its beginning. Zeros before an area's code are left out; `00` before the
//! digits says that they begin with a country's code.

use crate::base::name_key::folded;

use super::words::indexed;

/// Before the digits of a number from its end.
const FROM_END: char = '☎';
/// Before the digits of a number as they are dialled.
const DIALLED: char = '☏';
/// The least digits that are a last part of a number, or a beginning.
const LEAST_PART: usize = 4;
/// The least digits that are looked for as a number.
const LEAST_NUMBER: usize = 3;
/// The most digits of a number: fifteen (E.164) and what is dialled before them.
const MOST_DIGITS: usize = 18;
/// The longest code of a country.
const LONGEST_CODE: usize = 3;
/// The least digits that a number has without its country's code.
const LEAST_WITHOUT_CODE: usize = 6;

/// The tokens of a field with a phone number, or with some. What else it says is found too.
pub fn indexed_phone(number: &str) -> String {
    let folded = folded(number);
    let is_part_of_number = |c: char| c.is_ascii_whitespace() || is_phone_character(c);
    let mut tokens = String::new();
    for part in folded.split(|c: char| !is_part_of_number(c)) {
        if let Some(dialled) = Dialled::read(part) {
            for token in [backwards(&dialled.digits), dialled.forwards()] {
                tokens.push(' ');
                tokens.push_str(&token);
            }
        }
    }
    if folded.chars().any(char::is_alphabetic) {
        tokens.push(' ');
        tokens.push_str(&indexed(&folded));
    }
    tokens.trim().to_owned()
}

/// A token to look for, where words may be a phone number or a part of one.
pub(super) enum Spelling {
    /// All of a number.
    Whole(String),
    /// A number from its beginning, which may go on.
    Beginning(String),
    /// The last part of a number: what a token begins with.
    LastPart(String),
}

/// The tokens of which one is enough; none where the words are no number.
pub(super) fn spellings(words: &str) -> Vec<Spelling> {
    let Some(dialled) = Dialled::read(words) else {
        return Vec::new();
    };
    let digits = dialled.digits.as_str();
    let mut spellings = Vec::new();
    match digits.len() {
        LEAST_PART.. => spellings.push(Spelling::Beginning(dialled.forwards())),
        LEAST_NUMBER.. => spellings.push(Spelling::Whole(dialled.forwards())),
        _ => {}
    }
    if digits.len() >= LEAST_PART {
        spellings.push(Spelling::LastPart(backwards(digits)));
    }
    // Zeros before the digits are those of an area, or stand within the number.
    if dialled.written.len() >= LEAST_PART && dialled.written != digits {
        spellings.push(Spelling::LastPart(backwards(&dialled.written)));
    }
    let without_code = (1..=LONGEST_CODE)
        .filter_map(|code| digits.get(code..))
        .map(|rest| rest.trim_start_matches('0'))
        .filter(|rest| rest.len() >= LEAST_WITHOUT_CODE)
        .map(|rest| Spelling::Whole(format!("{DIALLED}{rest}")));
    spellings.extend(without_code);
    spellings
}

/// Whether nothing in the word is unusual in a phone number.
pub(super) fn is_phone_word(word: &str) -> bool {
    word.chars().all(is_phone_character)
}

fn is_phone_character(character: char) -> bool {
    character.is_ascii_digit() || matches!(character, '+' | '(' | ')' | '.' | '-' | '/')
}

/// The digits of a number.
struct Dialled {
    /// As they are written, the `00` of a country's code aside.
    written: String,
    /// Without the zeros before them.
    digits: String,
    is_international: bool,
}

impl Dialled {
    fn read(text: &str) -> Option<Self> {
        let has_plus = text.trim_start_matches([' ', '(']).starts_with('+');
        let mut written = digits_of(text);
        let is_international = has_plus || written.starts_with("00");
        if is_international {
            // The zero that is dialled within the country alone.
            written = digits_of(&text.replacen("(0)", "", 1));
        }
        let digits = written.trim_start_matches('0').to_owned();
        if is_international {
            written.clone_from(&digits);
        }
        let fits = (1..=MOST_DIGITS).contains(&digits.len());
        fits.then_some(Self {
            written,
            digits,
            is_international,
        })
    }

    fn forwards(&self) -> String {
        let prefix = if self.is_international { "00" } else { "" };
        format!("{DIALLED}{prefix}{}", self.digits)
    }
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn backwards(digits: &str) -> String {
    let mut token = String::from(FROM_END);
    token.extend(digits.chars().rev());
    token
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::search::{Query, Search};

    fn finds(asked: &str, number: &str) -> bool {
        match Search::of(Some(asked)) {
            Search::For(query) => query.matches(&indexed_phone(number)),
            _ => false,
        }
    }

    #[test]
    fn a_number_is_two_tokens() {
        for (number, tokens) in [
            ("+49 89 5550137", "☎73105559894 ☏0049895550137"),
            ("0049 (0)89 / 555-0137", "☎73105559894 ☏0049895550137"),
            ("(089) 555.0137", "☎731055598 ☏895550137"),
            ("312", "☎213 ☏312"),
            ("Büro 5550137", "☎7310555 ☏5550137 buro 5550137"),
            ("5550137, 5550138", "☎7310555 ☏5550137 ☎8310555 ☏5550138"),
            ("٠٨٩ ٥٥٥٠١٣٧", "☎731055598 ☏895550137"),
            ("000", ""),
            ("", ""),
        ] {
            assert_eq!(indexed_phone(number), tokens, "{number}");
        }
    }

    #[test]
    fn a_number_is_found_in_any_usual_spelling() {
        let spellings = [
            "+49 89 5550137",
            "0049 (89) 555-0137",
            "089/5550137",
            "0895550137",
            "+49(0)89 555 01 37",
        ];
        for stored in spellings {
            for asked in spellings.into_iter().chain([
                "4989 5550137",
                "5550137",
                "555 0137",
                "0137",
                "089 / 555 01 37",
            ]) {
                assert!(finds(asked, stored), "{asked} for {stored}");
            }
            for other in [
                "5550138",
                "137",
                "555013",
                "0899550137",
                "+43 1 5550137",
                "tel",
                "4",
            ] {
                assert!(!finds(other, stored), "{other} for {stored}");
            }
        }
        assert!(finds("+1 212 555 0100", "(212) 555-0100"));
        assert!(finds("+49 89 55", "+49 89 5550137"));
        assert!(finds("089 5550", "089 5550137"));
        assert!(finds("312", "312"));
        assert!(finds("direct 5550137", "Direct: 089 5550137"));
    }

    #[test]
    fn a_number_is_no_word_of_a_text() {
        let Search::For(query) = Search::of(Some("5550137")) else {
            unreachable!()
        };
        assert!(query.matches(&indexed("order 5550137")));
        assert!(!query.matches(&indexed("order 89555")));
        let Search::For(query): Search = Search::of(Some("☎7310")) else {
            unreachable!()
        };
        assert!(!Query::matches(&query, &indexed_phone("5550137")));
    }

    proptest! {
        #[test]
        fn the_last_four_digits_and_more_find_a_number(digits in "[1-9][0-9]{3,14}", part in 4_usize..16) {
            let start = digits.len().saturating_sub(part);
            let asked = &digits[start..];
            // Two zeros at the beginning say that a country's code follows.
            prop_assume!(!asked.starts_with("00"));
            prop_assert!(finds(asked, &digits));
        }
    }
}
