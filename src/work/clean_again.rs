//! Texts that were cleaned by older rules are cleaned by those of now: what the cleaner has
//! learned holds for what was written before, too.

use crate::base::cause::Cause;
use crate::base::db::{Change, from_row, named_params};
use crate::base::error::Result;
use crate::base::html::{CLEANER, RichText};
use crate::base::job::{CleanedTable, Job, Progress, Slice};
use crate::base::parts::Parts;
use crate::base::search::IndexRow;
use crate::base::who::Caller;

/// A text as it came, or where nothing was cleaned away, as it is shown.
struct Text {
    id: i64,
    input: String,
}

from_row!(Text { id, input });

/// Leaves a job for each table with such texts; at the start, for rules change with the binary.
pub(super) fn begin(parts: &Parts) -> Result<()> {
    let caller = Caller::because_of(Cause::Job);
    parts.db.write(&caller, |change| {
        for table in CleanedTable::ALL {
            let name = table.name();
            let sql = format!(
                "SELECT EXISTS (SELECT 1 FROM {name} WHERE cleaner < :cleaner)
                     AND NOT EXISTS (SELECT 1 FROM job WHERE kind = 'clean_again' AND data ->> 'table' = :name)"
            );
            let is_due: i64 = change.view().one(
                &sql,
                named_params! { ":cleaner": CLEANER, ":name": name },
            )?;
            if is_due == 1 {
                change.enqueue(&Job::CleanAgain {
                    table,
                    after: 0,
                })?;
            }
        }
        Ok(())
    })
}

/// Cleans some texts of a table anew; answers the id of the last.
pub(super) fn slice(
    change: &mut Change<'_>,
    table: CleanedTable,
    after: i64,
    slice: &mut Slice,
) -> Result<Progress<i64>> {
    let name = table.name();
    let texts: Vec<Text> = change.view().all(
        &format!(
            "SELECT id, ifnull(raw, clean) AS input FROM {name}
             WHERE id > :after AND cleaner < :cleaner ORDER BY id LIMIT :rows"
        ),
        named_params! { ":after": after, ":cleaner": CLEANER, ":rows": slice.rows() },
    )?;
    let mut last = after;
    for text in texts {
        if !slice.take() {
            return Ok(Progress::Left(last));
        }
        // Of what was shown once and has nothing left to show, the text stays as it came.
        let (raw, clean) = match RichText::read(&text.input) {
            Some(read) => (read.raw, read.clean),
            None => (Some(text.input), String::new()),
        };
        change.run(
            &format!(
                "UPDATE {name} SET raw = :raw, clean = :clean, cleaner = :cleaner WHERE id = :id"
            ),
            named_params! { ":id": text.id, ":raw": raw, ":clean": clean, ":cleaner": CLEANER },
        )?;
        outdate(change, table, text.id)?;
        last = text.id;
    }
    Ok(Progress::Done)
}

/// Whatever is found by the text is found by its new words.
fn outdate(change: &mut Change<'_>, table: CleanedTable, id: i64) -> Result<()> {
    let row = match table {
        CleanedTable::Thread => {
            let ticket = "SELECT ticket_id FROM thread WHERE id = :id";
            IndexRow::Ticket(change.view().one(ticket, named_params! { ":id": id })?)
        }
        CleanedTable::TaskThread => {
            let task = "SELECT task_id FROM task_thread WHERE id = :id";
            IndexRow::Task(change.view().one(task, named_params! { ":id": id })?)
        }
        // What a text was before it was edited is not searched.
        CleanedTable::ThreadRevision => return Ok(()),
    };
    change.outdate(row);
    Ok(())
}
