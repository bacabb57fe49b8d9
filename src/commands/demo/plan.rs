//! When what happens in the demo: scripts are given to customers and agents, and each
//! becomes steps on one time line that ends now. What would lie behind its end is left
//! out, and so the newest tickets are new, unassigned or half way.

use rand::RngExt;
use rand::seq::IndexedRandom;

use super::conversations::{Ending, Line, Script, Speaker};
use super::people::{Agent, Cast, Customer};
use super::words::{Dice, Words};
use crate::base::time::Timestamp;
use crate::desk::status::SOURCES;

/// How many tickets there are.
const TICKETS: u32 = 300;

/// Of how many tickets one has a task.
const TICKETS_A_TASK: u32 = 8;

/// Over how long they are spread, in days.
pub(super) const DAYS: i64 = 90;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// One ticket to be.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) customer: Customer,
    pub(super) collaborator: Option<Customer>,
    /// Who works on it, and who hands it to them: places in the cast's agents.
    pub(super) agent: usize,
    pub(super) dispatcher: usize,
    pub(super) subject: String,
    pub(super) source: &'static str,
    pub(super) script: Script,
    pub(super) words: Words,
}

/// Something that happens to a ticket at some time.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) at: Timestamp,
    /// The ticket's place in the stories.
    pub(super) story: usize,
    pub(super) act: Act,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// The customer opens the ticket with the script's first line.
    Open,
    /// The desk puts it where it belongs.
    Route,
    /// The dispatcher gives it to its agent.
    Assign,
    /// The agent tags it.
    Tag,
    /// The collaborator is added.
    Join,
    /// Somebody says the script's line at this place.
    Say(usize),
    /// The agent stars it, or labels it as their own.
    Star,
    Label,
    /// The dispatcher gives its agent something to do about it.
    Task,
    /// The agent has done it.
    Done,
    /// It comes to its script's end.
    End,
}

/// Tells all stories, from `DAYS` before `now` until then.
pub(super) fn tell(
    cast: &Cast,
    scripts: &[Script],
    now: Timestamp,
    dice: &mut Dice,
) -> (Vec<Story>, Vec<Step>) {
    let mut stories = Vec::new();
    let mut steps = Vec::new();
    for number in 0..TICKETS {
        let share = f64::from(number) + dice.random_range(0.0..1.0);
        // A little more each week: the shop does well.
        let part = (share / f64::from(TICKETS)).powf(0.85);
        let opened = opening_time(now.days_later(-DAYS), part, dice);
        let story = cast_story(cast, scripts, number, dice);
        let place = stories.len();
        let mut acts = timeline(&story, opened, now, dice);
        if number % TICKETS_A_TASK == 0 {
            acts.extend(task(&acts));
        }
        steps.extend(acts.into_iter().map(|(at, act)| Step {
            at,
            story: place,
            act,
        }));
        stories.push(story);
    }
    steps.retain(|step| step.at <= now);
    // Stable: what a ticket's own order is stays where two steps share a second.
    steps.sort_by_key(|step| step.at);
    (stories, steps)
}

/// A task for the agent of a ticket as soon as it has one, done before the ticket's end.
fn task(acts: &[(Timestamp, Act)]) -> Vec<(Timestamp, Act)> {
    let when = |act: Act| acts.iter().find(|(_, one)| *one == act).map(|(at, _)| *at);
    let Some(assigned) = when(Act::Assign) else {
        return Vec::new();
    };
    let begun = (assigned.plus_secs(1), Act::Task);
    let done = when(Act::End).map(|ended| (ended.plus_secs(-MINUTE), Act::Done));
    std::iter::once(begun).chain(done).collect()
}

/// A time at this part of the way, when people are awake.
fn opening_time(start: Timestamp, part: f64, dice: &mut Dice) -> Timestamp {
    let span = u32::try_from((DAYS * DAY) / MINUTE).unwrap_or(u32::MAX);
    // Minutes fit a u32 many times over, and the part is below one.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a number of minutes below `span`"
    )]
    let minutes = (f64::from(span) * part) as i64;
    let at = start.plus_secs(minutes * MINUTE + dice.random_range(0..MINUTE));
    let asleep = 6 - hour(at);
    if asleep > 0 {
        at.plus_secs(asleep * HOUR + dice.random_range(0..2 * HOUR))
    } else {
        at
    }
}

fn hour(at: Timestamp) -> i64 {
    at.0.rem_euclid(DAY) / HOUR
}

