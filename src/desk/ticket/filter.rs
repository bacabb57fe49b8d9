//! Which tickets a list is of: the filters of a query, as conditions.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::db::{Select, Value, View, id_list, named_params};
use crate::base::error::{Faults, Result};
use crate::base::input::{Codes, Flag, Ids, Moment, Optional, Patch, Text};
use crate::base::search::{self, Search};
use crate::base::time::Zone;
use crate::base::who::Who;
use crate::desk::company;
use crate::desk::status;
use crate::desk::visibility::{self, Visibility};
use crate::web::extract::Checked;
use crate::web::listing::{List, Listed, Listing, Sort};

/// The list of tickets.
#[derive(Debug, Clone)]
pub(super) struct Tickets;

impl Listed for Tickets {
    const LIST: &'static List = &List {
        id: "t.id",
        sorts: &[
            // Tickets are stamped as they are made, one after the other.
            Sort::descending(&["t.id", "createdAt"], &[])
                .walking("ticket t INDEXED BY ticket_by_trash"),
            Sort::descending(&["t.updatedAt"], &["t.updated_at"])
                .walking("ticket t INDEXED BY ticket_by_update"),
            Sort::descending(&["agentName"], &["a.name_key", "a.id"])
                .joining("LEFT JOIN profile a ON a.user_id = t.agent_id AND a.side = 'agent'")
                .walking(
                    "profile a INDEXED BY profile_by_name CROSS JOIN ticket t INDEXED BY ticket_by_agent
                     ON t.agent_id = a.user_id AND a.side = 'agent'",
                )
                .without("t.agent_id"),
            Sort::descending(&["c.email"], &["c.email_key", "c.id"])
                .joining("CROSS JOIN user c ON c.id = t.customer_id")
                .walking(
                    "user c CROSS JOIN ticket t INDEXED BY ticket_by_customer ON t.customer_id = c.id",
                ),
            Sort::descending(&["name"], &["p.name_key", "p.id"])
                .joining("LEFT JOIN profile p ON p.user_id = t.customer_id AND p.side = 'customer'")
                .walking(
                    "profile p INDEXED BY profile_by_name CROSS JOIN ticket t INDEXED BY ticket_by_customer
                     ON t.customer_id = p.user_id AND p.side = 'customer'",
                ),
        ],
        size: 15,
        searched: "Words to look for, 64 at most, each anywhere in the ticket: its number, its subject, what \
            is said in it, names of files, and the names, addresses and phone numbers of its people. The \
            last may be the beginning of one; what has it as a whole word comes first, and before all the \
            ticket whose number is all that is looked for, with `#` or without.",
    };
}

/// The filters of `GET /tickets`, as clients send them. Unknown keys are ignored.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct TicketQuery {
    /// Only tickets that no agent has opened or answered.
    pub new: Patch<Flag>,
    /// Only tickets without an agent.
    pub unassigned: Patch<Flag>,
    /// Only tickets of the caller: assigned to them, or written by them.
    pub mine: Patch<Flag>,
    /// Only tickets whose last public thread is not an agent's.
    pub notreplied: Patch<Flag>,
    /// Only starred tickets.
    pub starred: Patch<Flag>,
    /// Only tickets in the trash.
    pub trashed: Patch<Flag>,
    /// All that is not in the trash; the same as naming no such filter.
    pub all: Patch<Flag>,
    /// Ids of the caller's labels.
    pub label: Optional<Ids>,
    /// Ids of statuses, or `all`; status 1 without it.
    pub status: Optional<Codes>,
    /// Ids of agents.
    pub agent: Optional<Ids>,
    /// Ids of customers.
    pub customer: Optional<Ids>,
    /// Ids of priorities.
    pub priority: Optional<Ids>,
    /// Ids of groups.
    pub group: Optional<Ids>,
    /// Ids of teams (sub-groups).
    pub team: Optional<Ids>,
    /// Ids of tags.
    pub tags: Optional<Ids>,
    /// The same as `tags`.
    pub tag: Optional<Ids>,
    /// Ids of mailboxes.
    pub mailbox: Optional<Ids>,
    /// Ids of ticket types.
    #[serde(rename = "type")]
    pub type_id: Optional<Ids>,
    /// Codes of sources.
    pub source: Optional<Codes>,
    /// Only tickets made at or after this time.
    pub after: Optional<Moment>,
    /// Only tickets made before this time.
    pub before: Optional<Moment>,
    /// Only tickets that were changed, or in which something was said, at or after this time.
    pub updated_since: Optional<Moment>,
}

impl Checked for TicketQuery {
    fn check(&self, faults: &mut Faults) {
        if self
            .status
            .as_ref()
            .is_some_and(|status| statuses(status.as_slice()).is_none())
        {
            faults.add("status", "ticket.unknown_status");
        }
    }
}

