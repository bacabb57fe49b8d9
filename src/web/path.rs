//! Patterns of paths, as rows write them, and what a path that fits one names.

/// What stands at one place of a pattern; the order is that in which they count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    /// This word.
    Literal(&'static str),
    /// Digits.
    Number,
    /// Anything: a slug, a token, a word of a list.
    Text,
}

/// A pattern: `/ticket/{id}/draft/{kind}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Segment>);

/// What a path names by the places of its pattern, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PathValues {
    /// Its numbers.
    pub numbers: Vec<i64>,
    /// Its texts.
    pub texts: Vec<String>,
}

impl Pattern {
    /// The pattern of a path; the names in `texts` are those of its texts.
    pub(super) fn of(path: &'static str, texts: &[PathTextName]) -> Self {
        let segments = path.split('/').filter(|segment| !segment.is_empty());
        let segment = |segment: &'static str| match place_name(segment) {
            None => Segment::Literal(segment),
            Some(name) if texts.iter().any(|text| text.name == name) => Segment::Text,
            Some(_) => Segment::Number,
        };
        Self(segments.map(segment).collect())
    }

    /// What a path names, where it fits.
    pub(super) fn matched(&self, path: &[String]) -> Option<PathValues> {
        if self.0.len() != path.len() {
            return None;
        }
        let mut values = PathValues::default();
        for (want, have) in self.0.iter().zip(path) {
            match want {
                Segment::Literal(text) if text == have => {}
                Segment::Number if have.bytes().all(|byte| byte.is_ascii_digit()) => {
                    values.numbers.push(have.parse().ok()?);
                }
                Segment::Text => values.texts.push(have.clone()),
                Segment::Literal(_) | Segment::Number => return None,
            }
        }
        Some(values)
    }

    /// Of the patterns that one path fits, the one that counts: a word before a number,
    /// and a number before a text.
    pub(super) fn precedence(&self, other: &Self) -> std::cmp::Ordering {
        let kinds = |pattern: &Self| -> Vec<u8> {
            let kind = |segment: &Segment| match segment {
                Segment::Literal(_) => 0,
                Segment::Number => 1,
                Segment::Text => 2,
            };
            pattern.0.iter().map(kind).collect()
        };
        kinds(self).cmp(&kinds(other))
    }

    /// How many places it has.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it lies below `above`, or is it.
    pub(super) fn begins_with(&self, above: &Self) -> bool {
        self.0.starts_with(&above.0)
    }

    /// The first values of a longer path, as many as this pattern has places for.
    pub(super) fn own(&self, all: &PathValues) -> PathValues {
        let count = |kind| self.0.iter().filter(|one| **one == kind).count();
        PathValues {
            numbers: first(&all.numbers, count(Segment::Number)),
            texts: first(&all.texts, count(Segment::Text)),
        }
    }
}

fn first<T: Clone>(all: &[T], count: usize) -> Vec<T> {
    all.get(..count).unwrap_or(all).to_vec()
}

/// A place of a path that takes a text, and the texts that it takes; any, where none is
/// named.
#[derive(Debug, Clone, Copy)]
pub struct PathTextName {
    /// The name in the path's braces.
    pub name: &'static str,
    /// What it may be.
    pub choices: &'static [&'static str],
}

/// The name that stands in the braces of a pattern's segment.
pub(super) fn place_name(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_gives_way_to_a_number_and_a_number_to_a_word() {
        let kind = PathTextName {
            name: "kind",
            choices: &[],
        };
        let word = Pattern::of("/a/b", &[]);
        let number = Pattern::of("/a/{id}", &[]);
        let text = Pattern::of("/a/{kind}", &[kind]);
        let path = |last: &str| vec!["a".to_owned(), last.to_owned()];
        assert!(word.matched(&path("c")).is_none());
        assert!(number.matched(&path("b")).is_none());
        assert_eq!(number.matched(&path("7")).unwrap().numbers, [7]);
        assert_eq!(text.matched(&path("7")).unwrap().texts, ["7"]);
        assert!(word.precedence(&number).is_lt() && number.precedence(&text).is_lt());
    }
}
