//! Tokens that follow each other: as FTS5 finds them, and as they are found in a text without it.
//! It knows nothing of where the tokens come from.

use std::collections::HashMap;
use std::iter;

/// How the last word is read.
#[derive(Clone, Copy)]
pub(super) enum Reading<'a> {
    /// As the beginning of a word.
    Begins,
    /// As one of the words that begin so, where these are known.
    Known(&'a Endings),
    /// As a whole word.
    Whole,
}

/// The words that begin with a token, by that token.
pub type Endings = HashMap<String, Vec<String>>;

/// Of these forms one is enough.
pub(super) fn one_of(forms: &[Phrase], reading: Reading<'_>) -> String {
    let expressed = forms.iter().map(|phrase| phrase.expressed(reading));
    let expressed = expressed.collect::<Vec<_>>().join(" OR ");
    if forms.len() == 1 {
        return expressed;
    }
    format!("({expressed})")
}

/// Tokens that follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phrase {
    /// Tokens, parted by blanks.
    pub(super) tokens: String,
    pub(super) end: End,
}

/// What the last token of a phrase may be in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// That token.
    Whole,
    /// The beginning of another, unless whole words are wanted.
    Begins,
    /// The beginning of another, always: it stands for a part of something.
    Open,
}

impl Phrase {
    pub(super) fn expressed(&self, reading: Reading<'_>) -> String {
        // Tokens are letters, digits, marks and the two signs of numbers: none is a quote.
        match (self.end, reading) {
            (End::Whole, _) | (End::Begins, Reading::Whole) => format!("\"{}\"", self.tokens),
            (End::Open, _) | (End::Begins, Reading::Begins) => format!("\"{}\"*", self.tokens),
            (End::Begins, Reading::Known(endings)) => self.ending(endings),
        }
    }

    fn ending(&self, endings: &Endings) -> String {
        let last = self.last();
        let Some(endings) = endings.get(last) else {
            return format!("\"{}\"*", self.tokens);
        };
        let before = self.tokens.strip_suffix(last).unwrap_or_default();
        let ended = endings.iter().map(|end| format!("\"{before}{end}\""));
        // A word that nothing begins with is found nowhere, and still has to be asked for.
        let asked = iter::once(format!("\"{}\"", self.tokens)).chain(ended);
        format!("({})", asked.collect::<Vec<_>>().join(" OR "))
    }

    /// The last of its tokens.
    pub(super) fn last(&self) -> &str {
        self.tokens.rsplit(' ').next().unwrap_or_default()
    }

    pub(super) fn is_in(&self, tokens: &[&str]) -> bool {
        let own: Vec<&str> = self.tokens.split(' ').collect();
        let Some((last, before)) = own.split_last() else {
            return false;
        };
        tokens.windows(own.len()).any(|place| {
            let is_end = match self.end {
                End::Whole => place[before.len()] == *last,
                End::Begins | End::Open => place[before.len()].starts_with(last),
            };
            is_end && place.starts_with(before)
        })
    }
}