/// The ids of statuses in a list; empty stands for all.
fn statuses(codes: &[String]) -> Option<Vec<i64>> {
    if codes.iter().any(|code| code.eq_ignore_ascii_case("all")) {
        return Some(Vec::new());
    }
    let ids: Option<Vec<i64>> = codes.iter().map(|code| code.parse().ok()).collect();
    ids.filter(|ids| ids.iter().all(|id| status::is_status(*id)))
}

/// A condition on a ticket `t`, with what its `?` are bound to.
pub(super) type Condition = (&'static str, Vec<Value>);

/// A query made plain: conditions, what is asked of the counts, order and page.
pub(super) struct Filter {
    /// What the caller sees.
    pub visibility: Visibility,
    /// Whether the trash is listed.
    pub is_trashed: bool,
    /// The statuses listed; empty for all.
    pub statuses: Vec<i64>,
    /// Conditions that the table of counts knows.
    pub counted: Vec<Condition>,
    /// Whether one of them is about an agent, a group or a team.
    pub is_counted_by_cell: bool,
    /// Conditions that only the tickets know.
    pub uncounted: Vec<Condition>,
    /// The words looked for.
    pub search: Option<search::Query>,
    /// Whether one of the conditions is for a single value that an index begins with.
    pub leads: bool,
    /// Whether only tickets without an agent are listed.
    pub is_unassigned: bool,
    /// Whether a condition lists the ids of tickets, which is the narrowest there is.
    pub has_ids: bool,
    /// Order and page.
    pub listing: Listing<Tickets>,
}

/// What `who` asks for with `query`.
pub(super) fn filter(
    view: &View<'_>,
    query: &TicketQuery,
    listing: Listing<Tickets>,
) -> Result<Filter> {
    let who = view.who();
    let statuses = query.status.entries().and_then(statuses);
    let visibility = visibility::of(who);
    let mut filter = Filter {
        is_trashed: query.trashed.is_asked(),
        statuses: statuses.unwrap_or_else(|| vec![status::OPEN]),
        counted: Vec::new(),
        is_counted_by_cell: false,
        uncounted: Vec::new(),
        search: looked_for(&listing.search),
        leads: matches!(&visibility, Visibility::Agent { groups, teams, takes_part: false, .. } if groups.is_empty() && teams.is_empty()),
        is_unassigned: query.unassigned.is_asked(),
        has_ids: matches!(visibility, Visibility::Customer(_)),
        listing,
        visibility,
    };
    if filter.listing.search.as_ref().is_some() && filter.search.is_none() {
        // Words were given and none of them can be looked for: nothing is found.
        filter.uncounted.push(("0", vec![]));
    }
    filter.add_switches(who, query);
    filter.add_ids(query);
    filter.add_labels(view, who, query)?;
    filter.add_rest(query, company::calendar(view)?.zone());
    Ok(filter)
}

impl Filter {
    fn add_switches(&mut self, who: &Who, query: &TicketQuery) {
        for (is_on, leads, condition) in [
            (query.new.is_asked(), true, "t.is_new = 1"),
            (query.notreplied.is_asked(), false, "t.is_replied = 0"),
            (query.starred.is_asked(), true, "t.is_starred = 1"),
            (self.is_unassigned, true, "ifnull(t.agent_id, 0) = 0"),
        ] {
            if is_on {
                self.counted.push((condition, vec![]));
                self.leads |= leads;
            }
        }
        if query.mine.is_asked() && who.is_customer() {
            self.uncounted
                .push(("t.customer_id = ?", vec![who.id.into()]));
        } else if query.mine.is_asked() {
            self.counted.push(("t.agent_id = ?", vec![who.id.into()]));
            self.is_counted_by_cell = true;
            self.leads = true;
        }
    }

    fn add_ids(&mut self, query: &TicketQuery) {
        for (ids, one, several) in [
            (
                &query.agent,
                "t.agent_id = ?",
                "t.agent_id IN (SELECT value FROM json_each(?))",
            ),
            (
                &query.group,
                "t.group_id = ?",
                "t.group_id IN (SELECT value FROM json_each(?))",
            ),
            (
                &query.team,
                "t.team_id = ?",
                "t.team_id IN (SELECT value FROM json_each(?))",
            ),
        ] {
            if let Some(condition) = self.among(ids, one, several) {
                self.counted.push(condition);
                self.is_counted_by_cell = true;
            }
        }
        for (ids, one, several) in [
            (
                &query.customer,
                "t.customer_id = ?",
                "t.customer_id IN (SELECT value FROM json_each(?))",
            ),
            (
                &query.priority,
                "t.priority_id = ?",
                "t.priority_id IN (SELECT value FROM json_each(?))",
            ),
            (
                &query.type_id,
                "t.type_id = ?",
                "t.type_id IN (SELECT value FROM json_each(?))",
            ),
            (
                &query.mailbox,
                "t.mailbox_id = ?",
                "t.mailbox_id IN (SELECT value FROM json_each(?))",
            ),
        ] {
            if let Some(condition) = self.among(ids, one, several) {
                self.uncounted.push(condition);
            }
        }
        for tags in [&query.tags, &query.tag] {
            if let Some(condition) = self.among(tags, TAGGED_ONE, TAGGED) {
                self.uncounted.push(condition);
                self.has_ids = true;
            }
        }
    }

    /// The condition for one id or for several. With one, an index that begins with its
    /// column has the tickets in their order.
    fn among(
        &mut self,
        ids: &Optional<Ids>,
        one: &'static str,
        several: &'static str,
    ) -> Option<Condition> {
        match ids.entries()? {
            [id] => {
                self.leads = true;
                Some((one, vec![(*id).into()]))
            }
            ids => Some((several, vec![id_list(ids)])),
        }
    }

    /// Labels are the caller's own; somebody else's find nothing.
    fn add_labels(&mut self, view: &View<'_>, who: &Who, query: &TicketQuery) -> Result<()> {
        let Some(labels) = query.label.entries() else {
            return Ok(());
        };
        let own: Vec<i64> = view.all(
            "SELECT id FROM label WHERE user_id = :user AND id IN (SELECT value FROM json_each(:labels))",
            named_params! { ":user": who.id, ":labels": id_list(labels) },
        )?;
        self.uncounted.push((
            "t.id IN (SELECT ticket_id FROM ticket_label WHERE label_id IN (SELECT value FROM json_each(?)))",
            vec![id_list(&own)],
        ));
        self.has_ids = true;
        Ok(())
    }

    fn add_rest(&mut self, query: &TicketQuery, zone: &Zone) {
        if let Some(sources) = query.source.entries() {
            let listed = serde_json::Value::from(sources).to_string();
            self.uncounted.push((
                "t.source IN (SELECT value FROM json_each(?))",
                vec![listed.into()],
            ));
        }
        for (bound, condition) in [
            (&query.after, "t.created_at >= ?"),
            (&query.before, "t.created_at < ?"),
            (&query.updated_since, "t.updated_at >= ?"),
        ] {
            if let Some(moment) = bound.as_ref() {
                let stamp = moment.at(zone);
                self.uncounted.push((condition, vec![stamp.0.into()]));
            }
        }
    }

    /// Adds every condition but that of the status, on a row `t` of `ticket`.
    pub(super) fn apply(&self, select: &mut Select) {
        self.apply_beside(self.visibility.condition(), select);
    }

    /// The same beside another condition of what is seen.
    pub(super) fn apply_beside(&self, (condition, binds): Condition, select: &mut Select) {
        select.and("t.is_trashed = ?", [i64::from(self.is_trashed).into()]);
        select.and(condition, binds);
        for (condition, binds) in self.counted.iter().chain(&self.uncounted) {
            select.and(*condition, binds.clone());
        }
    }

    /// Adds the condition of the status.
    pub(super) fn apply_status(&self, select: &mut Select) {
        match self.statuses[..] {
            [] => {}
            [one] => select.and("t.status_id = ?", [one.into()]),
            _ => select.and(
                "t.status_id IN (SELECT value FROM json_each(?))",
                [id_list(&self.statuses)],
            ),
        }
    }

    /// Whether a status is among those listed.
    pub(super) fn lists(&self, status: i64) -> bool {
        self.statuses.is_empty() || self.statuses.contains(&status)
    }

    /// Whether everything in a state is listed, whatever its kind.
    pub(super) fn is_whole(&self) -> bool {
        self.visibility == Visibility::All && self.counted.is_empty() && self.uncounted.is_empty()
    }

    /// Whether the tables of counts know everything that is asked for.
    pub(super) fn is_counted(&self) -> bool {
        self.uncounted.is_empty()
            && self.search.is_none()
            && !matches!(self.visibility, Visibility::Customer(_))
    }
}

const TAGGED_ONE: &str = "t.id IN (SELECT ticket_id FROM ticket_tag WHERE tag_id = ?)";
const TAGGED: &str =
    "t.id IN (SELECT ticket_id FROM ticket_tag WHERE tag_id IN (SELECT value FROM json_each(?)))";

fn looked_for(words: &Optional<Text>) -> Option<search::Query> {
    match Search::of(words.as_ref().map(Text::as_str)) {
        Search::For(query) => Some(query),
        Search::None | Search::Futile | Search::TooManyWords => None,
    }
}
