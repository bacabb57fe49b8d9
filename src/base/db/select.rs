//! A query put together from fixed fragments: what callers choose are fragments of
//! ours and values that are bound, never text.

use std::borrow::Cow;

use rusqlite::types::Value;

/// A piece of a query: a constant, or constants of ours put together.
pub(super) type Fragment = Cow<'static, str>;

/// A `SELECT` in the making.
#[derive(Debug, Clone, Default)]
pub struct Select {
    columns: Part,
    source: Part,
    conditions: Part,
    tail: Part,
    /// What is merged with it, in the one order of both.
    other: Option<Box<Select>>,
}

/// Fragments, with what their `?` are bound to, in order.
#[derive(Debug, Clone, Default)]
struct Part {
    fragments: Vec<Fragment>,
    binds: Vec<Value>,
}

impl Part {
    fn add(&mut self, fragment: impl Into<Fragment>, binds: impl IntoIterator<Item = Value>) {
        self.fragments.push(fragment.into());
        self.binds.extend(binds);
    }
}

impl Select {
    /// `SELECT columns FROM source`.
    pub fn new(columns: impl Into<Fragment>, source: impl Into<Fragment>) -> Self {
        let mut select = Self::default();
        select.columns.add(columns, []);
        select.source.add(source, []);
        select
    }

    /// One more column, with what its `?` are bound to, in order.
    pub fn column(&mut self, column: impl Into<Fragment>, binds: impl IntoIterator<Item = Value>) {
        self.columns.add(column, binds);
    }

    /// One more source, `LEFT JOIN … ON …`, or nothing.
    pub fn join(&mut self, join: &'static str) {
        self.source.add(join, []);
    }

    /// One more condition, with its binds.
    pub fn and(&mut self, condition: impl Into<Fragment>, binds: impl IntoIterator<Item = Value>) {
        self.conditions.add(condition, binds);
    }

    /// What comes behind the conditions: `GROUP BY`, `ORDER BY`, `LIMIT`, with its binds.
    pub fn then(&mut self, fragment: impl Into<Fragment>, binds: impl IntoIterator<Item = Value>) {
        self.tail.add(fragment, binds);
    }

    /// The rows of `other` too, which has as many columns and no tail: what comes behind the
    /// conditions is said of both, and an order by the names of columns.
    #[must_use]
    pub fn merged(self, other: Self) -> Self {
        Self {
            other: Some(Box::new(other)),
            ..self
        }
    }

    /// How many rows the conditions leave.
    #[must_use]
    pub fn count(&self) -> Self {
        self.over_all("count(*)")
    }

    /// One row about all that the conditions leave, whatever their order.
    #[must_use]
    pub fn over_all(&self, columns: impl Into<Fragment>) -> Self {
        let mut all = Self::new(columns, "");
        all.source = self.source.clone();
        all.conditions = self.conditions.clone();
        all
    }

    /// The text: the same for the same fragments, so that it is prepared once.
    pub fn sql(&self) -> String {
        let mut sql = self.head();
        if let Some(other) = &self.other {
            sql.push_str(" UNION ALL ");
            sql.push_str(&other.head());
        }
        for fragment in &self.tail.fragments {
            sql.push(' ');
            sql.push_str(fragment);
        }
        sql
    }

    fn head(&self) -> String {
        let columns = self.columns.fragments.join(", ");
        let mut sql = format!("SELECT {columns} FROM {}", self.source.fragments.join(" "));
        for (at, condition) in self.conditions.fragments.iter().enumerate() {
            sql.push_str(if at == 0 { " WHERE (" } else { " AND (" });
            sql.push_str(condition);
            sql.push(')');
        }
        sql
    }

    /// What the text's `?` are bound to, in order.
    pub fn binds(&self) -> impl Iterator<Item = &Value> {
        let other = self.other.as_deref().into_iter().flat_map(Self::head_binds);
        self.head_binds().chain(other).chain(&self.tail.binds)
    }

    fn head_binds(&self) -> impl Iterator<Item = &Value> {
        let parts = [&self.columns, &self.source, &self.conditions];
        parts.into_iter().flat_map(|part| &part.binds)
    }
}

/// Ids as the JSON list that `json_each` reads: one bind, however many they are.
pub fn id_list(ids: &[i64]) -> Value {
    let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
    Value::Text(format!("[{}]", ids.join(",")))
}
