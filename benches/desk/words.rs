//! Invented words, as often as words of a language are: the second half as often as the
//! first, the third a third as often. It must not know what the words are for.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// A word that about three in ten tickets have.
pub(crate) const COMMON: &str = "quellomir";
/// A word that about ten tickets of a whole desk have.
pub(crate) const RARE: &str = "zyxwavian";

const VOCABULARY: usize = 20_000;
const SYLLABLES: [&str; 40] = [
    "ba", "be", "bi", "co", "da", "den", "di", "do", "fa", "fer", "ga", "go", "ha", "hel", "in",
    "ka", "la", "len", "li", "lo", "ma", "men", "mi", "na", "ner", "no", "o", "pa", "per", "ra",
    "ren", "ri", "sa", "sel", "so", "ta", "ter", "ti", "u", "va",
];

/// A language, made from a number: the same words for the same number.
pub(crate) struct Words {
    vocabulary: Vec<String>,
    /// The chance of each word or one before it.
    chances: Vec<f32>,
}

impl Words {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let vocabulary = (0..VOCABULARY).map(|rank| word(&mut random, rank));
        let mut sum = 0.0;
        let weights: Vec<f32> = (1..=VOCABULARY)
            .map(|rank| {
                sum += 1.0 / f32::from(u16::try_from(rank).unwrap_or(u16::MAX));
                sum
            })
            .collect();
        Self {
            vocabulary: vocabulary.collect(),
            chances: weights.iter().map(|weight| weight / sum).collect(),
        }
    }

    /// One word.
    pub(crate) fn one(&self, random: &mut StdRng) -> &str {
        let chance: f32 = random.random();
        let at = self.chances.partition_point(|upto| *upto < chance);
        &self.vocabulary[at.min(VOCABULARY - 1)]
    }

    /// So many words with blanks between them.
    pub(crate) fn text(&self, random: &mut StdRng, words: usize) -> String {
        let mut text = String::with_capacity(words * 8);
        for at in 0..words {
            if at > 0 {
                text.push(' ');
            }
            text.push_str(self.one(random));
        }
        text
    }
}

/// Frequent words are short, as in any language.
fn word(random: &mut StdRng, rank: usize) -> String {
    let syllables = match rank {
        0..100 => random.random_range(1..=2),
        100..2000 => random.random_range(2..=3),
        _ => random.random_range(3..=5),
    };
    (0..syllables)
        .map(|_| SYLLABLES[random.random_range(0..SYLLABLES.len())])
        .collect()
}
