//! The values that a new ticket comes with, or that one is given later: each is judged by
//! its field, all faults are named together, and nothing is kept unless all are right.

use serde_json::Value;

use super::options::FieldOption;
use super::{Field, FieldType, options, store};
use crate::base::db::{Change, View, named_params};
use crate::base::error::{Faults, Message, Result};
use crate::base::input::json;
use crate::base::name_key::name_key;
use crate::base::seal::Sealer;
use crate::desk::person::Side;
use crate::web::input::StoredFile;

/// What somebody filled in.
#[derive(Debug)]
pub struct Answers<'a> {
    /// The side that they stand or act on.
    pub side: Side,
    /// The ticket's type.
    pub type_id: i64,
    /// Whether the ticket has values already: what is left out stays then.
    pub moment: Moment,
    /// The ticket, once it is there.
    pub ticket: Option<i64>,
    /// Values by the id of their field.
    pub values: &'a [(i64, Value)],
    /// Files that came in the form's `customFields[ID]`, kept in the store already.
    pub files: Vec<StoredFile>,
}

/// When answers are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// With a new ticket: all that is required is due.
    Creation,
    /// Later: what is left out stays, and a blank value empties its field.
    Later,
    /// With another type: as later, but all that the type requires is due.
    OtherType,
}

/// A right value, ready to be kept with its ticket.
#[derive(Debug)]
pub struct Answered {
    field: i64,
    is_encrypted: bool,
    /// Text, or a JSON list of option ids; empty for a file; nothing to empty the field.
    value: Option<String>,
    file: Option<StoredFile>,
}

/// A field with what is needed to judge an answer to it.
struct Asked {
    field: Field,
    options: Vec<FieldOption>,
    is_for_type: bool,
}

impl Asked {
    /// Whether somebody on this side must not leave it empty.
    fn is_due(&self, side: Side) -> bool {
        self.is_for_type && self.field.is_required && self.field.audience.obliges(side)
    }
}

/// Judges all answers. 400 names each that is wrong, unknown or missing as `customFields.<id>`.
pub fn judge(view: &View<'_>, mut answers: Answers<'_>) -> Result<Vec<Answered>> {
    let asked = asked(view, answers.side, answers.type_id)?;
    let mut faults = Faults::default();
    let mut files = by_field(std::mem::take(&mut answers.files), &mut faults);
    let mut right = Vec::new();
    for (id, value) in answers.values {
        let Some(one) = asked.iter().find(|one| one.field.id == *id) else {
            faults.add(path(*id), unknown(*id));
            continue;
        };
        if is_blank(value) {
            match (answers.moment, one.is_due(answers.side)) {
                (Moment::Creation, _) => {}
                (_, true) => faults.add(path(*id), "input.required"),
                (_, false) => right.push(Answered {
                    field: *id,
                    is_encrypted: false,
                    value: None,
                    file: None,
                }),
            }
            continue;
        }
        match text_of(one, value) {
            Ok(value) => right.push(Answered {
                field: *id,
                is_encrypted: one.field.is_encrypted,
                value: Some(value),
                file: None,
            }),
            Err(message) => faults.add(path(*id), message),
        }
    }
    for (id, file) in files.drain(..) {
        match asked.iter().find(|one| one.field.id == id) {
            None => faults.add(path(id), unknown(id)),
            Some(one) => match file_fault(one, id, &right) {
                Some(message) => faults.add(path(id), message),
                None => right.push(Answered {
                    field: id,
                    is_encrypted: false,
                    value: Some(String::new()),
                    file: Some(file),
                }),
            },
        }
    }
    add_missing(view, (&answers, &asked, &right), &mut faults)?;
    faults.or_invalid()?;
    Ok(right)
}

