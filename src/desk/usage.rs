//! What is in use is not deleted: a room names where its things can be used, and the
//! answer says where one is.

use crate::base::db::{View, named_params};
use crate::base::error::{Error, Message, Result};

/// A count over `:id`, and the key of what is said where it is not zero; the text may
/// name the thing by `{name}` and the uses by `{count}`.
pub(super) type Use = (&'static str, &'static str);

/// 409 with the first place where the thing `id`, called `name`, is in use.
pub(super) fn refuse_used(view: &View<'_>, id: i64, name: &str, uses: &[Use]) -> Result<()> {
    for (sql, key) in uses {
        let count: i64 = view.one(sql, named_params! { ":id": id })?;
        if count > 0 {
            let message = Message::new(*key).with("name", name).with("count", count);
            return Err(Error::Conflict(message));
        }
    }
    Ok(())
}
