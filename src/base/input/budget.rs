//! How much the tree of one body may hold, whatever format it came in.

use crate::base::error::{Error, Message, Result};

/// The most fields that a form may have.
pub const MAX_FIELDS: usize = 1_000;
/// How deep objects and lists may nest; the outermost object is the first level.
pub const MAX_DEPTH: usize = 64;
/// The longest field, in bytes: a message body with pictures pasted into its HTML.
pub const MAX_FIELD_BYTES: usize = 5 << 20;
/// What all fields but the longest may hold together, in bytes.
pub const MAX_OTHER_BYTES: usize = 1 << 20;

/// Counts the bytes of a body's fields as they are found.
#[derive(Debug, Default)]
pub struct Budget {
    sum: usize,
    largest: usize,
}

impl Budget {
    /// Counts a field of so many bytes; [`Error::TooLarge`] when it is too long, or when
    /// the fields beside the longest one are too much together.
    pub fn spend(&mut self, bytes: usize) -> Result<()> {
        self.sum = self.sum.saturating_add(bytes);
        self.largest = self.largest.max(bytes);
        if self.largest > MAX_FIELD_BYTES {
            return Err(too_large("input.field_too_large", MAX_FIELD_BYTES >> 20));
        }
        if self.sum - self.largest > MAX_OTHER_BYTES {
            return Err(too_large("input.too_large", MAX_OTHER_BYTES >> 20));
        }
        Ok(())
    }

    /// [`Error::TooLarge`] for a level deeper than [`MAX_DEPTH`]; the outermost is level 1.
    pub fn enter(level: usize) -> Result<()> {
        if level > MAX_DEPTH {
            return Err(too_large("input.too_deep", MAX_DEPTH));
        }
        Ok(())
    }
}

fn too_large(key: &'static str, max: usize) -> Error {
    Error::TooLarge(Message::new(key).with("max", max))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(result: Result<()>) -> String {
        match result {
            Err(Error::TooLarge(message)) => message.key.into_owned(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn one_field_may_be_long_and_the_rest_may_not() {
        let mut budget = Budget::default();
        assert!(budget.spend(MAX_FIELD_BYTES).is_ok());
        assert!(budget.spend(MAX_OTHER_BYTES).is_ok());
        assert_eq!(key(budget.spend(1)), "input.too_large");
        assert_eq!(
            key(Budget::default().spend(MAX_FIELD_BYTES + 1)),
            "input.field_too_large"
        );
    }

    #[test]
    fn the_order_of_long_and_short_does_not_matter() {
        let mut budget = Budget::default();
        assert!(budget.spend(MAX_OTHER_BYTES).is_ok());
        assert!(budget.spend(MAX_FIELD_BYTES).is_ok());
    }

    #[test]
    fn depth_ends_at_its_limit() {
        assert!(Budget::enter(MAX_DEPTH).is_ok());
        assert_eq!(key(Budget::enter(MAX_DEPTH + 1)), "input.too_deep");
    }
}
