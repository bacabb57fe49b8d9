//! Scripts' texts made one person's words: `[this|that]` is chosen, `{places}` are filled.

use std::collections::HashMap;

use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::IndexedRandom;

use super::people::Cast;

/// The demo's dice; each start throws the same.
pub(super) type Dice = Xoshiro256PlusPlus;

/// What stands in the places of one ticket's texts, the same in all its messages.
#[derive(Debug)]
pub(super) struct Words(HashMap<String, String>);

impl Words {
    /// Draws the words of one ticket.
    pub(super) fn draw(cast: &Cast, dice: &mut Dice) -> Self {
        // Drawn by name, for a map has no order and the dice must fall the same each time.
        let mut names: Vec<&String> = cast.words.keys().collect();
        names.sort_unstable();
        let mut words = Self(HashMap::new());
        for name in names {
            let word = cast.words[name].choose(dice).cloned().unwrap_or_default();
            words.set(name, word);
        }
        let teas = cast.words.get("tea").map_or(&[][..], Vec::as_slice);
        let others: Vec<&String> = teas
            .iter()
            .filter(|tea| Some(*tea) != words.0.get("tea"))
            .collect();
        words.set(
            "tea2",
            others.choose(dice).copied().cloned().unwrap_or_default(),
        );
        words.set("order", format!("K{}", dice.random_range(104_100..109_900)));
        words.set(
            "tracking",
            format!("KC{:08}GB", dice.random_range(0..99_999_999)),
        );
        words.set("digits", format!("{:04}", dice.random_range(1000..9999)));
        words.set("number", dice.random_range(4..29).to_string());
        let (pounds, pence) = (dice.random_range(14..129), dice.random_range(0..20) * 5);
        words.set("amount", format!("£{pounds}.{pence:02}"));
        words
    }

    /// Puts a word in a place.
    pub(super) fn set(&mut self, place: &str, word: impl Into<String>) {
        self.0.insert(place.to_owned(), word.into());
    }

    /// The text with its choices made and its places filled.
    pub(super) fn fill(&self, text: &str, dice: &mut Dice) -> String {
        let mut filled = choose(text, dice);
        for (place, word) in &self.0 {
            filled = filled.replace(&format!("{{{place}}}"), word);
        }
        filled
    }
}

/// The text with one of each `[this|that]` in it.
fn choose(text: &str, dice: &mut Dice) -> String {
    let mut chosen = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let (choices, behind) = after.split_once(']').unwrap_or((after, ""));
        let choices: Vec<&str> = choices.split('|').collect();
        chosen.push_str(before);
        chosen.push_str(choices.choose(dice).copied().unwrap_or_default());
        rest = behind;
    }
    chosen + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::demo::{conversations, people};
    use rand::SeedableRng;

    #[test]
    fn one_of_each_choice_is_taken() {
        let mut dice = Dice::seed_from_u64(1);
        let seen: std::collections::BTreeSet<String> = (0..50)
            .map(|_| choose("a [b|c] d [e]", &mut dice))
            .collect();
        assert_eq!(Vec::from_iter(seen), ["a b d e", "a c d e"]);
    }

    #[test]
    fn no_place_and_no_choice_of_any_script_is_left_open() {
        let cast = people::read().unwrap();
        let mut dice = Dice::seed_from_u64(1);
        for script in conversations::read().unwrap() {
            let words = Words::draw(&cast, &mut dice);
            let texts = script.messages.iter().map(|line| &line.text);
            for text in texts.chain(&script.subjects) {
                let filled = words.fill(text, &mut dice);
                assert!(!filled.contains(['{', '}', '[', ']']), "{filled}");
            }
        }
    }
}
