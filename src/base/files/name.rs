//! Names of files as strangers give them.

/// The last part of a path, without controls and what turns the direction of what follows; empty
/// where nothing of a name is left.
pub fn last_segment(path: &str) -> String {
    let segment = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown = segment
        .chars()
        .filter(|letter| !letter.is_control() && !is_mark_of_direction(*letter));
    let shown: String = shown.collect();
    match shown.trim() {
        "." | ".." => String::new(),
        name => name.to_owned(),
    }
}

/// What turns the direction of what follows, or shows nothing at all: it makes `exe.fdp`
/// look like `pdf.exe`.
pub fn is_mark_of_direction(letter: char) -> bool {
    matches!(letter,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_path_its_last_part_is_left_as_it_reads() {
        for (path, want) in [
            ("a/b\\c.txt", "c.txt"),
            (" report\u{202e}fdp.exe ", "reportfdp.exe"),
            ("a\0b\r\n.txt", "ab.txt"),
            ("dir/", ""),
            ("x/..", ""),
        ] {
            assert_eq!(last_segment(path), want, "{path:?}");
        }
    }
}
