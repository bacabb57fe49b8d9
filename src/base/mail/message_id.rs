//! Ids of messages as headers list them.

/// How many ids are kept of one header.
pub const MOST_IDS: usize = 200;

/// The longest id that is one, in bytes: a header's line.
const LONGEST_ID: usize = 998;

/// The ids of `Message-ID`, `In-Reply-To` or `References`, in their order, each once: without
/// brackets, commas and blanks, those that folding put inside an id too. Of more than
/// [`MOST_IDS`] the first, which is the conversation's root, and the last ones stay.
pub fn parse_ids(header: &str) -> Vec<String> {
    let bracketed = bracketed(header);
    let mut ids: Vec<String> = Vec::new();
    let mut known = std::collections::HashSet::new();
    let found = if bracketed.is_empty() {
        let words =
            header.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | ';'));
        words.map(cleaned).collect()
    } else {
        bracketed
    };
    for id in found {
        let fits = !id.is_empty() && id.len() <= LONGEST_ID;
        if fits && known.insert(id.clone()) {
            ids.push(id);
        }
    }
    if ids.len() > MOST_IDS {
        ids.drain(1..=ids.len() - MOST_IDS);
    }
    ids
}

/// The id that a header such as `Message-ID` names first.
pub fn parse_id(header: &str) -> Option<String> {
    parse_ids(header).into_iter().next()
}

/// What stands between brackets. An id that is never closed ends where the next begins.
fn bracketed(header: &str) -> Vec<String> {
    let parts = header.split('<').skip(1);
    let ids = parts.map(|part| cleaned(part.split('>').next().unwrap_or(part)));
    ids.collect()
}

fn cleaned(id: &str) -> String {
    let kept = id.chars().filter(|letter| {
        !letter.is_whitespace() && !letter.is_control() && !matches!(letter, '<' | '>' | ',')
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ids_are_read_as_programs_write_them() {
        for (header, expected) in [
            ("<a@b>", &["a@b"][..]),
            ("<a@b>\r\n\t<c@d>,<e@f>", &["a@b", "c@d", "e@f"]),
            ("<a@b><c@d>", &["a@b", "c@d"]),
            ("<a\r\n b@c>", &["ab@c"]),
            ("a@b c@d", &["a@b", "c@d"]),
            (
                "Your message of Monday from ada@example.com <x@y>",
                &["x@y"],
            ),
            ("<a@b <c@d>", &["a@b", "c@d"]),
            ("<a@b> <a@b>", &["a@b"]),
            ("<0100018f-000000>", &["0100018f-000000"]),
            ("<>", &[]),
            ("", &[]),
        ] {
            assert_eq!(parse_ids(header), expected, "{header}");
        }
    }

    #[test]
    fn of_very_many_the_root_and_the_last_stay() {
        let ids: Vec<String> = (0..1_000).map(|at| format!("<{at}@x>")).collect();
        let header = ids.join(" ");
        let ids = parse_ids(&header);
        assert_eq!(ids.len(), MOST_IDS);
        assert_eq!((ids[0].as_str(), ids[1].as_str()), ("0@x", "801@x"));
        assert_eq!(ids[MOST_IDS - 1], "999@x");
    }

    proptest! {
        #[test]
        fn an_id_can_stand_in_a_header(text in any::<String>(), marks in "[<>, \t\r\n\0a@]{0,60}") {
            for header in [text, marks] {
                for id in parse_ids(&header) {
                    prop_assert!(!id.is_empty());
                    prop_assert!(!id.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,".contains(c)));
                    prop_assert_eq!(parse_ids(&format!("<{id}>")), vec![id]);
                }
            }
        }
    }
}
