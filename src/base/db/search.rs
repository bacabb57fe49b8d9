//! What people type into a search box, as an FTS5 expression.

/// The most words looked for at once; a search of more is one for the first of them.
const MOST_WORDS: usize = 16;

/// What a search comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// Nothing is looked for.
    None,
    /// Nothing in the words can be looked for, and so nothing is found.
    Futile,
    /// This FTS5 expression.
    For(String),
}

impl Search {
    /// What these words come to.
    pub fn of(words: Option<&str>) -> Self {
        match words {
            None => Self::None,
            Some(words) => search_expression(words).map_or(Self::Futile, Self::For),
        }
    }
}

/// An FTS5 expression that finds every word, the last as the beginning of one; none
/// where there is no word. Each word is quoted, so that nothing in it is an operator.
pub fn search_expression(words: &str) -> Option<String> {
    let words: Vec<&str> = words
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .take(MOST_WORDS)
        .collect();
    let last = words.len().checked_sub(1)?;
    let quoted: Vec<String> = words
        .iter()
        .enumerate()
        .map(|(at, word)| {
            let is_prefix = at == last && word.chars().count() > 1;
            format!(
                "\"{}\"{}",
                word.replace(['"', '\0'], " "),
                if is_prefix { "*" } else { "" }
            )
        })
        .collect();
    Some(quoted.join(" AND "))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_become_quoted_words() {
        for (words, want) in [
            ("ada", Some("\"ada\"*")),
            ("  ada   love ", Some("\"ada\" AND \"love\"*")),
            ("a", Some("\"a\"")),
            ("ada@example.com", Some("\"ada@example.com\"*")),
            ("OR NEAR(", Some("\"OR\" AND \"NEAR(\"*")),
            ("a\"b* ", Some("\"a b*\"*")),
            ("", None),
            (" *  -- \"\" ", None),
        ] {
            assert_eq!(search_expression(words).as_deref(), want, "{words}");
        }
    }

    proptest! {
        #[test]
        fn no_word_gets_out_of_its_quotes(words in "\\PC{0,60}") {
            let expression = search_expression(&words).unwrap_or_default();
            for (at, part) in expression.split('"').enumerate() {
                let is_outside = at % 2 == 0;
                prop_assert!(!is_outside || matches!(part, "" | " AND " | "*" | "* AND "), "{expression}");
            }
            prop_assert_eq!(expression.matches('"').count() % 2, 0);
        }
    }
}
