//! A query put together from fixed fragments: what callers choose are fragments of
//! ours and values that are bound, never text.

use rusqlite::types::Value;

/// A `SELECT` in the making.
#[derive(Debug, Clone)]
pub struct Select {
    columns: &'static str,
    from: &'static str,
    conditions: Vec<&'static str>,
    binds: Vec<Value>,
    tail: Vec<&'static str>,
    tail_binds: Vec<Value>,
}

impl Select {
    /// `SELECT columns FROM from`.
    pub fn new(columns: &'static str, from: &'static str) -> Self {
        Self {
            columns,
            from,
            conditions: Vec::new(),
            binds: Vec::new(),
            tail: Vec::new(),
            tail_binds: Vec::new(),
        }
    }

    /// One more condition, with what its `?` are bound to, in order.
    pub fn and(&mut self, condition: &'static str, binds: impl IntoIterator<Item = Value>) {
        self.conditions.push(condition);
        self.binds.extend(binds);
    }

    /// What comes behind the conditions: `GROUP BY`, `ORDER BY`, `LIMIT`, with its binds.
    pub fn then(&mut self, fragment: &'static str, binds: impl IntoIterator<Item = Value>) {
        self.tail.push(fragment);
        self.tail_binds.extend(binds);
    }

    /// The same conditions over other columns and another source.
    #[must_use]
    pub fn over(&self, columns: &'static str, from: &'static str) -> Self {
        Self {
            columns,
            from,
            conditions: self.conditions.clone(),
            binds: self.binds.clone(),
            tail: Vec::new(),
            tail_binds: Vec::new(),
        }
    }

    /// The text.
    pub fn sql(&self) -> String {
        let mut sql = format!("SELECT {} FROM {}", self.columns, self.from);
        for (at, condition) in self.conditions.iter().enumerate() {
            sql.push_str(if at == 0 { " WHERE " } else { " AND " });
            sql.push('(');
            sql.push_str(condition);
            sql.push(')');
        }
        for fragment in &self.tail {
            sql.push(' ');
            sql.push_str(fragment);
        }
        sql
    }

    /// What the text's `?` are bound to, in order.
    pub fn binds(&self) -> impl Iterator<Item = &Value> {
        self.binds.iter().chain(&self.tail_binds)
    }
}

/// Ids as the JSON list that `json_each` reads: one bind, however many they are.
pub fn id_list(ids: &[i64]) -> Value {
    let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
    Value::Text(format!("[{}]", ids.join(",")))
}
