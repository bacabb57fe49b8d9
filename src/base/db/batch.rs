//! Rows of `batch`: one cause and all that it changed.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::base::cause::Cause;
use crate::base::error::Result;
use crate::base::time::Timestamp;
use crate::base::who::Caller;

/// How many causes may follow from one another before the next is stopped.
const LONGEST_CHAIN: i64 = 5;

/// Where a change comes from: its cause, the batch of what it changes once there is one, and
/// the chain of causes before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    cause: Cause,
    batch: Option<i64>,
    parent: Option<i64>,
    depth: i64,
}

impl Origin {
    /// The beginning of a chain.
    pub(super) fn of(caller: &Caller) -> Self {
        Self {
            cause: caller.cause,
            batch: None,
            parent: None,
            depth: 0,
        }
    }

    /// The workflow that is the cause, where one is.
    pub(super) fn workflow(&self) -> Option<i64> {
        self.cause.workflow()
    }

    /// Whether there is a batch already.
    pub(super) fn has_batch(&self) -> bool {
        self.batch.is_some()
    }

    /// The same as one more link of the chain that made `batch`.
    pub(super) fn after(self, connection: &Connection, batch: i64) -> Result<Self> {
        let depth: Option<i64> = connection
            .prepare_cached("SELECT depth FROM batch WHERE id = :batch")?
            .query_row(named_params! { ":batch": batch }, |row| row.get(0))
            .optional()?;
        Ok(Self {
            parent: depth.map(|_| batch),
            depth: depth.map_or(0, |depth| depth + 1),
            ..self
        })
    }

    /// The batch, made where there is none yet.
    pub(super) fn batch(
        &mut self,
        connection: &Connection,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<i64> {
        if let Some(batch) = self.batch {
            return Ok(batch);
        }
        let batch = connection
            .prepare_cached(
                "INSERT INTO batch (cause, user_id, impersonator_id, workflow_id, parent_id, depth, created_at)
                 VALUES (:cause, nullif(:user, 0), :behind, :workflow, :parent, :depth, :now)",
            )?
            .insert(named_params! {
                ":cause": self.cause.code(), ":user": caller.who.id, ":behind": caller.behind,
                ":workflow": self.cause.workflow(), ":parent": self.parent, ":depth": self.depth,
                ":now": now,
            })?;
        self.batch = Some(batch);
        Ok(batch)
    }

    /// What `cause` does because of what is in `batch`, which is this one's; nothing where the
    /// chain is too long, or where the same workflow is in it already.
    pub(super) fn next(
        &self,
        connection: &Connection,
        cause: Cause,
        batch: i64,
    ) -> Result<Option<Self>> {
        if self.depth >= LONGEST_CHAIN {
            return Ok(None);
        }
        let earlier: i64 = connection
            .prepare_cached(
                "WITH RECURSIVE chain (id) AS (
                     VALUES (:batch)
                     UNION ALL SELECT parent_id FROM batch JOIN chain USING (id) WHERE parent_id IS NOT NULL)
                 SELECT count(*) FROM chain JOIN batch USING (id) WHERE workflow_id = :workflow",
            )?
            .query_row(
                named_params! { ":batch": batch, ":workflow": cause.workflow() },
                |row| row.get(0),
            )?;
        Ok((earlier == 0).then_some(Self {
            cause,
            batch: None,
            parent: Some(batch),
            depth: self.depth + 1,
        }))
    }
}
