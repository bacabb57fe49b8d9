//! The lines that a reader sees, of plain text and of HTML, each with the place where it begins.

/// A line.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// Where it begins in the source.
    pub(super) start: usize,
    /// Its words.
    pub(super) text: String,
    /// Whether an element of HTML quotes it.
    pub(super) is_in_quote: bool,
    /// Whether an element that begins it says that history follows.
    pub(super) is_marked: bool,
}

impl Line {
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    pub(super) fn is_quoted(&self) -> bool {
        self.is_in_quote || self.text.trim_start().starts_with('>')
    }

    /// Without marks of quotes and emphasis.
    pub(super) fn words(&self) -> &str {
        self.text.trim_matches(|letter: char| {
            letter.is_whitespace() || matches!(letter, '>' | '*' | '|')
        })
    }
}

pub(super) fn of_plain(text: &str) -> Vec<Line> {
    let mut start = 0;
    let lines = text.split_inclusive('\n').map(|line| {
        let at = start;
        start += line.len();
        Line {
            start: at,
            text: line.trim_end_matches(['\r', '\n']).to_owned(),
            ..Line::default()
        }
    });
    lines.collect()
}

/// Elements that begin a line of their own.
#[rustfmt::skip]
const BLOCKS: [&str; 17] = [
    "blockquote", "br", "center", "div", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre",
    "table", "td", "tr", "ul",
];

/// Classes and ids of what holds a quote, and of what stands before one. Outlook puts `x_`
/// before those of the mail that it answers.
const QUOTES: [&str; 4] = [
    "gmail_quote",
    "yahoo_quoted",
    "protonmail_quote",
    "gmail_quote_container",
];
const BEFORE_QUOTES: [&str; 3] = ["appendonsend", "divRplyFwdMsg", "moz-cite-prefix"];

/// How deep quotes are followed.
const DEEPEST: usize = 500;

struct Walk {
    lines: Vec<Line>,
    line: Line,
    /// The open elements since the outermost quote, which is the first.
    quoting: Vec<String>,
}

impl Walk {
    fn end_line(&mut self, next: usize) {
        let is_in_quote = !self.quoting.is_empty();
        let next = Line {
            start: next,
            is_in_quote,
            ..Line::default()
        };
        self.lines.push(std::mem::replace(&mut self.line, next));
    }

    fn start(&mut self, tag: &str, name: &str, at: usize, after: usize) {
        if BLOCKS.contains(&name) {
            self.end_line(if name == "br" { after } else { at });
        }
        let marks = marks_of(tag);
        let has = |names: &[&str]| {
            let plain = |mark: &str| mark.strip_prefix("x_").unwrap_or(mark).to_owned();
            marks
                .iter()
                .any(|mark| names.contains(&plain(mark).as_str()))
        };
        let lower = tag.to_ascii_lowercase();
        let is_cite = name == "blockquote"
            && (lower.contains("type=\"cite\"") || lower.contains("type=cite"));
        if !self.quoting.is_empty() {
            let is_void = matches!(
                name,
                "br" | "hr" | "img" | "meta" | "link" | "input" | "wbr"
            );
            if !is_void && self.quoting.len() < DEEPEST {
                self.quoting.push(name.to_owned());
            }
        } else if is_cite || has(&QUOTES) {
            if !BLOCKS.contains(&name) {
                self.end_line(at);
            }
            self.quoting.push(name.to_owned());
            self.line.is_in_quote = true;
        } else if has(&BEFORE_QUOTES[..2]) || is_ruled(name, &lower) {
            self.line.is_marked = true;
        }
    }

    fn end(&mut self, name: &str, after: usize) {
        if let Some(at) = self.quoting.iter().rposition(|open| open == name) {
            self.quoting.truncate(at);
        }
        if BLOCKS.contains(&name) {
            self.end_line(after);
        }
    }
}

/// Outlook's line above the headers of what it answers.
fn is_ruled(name: &str, tag: &str) -> bool {
    let style = tag.replace(' ', "");
    name == "div"
        && (style.contains("border:none;border-top:solid#e1e1e11.0pt")
            || style.contains("border:none;border-top:solid#b5c4df1.0pt"))
}

/// The values of class and id, word by word.
fn marks_of(tag: &str) -> Vec<&str> {
    let values = tag
        .split('=')
        .zip(tag.split('=').skip(1))
        .filter_map(|(before, value)| {
            let before = before.trim_end().to_ascii_lowercase();
            let is_mark = before.ends_with("class") || before.ends_with("id");
            let value = value.trim_start();
            let value = match value.chars().next()? {
                quote @ ('"' | '\'') => value[1..].split(quote).next()?,
                _ => value.split([' ', '>']).next()?,
            };
            is_mark.then_some(value)
        });
    values.flat_map(str::split_whitespace).collect()
}

pub(super) fn of_html(html: &str) -> Vec<Line> {
    let mut walk = Walk {
        lines: Vec::new(),
        line: Line::default(),
        quoting: Vec::new(),
    };
    let mut at = 0;
    while at < html.len() {
        let rest = &html[at..];
        let open = rest.find('<').unwrap_or(rest.len());
        push_text(&mut walk.line.text, &rest[..open]);
        let tag = &rest[open..];
        if tag.is_empty() {
            break;
        }
        let (length, name) = tag_of(tag);
        let start = at + open;
        at = start + length;
        match name.strip_prefix('/') {
            Some(name) => walk.end(name, at),
            None if name.is_empty() && length == 1 => walk.line.text.push('<'),
            None => walk.start(&tag[..length], &name, start, at),
        }
    }
    walk.end_line(html.len());
    walk.lines
}

/// How long the markup is that begins here, and its name. What no reader sees is one tag.
fn tag_of(tag: &str) -> (usize, String) {
    if tag.starts_with("<!--") {
        return (
            tag.find("-->").map_or(tag.len(), |end| end + 3),
            String::new(),
        );
    }
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, ':' | '-');
    let rest = &tag[1..];
    let slash = usize::from(rest.starts_with('/'));
    let length = rest[slash..]
        .find(|letter: char| !is_name(letter))
        .unwrap_or(rest.len() - slash);
    let name = rest[..slash + length].to_ascii_lowercase();
    if length == 0 && !rest.starts_with(['!', '?']) {
        return (1, String::new());
    }
    let end = tag.find('>').map_or(tag.len(), |end| end + 1);
    if matches!(name.as_str(), "style" | "script" | "title") {
        let close = format!("</{name}");
        let lower = tag.as_bytes();
        let found = memchr::memmem::find_iter(lower, b"</");
        let mut found = found.filter(|at| {
            lower
                .get(*at..*at + close.len())
                .is_some_and(|it| it.eq_ignore_ascii_case(close.as_bytes()))
        });
        return (found.next().unwrap_or(end).max(end), String::new());
    }
    (end, name)
}

fn push_text(line: &mut String, text: &str) {
    let plain = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"");
    let plain = plain
        .replace("&nbsp;", " ")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
    let plain = plain.replace("&#64;", "@").replace("&eacute;", "é");
    for letter in plain.chars() {
        line.push(if letter.is_whitespace() { ' ' } else { letter });
    }
}
