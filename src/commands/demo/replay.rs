//! What happens in the demo is done here, by those who do it and through the verbs that
//! requests are made of: rights are asked, listeners hear, the index follows.

use std::collections::HashMap;

use super::attachments;
use super::conversations::{Ending, Line, Paper, Speaker};
use super::people::{self, Cast, Customer, Staff};
use super::plan::{self, Act, Step, Story};
use super::words::{Dice, Words};
use crate::base::db::{Change, named_params};
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::event::Property;
use crate::base::files::Files;
use crate::base::html::{self, RichText};
use crate::base::input::Flag;
use crate::base::time::Clock;
use crate::base::who::{Caller, Who};
use crate::desk::task::change::{New, NewTask};
use crate::desk::task_model::{self, TodoParent};
use crate::desk::thread::{self, NewReply};
use crate::desk::thread_model::{self, ThreadType, ThreadVisibility};
use crate::desk::ticket::create::{self, NewTicket};
use crate::desk::ticket::{self, Ticket};
use crate::desk::{customer, status, tag, task, todo};
use crate::web::input::{self, StoredFile, Upload};

/// How many files there are of each kind; messages share them.
const OF_EACH: usize = 6;

/// The largest file that is made, in bytes.
const LARGEST: u64 = 1 << 20;

/// Everything that the steps need.
pub(super) struct Stage {
    pub(super) cast: Cast,
    pub(super) staff: Staff,
    pub(super) stories: Vec<Story>,
    pub(super) files: HashMap<Paper, Vec<StoredFile>>,
    pub(super) types: HashMap<String, i64>,
    pub(super) clock: Clock,
    pub(super) dice: Dice,
    /// The tickets that are open so far, by their story's place.
    pub(super) tickets: HashMap<usize, i64>,
    /// Their tasks, in the same way.
    pub(super) tasks: HashMap<usize, i64>,
}

/// Makes some files of each kind and keeps them.
pub(super) fn keep_papers(
    files: &Files,
    dice: &mut Dice,
) -> Result<HashMap<Paper, Vec<StoredFile>>> {
    let mut kept = HashMap::new();
    for paper in [Paper::Picture, Paper::Log, Paper::Document] {
        let mut uploads = Vec::new();
        for _ in 0..OF_EACH {
            uploads.push(Upload {
                field: "attachments[]".into(),
                name: attachments::name(paper, dice),
                incoming: files.receive(&mut &attachments::make(paper, dice)[..], LARGEST)?,
            });
        }
        kept.insert(paper, input::keep(uploads, files)?);
    }
    Ok(kept)
}

/// The ids of the ticket types, by name.
pub(super) fn types(change: &Change<'_>) -> Result<HashMap<String, i64>> {
    let types: Vec<(String, i64)> = change.view().all("SELECT name, id FROM ticket_type", [])?;
    Ok(types.into_iter().collect())
}

impl Stage {
    /// Does one step at its time.
    pub(super) fn play(&mut self, change: &mut Change<'_>, step: &Step) -> Result<()> {
        self.clock.advance(step.at.secs_since(self.clock.now()));
        if step.act == Act::Open {
            return self.open(change, step.story);
        }
        let story = &self.stories[step.story];
        let agent = self.staff.callers[story.agent].clone();
        let dispatcher = self.staff.callers[story.dispatcher].clone();
        let ticket = *self.tickets.get(&step.story).or_not_found("ticket")?;
        match step.act {
            Act::Open => Ok(()),
            Act::Route => self.route(change, step.story, ticket),
            Act::Assign => doing(change, &dispatcher, ticket, |change, ticket| {
                ticket::change::set(change, ticket, Property::Agent, Some(agent.who.id))
            }),
            Act::Tag => doing(change, &agent, ticket, |change, ticket| {
                for name in &story.script.tags {
                    let tag = tag::ensure(change, name)?;
                    tag::add_to_ticket(change, ticket.id, tag.id)?;
                }
                Ok(())
            }),
            Act::Join => {
                let other = story.collaborator.as_ref().or_not_found("collaborator")?;
                doing(change, &dispatcher, ticket, |change, ticket| {
                    let user = ensure(change, other, "website")?;
                    ticket::change::add_collaborator(change, ticket, user)
                })
            }
            Act::Star => doing(change, &agent, ticket, |change, ticket| {
                ticket::change::set(change, ticket, Property::Star, Some(1))
            }),
            Act::Label => {
                let Some(label) = self.staff.labels[story.agent].first().copied() else {
                    return Ok(());
                };
                doing(change, &agent, ticket, |change, ticket| {
                    ticket::change::add_label(change, ticket, label)
                })
            }
            Act::Task => self.give_task(change, step.story, ticket),
            Act::Done => self.end_task(change, step.story),
            Act::Say(place) => self.say(change, step.story, place),
            Act::End if story.script.ends == Ending::Trashed => {
                doing(change, &dispatcher, ticket, ticket::change::trash)
            }
            Act::End => {
                let status = plan::last_status(&story.script);
                doing(change, &dispatcher, ticket, |change, ticket| {
                    ticket::change::set_if_some(change, ticket, Property::Status, status)
                })
            }
        }
    }

