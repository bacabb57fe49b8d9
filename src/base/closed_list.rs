//! Lists that are closed: the cases of an enum and the codes that the API and the
//! database write for them, from one list each.

macro_rules! closed_list {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$case_doc])* $case),+ }

        impl $name {
            /// Every case, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$case),+];

            /// The code that the API writes.
            pub fn code(self) -> &'static str {
                match self { $(Self::$case => $code),+ }
            }

            /// The case that the API writes as `code`.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|case| case.code() == code)
            }
        }

        impl rusqlite::types::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(self.code().into())
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                let case = match value {
                    // Where an id is stored: its place in the list, counted from 1.
                    rusqlite::types::ValueRef::Integer(id) => usize::try_from(id - 1)
                        .ok()
                        .and_then(|place| Self::ALL.get(place).copied()),
                    _ => Self::from_code(value.as_str()?),
                };
                case.ok_or(rusqlite::types::FromSqlError::InvalidType)
            }
        }
    };
}
pub(crate) use closed_list;
