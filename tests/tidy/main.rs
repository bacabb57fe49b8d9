//! The rules of this house, as tests: layers, sizes, names, homes, messages, and what is
//! released or thrown away, and what the documents say of all this. They read files and nothing else; the reader in `source`
//! knows just enough Rust to tell code from comments, strings and tests.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod docs;
mod files;
mod layers;
mod messages;
mod source;
mod style;

/// Fails with all findings at once, under a sentence that says what to do about them.
#[track_caller]
fn assert_none(findings: &[String], advice: &str) {
    assert!(
        findings.is_empty(),
        "{advice}\n  {}\n",
        findings.join("\n  ")
    );
}
