//! Texts that are kept whole, so that whoever changes one sees what changed.

use std::path::Path;

/// Compares with the file of this name in `tests/api/snapshots`; what differs is written
/// beside it as `.new`, and the first line that does is said.
#[track_caller]
pub(crate) fn assert_snapshot(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/api/snapshots")
        .join(name);
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let text = format!("{}\n", text.trim_end());
    let new = path.with_added_extension("new");
    if kept == text {
        let _ = std::fs::remove_file(new);
        return;
    }
    #[expect(
        clippy::disallowed_methods,
        reason = "what is new is for whoever looks, and may be lost"
    )]
    std::fs::write(&new, &text).expect("room for what is new");
    let (mut old_lines, mut new_lines) = (kept.lines(), text.lines());
    let mut number = 0;
    let (was, is) = loop {
        number += 1;
        match (old_lines.next(), new_lines.next()) {
            (Some(was), Some(is)) if was == is => {}
            lines => break lines,
        }
    };
    panic!(
        "{name} differs from line {number} on:\n- {}\n+ {}\nlook at {}, and move it over the old one where it is right",
        was.unwrap_or("(the end)"),
        is.unwrap_or("(the end)"),
        new.display()
    );
}