/// The next time at which somebody sits at the desk: Monday to Saturday, 8 to 18.
fn office_time(at: Timestamp, dice: &mut Dice) -> Timestamp {
    let mut at = at;
    loop {
        // 1 January 1970 was a Thursday.
        let is_sunday = (at.0.div_euclid(DAY) + 4).rem_euclid(7) == 0;
        if !is_sunday && (8..18).contains(&hour(at)) {
            return at;
        }
        let midnight = at.0.div_euclid(DAY) * DAY;
        let day = if !is_sunday && hour(at) < 8 { 0 } else { DAY };
        at = Timestamp(midnight + day + 8 * HOUR + dice.random_range(0..90 * MINUTE));
    }
}

/// Gives a script to a customer and an agent. The first stories are one for each
/// customer, so that nobody in the cast has never written.
fn cast_story(cast: &Cast, scripts: &[Script], number: u32, dice: &mut Dice) -> Story {
    let customers = &cast.customers;
    let place = usize::try_from(number).unwrap_or(0);
    let customer = match customers.get(place * 7 % customers.len()) {
        Some(customer) if place < customers.len() => customer,
        _ => pick(customers, dice),
    };
    let is_unwanted = place >= customers.len() && dice.random_bool(0.07);
    let fitting: Vec<&Script> = scripts
        .iter()
        .filter(|script| script.ends.is_unwanted() == is_unwanted)
        .filter(|script| is_unwanted || script.language == customer.language)
        .collect();
    let script = (*pick(&fitting, dice)).clone();
    let customer = script.stranger.clone().unwrap_or_else(|| customer.clone());
    let collaborator = script.collaborator.then(|| {
        let others: Vec<&Customer> = customers
            .iter()
            .filter(|other| other.language == customer.language && other.email != customer.email)
            .collect();
        (*pick(&others, dice)).clone()
    });
    let agent = agent_for(cast, &script, dice);
    let dispatchers: Vec<usize> = places(cast, |agent| agent.dispatches);
    let mut words = Words::draw(cast, dice);
    words.set("customer", &customer.name);
    words.set("first", customer.first_name());
    words.set("agent", &cast.agents[agent].first_name);
    Story {
        subject: words.fill(pick::<String>(&script.subjects, dice), dice),
        source: source(&script, dice),
        dispatcher: *pick(&dispatchers, dice),
        agent,
        customer,
        collaborator,
        script,
        words,
    }
}

/// One of a list that the assets keep from being empty.
fn pick<'a, T>(list: &'a [T], dice: &mut Dice) -> &'a T {
    list.choose(dice).unwrap_or(&list[0])
}

fn places(cast: &Cast, fits: impl Fn(&Agent) -> bool) -> Vec<usize> {
    let agents = cast.agents.iter().enumerate();
    agents
        .filter(|(_, agent)| fits(agent))
        .map(|(place, _)| place)
        .collect()
}

/// Somebody of the team who speaks the language; else somebody who speaks it.
fn agent_for(cast: &Cast, script: &Script, dice: &mut Dice) -> usize {
    let speaks = |agent: &Agent| agent.languages.contains(&script.language);
    let both = places(cast, |agent| {
        speaks(agent) && agent.teams.contains(&script.team)
    });
    let fitting = if both.is_empty() {
        places(cast, speaks)
    } else {
        both
    };
    let chosen = fitting.choose_weighted(dice, |place| cast.agents[*place].share);
    chosen.copied().unwrap_or_default()
}

fn source(script: &Script, dice: &mut Dice) -> &'static str {
    let named = script.source.as_deref();
    let known = SOURCES.iter().copied().find(|code| Some(*code) == named);
    known.unwrap_or_else(|| match dice.random_range(0..100) {
        0..62 => "email",
        62..90 => "website",
        90..94 => "facebook",
        94..96 => "twitter",
        _ => "api",
    })
}

