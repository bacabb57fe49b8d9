//! Rows into values.

use rusqlite::Row;
use rusqlite::types::FromSql;

/// A value that one row of a result makes.
pub trait FromRow: Sized {
    /// Reads the row; by column name wherever the value is a struct.
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self>;
}

impl FromRow for i64 {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        row.get(0)
    }
}

impl FromRow for String {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        row.get(0)
    }
}

impl<T: FromSql> FromRow for Option<T> {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        row.get(0)
    }
}

impl<A: FromSql, B: FromSql> FromRow for (A, B) {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok((row.get(0)?, row.get(1)?))
    }
}

impl<A: FromSql, B: FromSql, C: FromSql> FromRow for (A, B, C) {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    }
}

impl<A: FromSql, B: FromSql, C: FromSql, D: FromSql> FromRow for (A, B, C, D) {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    }
}

impl<T: FromSql, const N: usize> FromRow for [T; N] {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let values = (0..N).map(|column| row.get(column));
        let values: Vec<T> = values.collect::<rusqlite::Result<_>>()?;
        let count = values.len();
        let array = values.try_into();
        array.map_err(|_| rusqlite::Error::InvalidColumnIndex(count))
    }
}

/// The value of the column of this name. Columns mostly stand in the order in which they are
/// read, so the one behind the last is looked at first, and not all of them each time.
pub fn next_column<T: FromSql>(
    row: &Row<'_>,
    place: &mut usize,
    name: &str,
) -> rusqlite::Result<T> {
    let statement = row.as_ref();
    if !statement
        .column_name(*place)
        .is_ok_and(|there| there == name)
    {
        *place = statement.column_index(name)?;
    }
    let value = row.get(*place);
    *place += 1;
    value
}

/// Reads a struct from the columns that have its fields' names, or from others that are named:
/// `from_row!(Todo { id, owner: "user_id" });`.
macro_rules! from_row {
    ($row:ident { $($field:ident $(: $column:literal)?),* $(,)? }) => {
        impl $crate::base::db::FromRow for $row {
            fn from_row(row: &$crate::base::db::Row<'_>) -> rusqlite::Result<Self> {
                let mut place = 0;
                Ok(Self {
                    $($field: $crate::base::db::next_column(
                        row,
                        &mut place,
                        from_row!(@ $field $($column)?),
                    )?,)*
                })
            }
        }
    };
    (@ $field:ident) => { stringify!($field) };
    (@ $field:ident $column:literal) => { $column };
}

pub(crate) use from_row;