    /// Hands the ticket to the team that its story is about, as urgent as it is.
    fn route(&self, change: &mut Change<'_>, place: usize, ticket: i64) -> Result<()> {
        let script = &self.stories[place].script;
        let (group, team) = *people::known(&self.staff.teams, &script.team)?;
        let priority = script.priority as i64;
        doing(change, &Caller::desk(), ticket, |change, ticket| {
            ticket::change::set(change, ticket, Property::Group, Some(group))?;
            ticket::change::set(change, ticket, Property::Team, Some(team))?;
            ticket::change::set(change, ticket, Property::Priority, Some(priority))
        })
    }

    /// The dispatcher gives the agent something to do, who notes a step of their own.
    fn give_task(&mut self, change: &mut Change<'_>, place: usize, ticket: i64) -> Result<()> {
        let story = &self.stories[place];
        let chore = &self.cast.tasks[place % self.cast.tasks.len()];
        let agent = &self.staff.callers[story.agent];
        let new = NewTask {
            ticket,
            subject: chore.subject.clone(),
            description: read(&chore.description)?,
            agent: Some(agent.who.id),
            stage: status::NEW,
            priority: story.script.priority as i64,
            deadline: change.now().days_later(3),
            threads: Vec::new(),
            files: Vec::new(),
        };
        let dispatcher = &self.staff.callers[story.dispatcher];
        let task = change.on_behalf_of(dispatcher, |change| task::change::create(change, &new))?;
        self.tasks.insert(place, task);
        change.on_behalf_of(agent, |change| {
            let beside = TodoParent::Task(task);
            todo::add(change, beside, &chore.todo, Flag::default()).map(|_| ())
        })
    }

    /// The agent says that it is done.
    fn end_task(&self, change: &mut Change<'_>, place: usize) -> Result<()> {
        let chore = &self.cast.tasks[place % self.cast.tasks.len()];
        let answer = read(&chore.answer)?;
        let id = *self.tasks.get(&place).or_not_found("task")?;
        let agent = &self.staff.callers[self.stories[place].agent];
        change.on_behalf_of(agent, |change| {
            let task = task_model::by_id(change.view(), change.who(), id)?.or_not_found("task")?;
            task::change::say(change, &task, &answer, &[])?;
            task::change::set(change, &task, New::Stage(status::DONE))
        })
    }

    fn open(&mut self, change: &mut Change<'_>, place: usize) -> Result<()> {
        let story = &self.stories[place];
        let user = change.on_behalf_of(&Caller::desk(), |change| {
            ensure(change, &story.customer, story.source)
        })?;
        let opening = NewTicket {
            customer: user,
            subject: story.subject.clone(),
            message: self.message(place, 0)?,
            type_id: *people::known(&self.types, &self.stories[place].script.ticket_type)?,
            source: self.stories[place].source,
            files: self.attachments(place, 0),
        };
        let opened =
            change.on_behalf_of(&as_customer(user), |change| create::create(change, opening))?;
        self.tickets.insert(place, opened.id);
        Ok(())
    }

    fn say(&mut self, change: &mut Change<'_>, place: usize, line: usize) -> Result<()> {
        let ticket = *self.tickets.get(&place).or_not_found("ticket")?;
        let message = self.message(place, line)?;
        let files = self.attachments(place, line);
        let story = &self.stories[place];
        let said = &story.script.messages[line];
        let speaker = self.speaker(change, story, said)?;
        let speech = NewReply {
            thread_type: thread_type(said.by),
            message,
            status: said
                .status
                .and_then(Ending::status)
                .map(|id| id.to_string()),
            to: said.to.clone(),
            source: if speaker.who.is_agent() {
                "website"
            } else {
                story.source
            },
            files,
        };
        let thread = change.on_behalf_of(&speaker, |change| {
            let ticket = visible(change, &speaker.who, ticket)?;
            Ok(thread::say(change, &speaker.who, &ticket, speech)?.thread)
        })?;
        let dispatcher = &self.staff.callers[story.dispatcher];
        doing(change, dispatcher, ticket, |change, ticket| {
            mark(change, ticket, thread, said)
        })
    }