/// The steps of one ticket, in order.
fn timeline(
    story: &Story,
    opened: Timestamp,
    now: Timestamp,
    dice: &mut Dice,
) -> Vec<(Timestamp, Act)> {
    let lines = &story.script.messages;
    let mut steps = vec![(opened, Act::Open), (opened.plus_secs(1), Act::Route)];
    if story.script.ends.is_unwanted() {
        let seen = office_time(
            opened.plus_secs(dice.random_range(5 * MINUTE..4 * HOUR)),
            dice,
        );
        steps.push((seen, Act::End));
        return steps;
    }
    // Some wait for an answer that has not been written yet, most of them from this week.
    let age = now.secs_since(opened) / DAY;
    let told = if dice.random_bool(if age < 14 { 0.45 } else { 0.04 }) {
        dice.random_range(1..=lines.len())
    } else {
        lines.len()
    };
    let mut at = opened;
    let mut is_assigned = false;
    for (place, line) in lines.iter().enumerate().take(told).skip(1) {
        at = at.plus_secs(pause_before(line, dice));
        if !matches!(line.by, Speaker::Customer | Speaker::Collaborator) {
            at = office_time(at, dice);
        }
        if !is_assigned {
            let before = dice.random_range(MINUTE..40 * MINUTE);
            let assigned = opened.plus_secs(2).max(at.plus_secs(-before));
            steps.push((assigned, Act::Assign));
            steps.push((at.plus_secs(-1).max(assigned), Act::Tag));
            is_assigned = true;
        }
        if line.by == Speaker::Collaborator {
            steps.push((at.plus_secs(-HOUR), Act::Join));
        }
        steps.push((at, Act::Say(place)));
    }
    if !is_assigned && dice.random_bool(0.5) {
        steps.push((office_time(opened.plus_secs(HOUR), dice), Act::Assign));
    }
    // Marks are their agent's, who may see no ticket but their own.
    if is_assigned && dice.random_bool(0.06) {
        steps.push((at.plus_secs(MINUTE), Act::Star));
    }
    if is_assigned && dice.random_bool(0.2) {
        steps.push((at.plus_secs(2 * MINUTE), Act::Label));
    }
    if told == lines.len() && told > 1 {
        let later = at.plus_secs(dice.random_range(DAY..5 * DAY));
        steps.push((office_time(later, dice), Act::End));
    }
    steps.sort_by_key(|(at, _)| *at);
    steps
}

/// How long it takes until somebody writes this.
fn pause_before(line: &Line, dice: &mut Dice) -> i64 {
    match line.by {
        Speaker::Agent if dice.random_bool(0.7) => dice.random_range(8 * MINUTE..3 * HOUR),
        Speaker::Agent => dice.random_range(3 * HOUR..26 * HOUR),
        Speaker::Note | Speaker::Forward => dice.random_range(5 * MINUTE..90 * MINUTE),
        Speaker::Customer | Speaker::Collaborator => dice.random_range(40 * MINUTE..40 * HOUR),
    }
}

/// The status that the end of a story sets; none where its last reply says it all.
pub(super) fn last_status(script: &Script) -> Option<i64> {
    match script.ends {
        Ending::Answered | Ending::Trashed => None,
        ends => ends.status(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::demo::{conversations, people};
    use rand::SeedableRng;

    const NOW: Timestamp = Timestamp(1_764_000_000);

    fn told() -> (Vec<Story>, Vec<Step>) {
        let scripts = conversations::read().unwrap();
        tell(
            &people::read().unwrap(),
            &scripts,
            NOW,
            &mut Dice::seed_from_u64(7),
        )
    }

    #[test]
    fn the_same_dice_tell_the_same() {
        let (first, again) = (told(), told());
        let subjects = |stories: &[Story]| -> Vec<String> {
            stories.iter().map(|story| story.subject.clone()).collect()
        };
        assert_eq!(subjects(&first.0), subjects(&again.0));
        let acts = |steps: &[Step]| -> Vec<(Timestamp, Act)> {
            steps.iter().map(|step| (step.at, step.act)).collect()
        };
        assert_eq!(acts(&first.1), acts(&again.1));
    }

    #[test]
    fn everybody_writes_and_a_ticket_is_open_before_anything_happens_to_it() {
        let (stories, steps) = told();
        assert_eq!(stories.len(), 300);
        for customer in &people::read().unwrap().customers {
            assert!(
                stories
                    .iter()
                    .any(|story| story.customer.email == customer.email)
            );
        }
        let mut open = std::collections::BTreeSet::new();
        let mut assigned = std::collections::BTreeSet::new();
        for step in &steps {
            assert!(step.at >= NOW.days_later(-DAYS) && step.at <= NOW);
            match step.act {
                Act::Open => assert!(open.insert(step.story)),
                Act::Assign => assert!(assigned.insert(step.story)),
                Act::Tag | Act::Say(_) | Act::Star | Act::Label | Act::Task | Act::Done => {
                    assert!(assigned.contains(&step.story));
                }
                _ => {}
            }
            assert!(open.contains(&step.story));
        }
    }

    #[test]
    fn nobody_works_at_night_or_on_sunday() {
        let mut dice = Dice::seed_from_u64(7);
        for hours in 0..400 {
            let at = office_time(NOW.plus_secs(hours * HOUR), &mut dice);
            assert!((8..18).contains(&hour(at)));
            assert_ne!((at.0.div_euclid(DAY) + 4).rem_euclid(7), 0);
        }
    }
}
