//! Rows into values.

use rusqlite::Row;
use rusqlite::types::FromSql;

/// A value that one row of a result makes.
pub trait FromRow: Sized {
    /// Reads the row.
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

/// The columns of a row, read one after the other: a query has them in the order of the fields
/// of what it makes, so nothing looks their names up.
pub struct Columns<'r, 's> {
    row: &'r Row<'s>,
    place: usize,
}

impl Columns<'_, '_> {
    /// The value of the next column, which has this name.
    pub fn next<T: FromSql>(&mut self, name: &str) -> rusqlite::Result<T> {
        debug_assert_eq!(self.row.as_ref().column_name(self.place).ok(), Some(name));
        let value = self.row.get(self.place);
        self.place += 1;
        value
    }
}

/// A struct that the next columns of a row make: `from_row!` writes it.
pub trait FromColumns: Sized {
    /// Reads as many columns as it has fields.
    fn from_columns(columns: &mut Columns<'_, '_>) -> rusqlite::Result<Self>;
}

impl<T: FromColumns> FromRow for T {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Self::from_columns(&mut Columns { row, place: 0 })
    }
}

/// Reads a struct from columns in the order of the fields given, which have their names or others
/// that are named; a struct of its own from as many as it has:
/// `from_row!(Listed { id, owner: "user_id", ticket => Ticket });`.
macro_rules! from_row {
    ($row:ident { $($field:ident $(: $column:literal)? $(=> $part:ty)?),* $(,)? }) => {
        impl $crate::base::db::FromColumns for $row {
            fn from_columns(
                columns: &mut $crate::base::db::Columns<'_, '_>,
            ) -> rusqlite::Result<Self> {
                Ok(Self {
                    $($field: from_row!(@ columns $field $($column)? $(=> $part)?)?,)*
                })
            }
        }
    };
    (@ $columns:ident $field:ident) => { $columns.next(stringify!($field)) };
    (@ $columns:ident $field:ident $column:literal) => { $columns.next($column) };
    (@ $columns:ident $field:ident => $part:ty) => {
        <$part as $crate::base::db::FromColumns>::from_columns($columns)
    };
}

pub(crate) use from_row;
