//! Custom fields: what a desk asks of its tickets beside the subject and the message.
//! A field has a definition, which admins write, and values, one a ticket at most.

mod api;
mod compared;
mod definition;
mod options;
mod seen;
mod shape;
mod store;
mod validate;
mod validation;
mod values;

pub use compared::{Comparable, ComparedField, comparable};
pub use seen::{ValueShape, of_ticket};
pub use store::{holds_sealed, place, seal_values};
pub use values::{Answered, Answers, Moment, judge, keep};

use crate::access::Access::{Admin, Agent, SignedIn};
use crate::base::closed_list::closed_list;
use crate::base::time::Timestamp;
use crate::desk::person::Side;
use crate::web::route::{Route, delete, get, post, put};

use validation::Validation;

closed_list! {
    /// What a field is filled in with.
    FieldType {
        /// One line of text, of the kind that its validation says.
        Text = "text",
        /// Lines of text.
        Textarea = "textarea",
        /// One of the options, from a list that unfolds.
        Select = "select",
        /// One of the options, all of them in sight.
        Radio = "radio",
        /// Any of the options.
        Checkbox = "checkbox",
        /// A day.
        Date = "date",
        /// A time of day.
        Time = "time",
        /// A day with a time.
        DateTime = "datetime",
        /// An uploaded file.
        File = "file",
    }
}

impl FieldType {
    /// Whether a value is one or more of the field's options.
    fn has_options(self) -> bool {
        matches!(self, Self::Select | Self::Radio | Self::Checkbox)
    }
}

closed_list! {
    /// What kind of text a text field takes: the API's `validation.fieldtype`.
    TextKind {
        /// Any.
        Text = "text",
        /// A number, whole or with decimals.
        Number = "number",
        /// An e-mail address.
        Email = "email",
        /// An http or https address.
        Url = "url",
        /// Any; a form hides what is typed.
        Password = "password",
    }
}

closed_list! {
    /// Who fills a field in: the API's `agentType`.
    Audience {
        /// Customers; agents may do it for them.
        Customer = "customer",
        /// Agents alone: customers neither fill it in nor see it.
        Agent = "agent",
        /// Both.
        Both = "both",
    }
}

impl Audience {
    /// Whether somebody on this side of the desk may see and fill the field.
    fn includes(self, side: Side) -> bool {
        side == Side::Agent || self != Self::Agent
    }

    /// Whether somebody on this side must fill the field where it is required.
    fn obliges(self, side: Side) -> bool {
        match self {
            Self::Both => true,
            Self::Customer => side == Side::Customer,
            Self::Agent => side == Side::Agent,
        }
    }
}

/// A field as it is stored.
#[expect(
    clippy::struct_field_names,
    reason = "`fieldType` is the API's own word, and `type` is Rust's"
)]
#[derive(Debug, Clone)]
struct Field {
    id: i64,
    name: String,
    audience: Audience,
    field_type: FieldType,
    placeholder: Option<String>,
    validation: Validation,
    is_required: bool,
    is_active: bool,
    is_encrypted: bool,
    sort_order: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    vec![
        get("/custom-fields", Agent, "List custom fields", api::list),
        post(
            "/custom-fields",
            Admin,
            "Create a custom field",
            api::create,
        ),
        put(
            "/custom-field/order",
            Admin,
            "Order the custom fields",
            api::order,
        ),
        get(
            "/custom-field/{id}",
            Agent,
            "Show a custom field",
            api::show,
        ),
        put(
            "/custom-field/{id}",
            Admin,
            "Change a custom field",
            api::edit,
        ),
        delete(
            "/custom-field/{id}",
            Admin,
            "Delete a custom field",
            api::remove,
        ),
        get(
            "/custom-field/file/{id}",
            SignedIn,
            "Download the file of a custom field",
            api::download,
        ),
    ]
}
