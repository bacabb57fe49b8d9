//! Tokens that follow each other: as FTS5 finds them, and as they are found in a text without it.
//! It knows nothing of where the tokens come from.

/// How the last word is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    LastBegins,
    AllWhole,
}

/// Of these forms one is enough.
pub(super) fn one_of(forms: &[Phrase], reading: Reading) -> String {
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
    pub(super) fn expressed(&self, reading: Reading) -> String {
        let is_open = match self.end {
            End::Whole => false,
            End::Begins => reading == Reading::LastBegins,
            End::Open => true,
        };
        // Tokens are letters, digits, marks and the two signs of numbers: none is a quote.
        format!("\"{}\"{}", self.tokens, if is_open { "*" } else { "" })
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