    fn speaker(&self, change: &Change<'_>, story: &Story, said: &Line) -> Result<Caller> {
        let other = match said.by {
            Speaker::Agent | Speaker::Note | Speaker::Forward => {
                return Ok(self.staff.callers[story.agent].clone());
            }
            Speaker::Customer => Some(&story.customer),
            Speaker::Collaborator => story.collaborator.as_ref(),
        };
        let user: i64 = change.view().one(
            "SELECT user_id FROM user_address WHERE email_key = email_key(:email)",
            named_params! { ":email": other.or_not_found("customer")?.email },
        )?;
        Ok(as_customer(user))
    }

    /// The words of a line: agents write in the editor of the desk, customers plain text.
    fn message(&mut self, place: usize, line: usize) -> Result<RichText> {
        let story = &self.stories[place];
        let text = text(&self.cast, story, line, &mut self.dice);
        let text = match story.script.messages[line].by {
            Speaker::Agent => paragraphs(&text),
            _ => text,
        };
        read(&text)
    }

    /// What hangs on a line: the next file of its kind, under a name of its own.
    fn attachments(&mut self, place: usize, line: usize) -> Vec<StoredFile> {
        let paper = self.stories[place].script.messages[line].file;
        let Some((paper, files)) =
            paper.and_then(|paper| Some((paper, self.files.get_mut(&paper)?)))
        else {
            return Vec::new();
        };
        files.rotate_left(1);
        let name = attachments::name(paper, &mut self.dice);
        let next = files.first().cloned();
        next.map(|file| StoredFile { name, ..file })
            .into_iter()
            .collect()
    }
}

fn read(text: &str) -> Result<RichText> {
    RichText::read(text).ok_or_else(|| Error::internal("a line of the demo is blank"))
}

/// Does something to a ticket as somebody who sees it.
fn doing(
    change: &mut Change<'_>,
    caller: &Caller,
    ticket: i64,
    act: impl FnOnce(&mut Change<'_>, &Ticket) -> Result<()>,
) -> Result<()> {
    change.on_behalf_of(caller, |change| {
        let ticket = visible(change, &caller.who, ticket)?;
        act(change, &ticket)
    })
}

fn visible(change: &Change<'_>, who: &Who, ticket: i64) -> Result<Ticket> {
    ticket::by_id(change.view(), who, ticket)?.or_not_found("ticket")
}

fn mark(change: &mut Change<'_>, ticket: &Ticket, thread: i64, said: &Line) -> Result<()> {
    if !said.locked && !said.bookmarked {
        return Ok(());
    }
    let thread = thread_model::by_id(
        change.view(),
        ticket.id,
        thread,
        ThreadVisibility::WithLocked,
    )?;
    let thread = thread.or_not_found("thread")?;
    if said.bookmarked {
        thread::set_bookmarked(change, &thread, 1)?;
    }
    if said.locked {
        thread::set_locked(change, &thread, 1)?;
    }
    Ok(())
}

fn ensure(change: &mut Change<'_>, who: &Customer, source: &'static str) -> Result<i64> {
    customer::ensure(change, &who.email, &who.name, source)
}

fn as_customer(user: i64) -> Caller {
    Caller {
        who: Who::customer(user),
        ..Caller::desk()
    }
}

fn thread_type(speaker: Speaker) -> ThreadType {
    match speaker {
        Speaker::Customer | Speaker::Collaborator | Speaker::Agent => ThreadType::Reply,
        Speaker::Note => ThreadType::Note,
        Speaker::Forward => ThreadType::Forward,
    }
}

/// A line with the greeting and the farewell that its place asks for.
fn text(cast: &Cast, story: &Story, line: usize, dice: &mut Dice) -> String {
    let said = &story.script.messages[line];
    let language = &story.script.language;
    let text = story.words.fill(&said.text, dice);
    match said.by {
        Speaker::Agent => {
            let signature = cast.signatures.get(language).map_or("", String::as_str);
            framed(
                &cast.answers[language],
                &text,
                signature,
                &story.words,
                dice,
            )
        }
        Speaker::Customer if line == 0 && story.script.stranger.is_none() => {
            let farewell = draw(&cast.farewells[language], dice);
            framed(
                &cast.greetings[language],
                &text,
                farewell,
                &story.words,
                dice,
            )
        }
        _ => text,
    }
}

fn framed(
    greetings: &[String],
    text: &str,
    farewell: &str,
    words: &Words,
    dice: &mut Dice,
) -> String {
    let greeting = draw(greetings, dice);
    words.fill(&format!("{greeting}\n\n{text}\n\n{farewell}"), dice)
}

fn draw<'a>(list: &'a [String], dice: &mut Dice) -> &'a str {
    use rand::seq::IndexedRandom;
    list.choose(dice).map_or("", String::as_str)
}

/// Plain text as the HTML of an editor: a paragraph for each, a break for each line.
fn paragraphs(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| {
        let lines = html::escape(paragraph).replace('\n', "<br>");
        format!("<p>{lines}</p>")
    });
    paragraphs.collect()
}
