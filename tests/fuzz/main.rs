//! Strangers' bytes, changed at random: `cargo test --test fuzz`, for half a second each;
//! `POCKETDESK_FUZZ_SECONDS=60` for longer, `POCKETDESK_FUZZ_INPUT=FILE cargo test --test fuzz NAME`
//! for one input again. What is found becomes a test of its own.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests say what they found, and end where they cannot go on"
)]

mod cleaner;
mod gate;
mod harness;
mod multipart;
mod search;