/// Names what is due and neither answered nor kept already.
fn add_missing(
    view: &View<'_>,
    (answers, asked, right): (&Answers<'_>, &[Asked], &[Answered]),
    faults: &mut Faults,
) -> Result<()> {
    if answers.moment == Moment::Later {
        return Ok(());
    }
    let kept = match answers.ticket {
        Some(ticket) => store::values_of_ticket(view, ticket)?,
        None => Vec::new(),
    };
    let named: Vec<String> = faults.iter().map(|(field, _)| field.to_owned()).collect();
    for one in asked {
        let id = one.field.id;
        let is_there = kept.iter().any(|kept| kept.field == id)
            || right.iter().any(|answered| answered.field == id);
        // A wrong answer is not a missing one too.
        if one.is_due(answers.side) && !is_there && !named.contains(&path(id)) {
            faults.add(path(id), "input.required");
        }
    }
    Ok(())
}

/// Keeps right answers with their ticket, in place of what it had in these fields;
/// answers the fields that have another value now.
pub fn keep(
    change: &mut Change<'_>,
    ticket: i64,
    answered: Vec<Answered>,
    sealer: &Sealer,
) -> Result<Vec<i64>> {
    if answered.is_empty() {
        return Ok(Vec::new());
    }
    let before = store::values_of_ticket(change.view(), ticket)?;
    let mut changed = Vec::new();
    for one in answered {
        let known = before.iter().find(|known| known.field == one.field);
        let text = known.and_then(|known| known.text(sealer).ok());
        if one.file.is_none() && text == one.value && known.is_some() == one.value.is_some() {
            continue;
        }
        changed.push(one.field);
        store::forget_value(change, ticket, one.field)?;
        if let Some(value) = &one.value {
            let sealer = one.is_encrypted.then_some(sealer);
            let row = store::keep_value(change, (ticket, one.field), value, sealer)?;
            keep_file(change, row, one.file)?;
        }
    }
    Ok(changed)
}

fn keep_file(change: &mut Change<'_>, value: i64, file: Option<StoredFile>) -> Result<()> {
    let Some(file) = file else {
        return Ok(());
    };
    change.insert(
        "INSERT INTO custom_field_file (custom_field_value_id, name, content_type, size, hash)
         VALUES (:value, :name, :content_type, :size, :hash)",
        named_params! {
            ":value": value, ":name": file.name, ":content_type": file.content_type,
            ":size": file.size, ":hash": file.hash,
        },
    )?;
    Ok(())
}

/// The active fields that somebody on this side is asked.
fn asked(view: &View<'_>, side: Side, type_id: i64) -> Result<Vec<Asked>> {
    let fields: Vec<Field> = store::active(view)?
        .into_iter()
        .filter(|field| field.audience.includes(side))
        .collect();
    let ids: Vec<i64> = fields.iter().map(|field| field.id).collect();
    let options = options::of_fields(view, &ids)?;
    let dependencies = store::dependencies(view, &ids)?;
    let asked = fields.into_iter().map(|field| {
        let mut types = dependencies
            .iter()
            .filter(|one| one.field == field.id)
            .peekable();
        let is_for_all = types.peek().is_none();
        Asked {
            is_for_type: is_for_all || types.any(|one| one.type_id == type_id),
            options: options
                .iter()
                .filter(|option| option.field == field.id && !option.is_retired)
                .cloned()
                .collect(),
            field,
        }
    });
    Ok(asked.collect())
}

fn path(field: i64) -> String {
    format!("customFields.{field}")
}

fn unknown(field: i64) -> Message {
    Message::new("ticket.unknown_custom_field").with("id", field)
}

/// The files with the ids of the fields that their form fields name. An empty file is
/// what a browser sends where none was chosen.
fn by_field(files: Vec<StoredFile>, faults: &mut Faults) -> Vec<(i64, StoredFile)> {
    let mut named = Vec::new();
    for file in files.into_iter().filter(|file| file.size > 0) {
        let id = file.field.strip_prefix("customFields[");
        let id = id.and_then(|rest| rest.split(']').next()?.trim().parse().ok());
        match id {
            Some(id) => named.push((id, file)),
            None => faults.add("customFields", "input.map_key"),
        }
    }
    named
}

/// What forbids a file in this field.
fn file_fault(one: &Asked, id: i64, right: &[Answered]) -> Option<Message> {
    if !one.is_for_type {
        return Some("custom_field.other_type".into());
    }
    if one.field.field_type != FieldType::File {
        return Some("custom_field.takes_no_file".into());
    }
    let is_second = right.iter().any(|answered| answered.field == id);
    is_second.then(|| "custom_field.one_file".into())
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.iter().all(is_blank),
        Value::Object(map) => map.values().all(is_blank),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// What is kept of an answer that is not blank.
fn text_of(one: &Asked, value: &Value) -> Result<String, Message> {
    if !one.is_for_type {
        return Err("custom_field.other_type".into());
    }
    match one.field.field_type {
        FieldType::File => Err("custom_field.takes_a_file".into()),
        FieldType::Checkbox => chosen(one, &entries(one, value)),
        FieldType::Select | FieldType::Radio => match &entries(one, value)[..] {
            [only] => chosen(one, std::slice::from_ref(only)),
            _ => Err("custom_field.one_option".into()),
        },
        field_type => {
            let text = plain(value).ok_or("input.text")?;
            one.field.validation.judge(field_type, text.trim())
        }
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(set) => Some(set.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The entries of a list in any of its forms. A text that names an option is one entry,
/// whatever it holds; else it may be a list's JSON text, or options parted by commas.
fn entries(one: &Asked, value: &Value) -> Vec<Value> {
    match value {
        Value::Array(list) => list
            .iter()
            .filter(|entry| !is_blank(entry))
            .cloned()
            .collect(),
        Value::Object(map) => map
            .values()
            .filter(|entry| !is_blank(entry))
            .cloned()
            .collect(),
        Value::String(text) if option_of(one, value).is_none() => {
            match json::parse(text.as_bytes()) {
                Ok(list @ (Value::Array(_) | Value::Object(_))) => entries(one, &list),
                _ => text.split(',').map(Value::from).collect(),
            }
        }
        other => vec![other.clone()],
    }
}

/// The option that an entry means: by its id, else by its name, as names are one.
fn option_of(one: &Asked, entry: &Value) -> Option<i64> {
    let text = plain(entry)?;
    let text = text.trim();
    let by_id = one
        .options
        .iter()
        .find(|option| option.id.to_string() == text);
    let named = by_id.or_else(|| {
        let key = name_key(text);
        one.options
            .iter()
            .find(|option| name_key(&option.name) == key)
    });
    named.map(|option| option.id)
}

/// The ids of the options that were chosen, each once, as a JSON list.
fn chosen(one: &Asked, entries: &[Value]) -> Result<String, Message> {
    let mut ids = Vec::new();
    for entry in entries {
        let id = option_of(one, entry).ok_or_else(|| {
            let names: Vec<&str> = one.options.iter().map(|option| &option.name[..]).collect();
            Message::new("input.one_of").with("values", names.join(", "))
        })?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(Value::from(ids).to_string())
}
