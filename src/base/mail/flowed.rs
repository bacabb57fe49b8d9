//! `format=flowed` (RFC 3676): paragraphs that were broken for old readers, joined again.

/// The text with its soft line breaks taken out; with `delsp` the blank before each goes too.
pub(super) fn joined(text: &str, delsp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut last: Option<usize> = None;
    for (at, line) in text.split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let depth = line.bytes().take_while(|byte| *byte == b'>').count();
        let words = line[depth..].strip_prefix(' ').unwrap_or(&line[depth..]);
        let is_signature = words == "-- ";
        if last == Some(depth) && !is_signature {
            out.push_str(words);
        } else {
            if at > 0 {
                out.push('\n');
            }
            if depth > 0 {
                out.push_str(&line[..depth]);
                out.push(' ');
            }
            out.push_str(words);
        }
        let is_soft = words.ends_with(' ') && !is_signature;
        if is_soft && delsp {
            out.pop();
        }
        last = is_soft.then_some(depth);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn soft_breaks_go() {
        for (text, delsp, read) in [
            ("a \nb\nc", false, "a b\nc"),
            ("a \nb", true, "ab"),
            ("> a \n> b\nc", false, "> a b\nc"),
            ("> a \nb", false, "> a \nb"),
            ("a \n-- \nb", false, "a \n-- \nb"),
            (" >a", false, ">a"),
            ("a \r\nb\r\n", false, "a b\n"),
        ] {
            assert_eq!(joined(text, delsp), read, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_word_is_lost(text in "[a-c> \n\r-]{0,60}") {
            let letters = |text: &str| text.chars().filter(char::is_ascii_alphabetic).collect::<String>();
            prop_assert_eq!(letters(&joined(&text, false)), letters(&text));
        }
    }
}
