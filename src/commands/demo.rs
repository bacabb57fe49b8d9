//! `demo`: a believable filled desk, served at once.

use std::path::Path;

use crate::base::error::{Error, Result};
use crate::config::Server;

pub(super) fn demo(_: Option<&Path>, _: &Server) -> Result<()> {
    Err(Error::internal("the demo desk is not here yet"))
}
