//! `check`: proves instead of promising.

use std::process::ExitCode;

use super::say;
use crate::base::error::Result;
use crate::base::parts::Parts;
use crate::base::who::Caller;

/// Checks everything; prints what is wrong, a line each, and answers 1 if anything is.
pub(super) fn check(parts: &Parts) -> Result<ExitCode> {
    let faults: Vec<String> = parts.db.read(&Caller::desk(), |view| {
        view.all(
            "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
            [],
        )
    })?;
    for fault in &faults {
        say(fault)?;
    }
    if faults.is_empty() {
        say("all is well")?;
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}
