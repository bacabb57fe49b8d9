//! Where what somebody wrote ends, and the quoted history and the signature begin. A text is
//! only cut, never changed: both pieces behind each other are what came.

mod lines;
mod signs;

use super::address::{Address, parse_list};
use lines::Line;

/// A text in two pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folded<'t> {
    /// What is read.
    pub shown: &'t str,
    /// What is folded away; empty where nothing is.
    pub quoted: &'t str,
}

/// How many lines a signature has at most.
const LONGEST_SIGNATURE: usize = 30;

/// Cuts a plain text. `delimiter` is the line of ours above which people are asked to write.
pub fn fold_plain<'t>(text: &'t str, delimiter: &str) -> Folded<'t> {
    cut(text, &lines::of_plain(text), delimiter)
}

/// Cuts HTML as it came: before it is cleaned, since the marks of mail programs are in classes
/// and ids. Each piece is cleaned by itself; that mends what the cut leaves open.
pub fn fold_html<'t>(html: &'t str, delimiter: &str) -> Folded<'t> {
    cut(html, &lines::of_html(html), delimiter)
}

/// Who wrote the mail that this plain text forwards: the first quoted header block.
pub fn original_sender(text: &str) -> Option<Address> {
    sender(&lines::of_plain(text))
}

/// The same of HTML.
pub fn original_sender_of_html(html: &str) -> Option<Address> {
    sender(&lines::of_html(html))
}

fn sender(lines: &[Line]) -> Option<Address> {
    let at = (0..lines.len()).find(|at| signs::is_header_block(lines, *at))?;
    let value = lines[at].words().split_once([':', '：'])?.1;
    // Older Outlooks write `Ada [mailto:ada@example.com]`.
    let value = value.replace("[mailto:", "<").replace(']', ">");
    let next = lines.get(at + 1).map(Line::words).unwrap_or_default();
    let both = format!("{value} {next}");
    parse_list(&value)
        .into_iter()
        .chain(parse_list(&both))
        .next()
}

fn cut<'t>(text: &'t str, lines: &[Line], delimiter: &str) -> Folded<'t> {
    let quote = (0..lines.len())
        .find(|at| begins_tail(lines, *at, delimiter))
        .unwrap_or(lines.len());
    // What opens a quote may stand in lines of its own before the first word.
    let opens = |line: &Line| line.is_blank() && (line.is_in_quote || line.is_marked);
    let opening = lines[..quote].iter().rev().take_while(|line| opens(line));
    let quote = quote - opening.count();
    let end = signature(&lines[..quote]).unwrap_or(quote);
    let remains = lines[..end]
        .iter()
        .any(|line| !line.is_blank() && !line.is_quoted());
    let is_all = lines[end..].iter().all(Line::is_blank);
    let at = match lines.get(end) {
        Some(line) if remains && !is_all => line.start,
        _ => text.len(),
    };
    let (shown, quoted) = text.split_at(at);
    Folded { shown, quoted }
}

/// Whether all from here on is history: a quote that no fresh text follows.
fn begins_tail(lines: &[Line], at: usize, delimiter: &str) -> bool {
    let line = &lines[at];
    if line.is_blank() && !line.is_marked {
        return false;
    }
    let delimiter = delimiter.trim();
    let is_delimiter = !delimiter.is_empty() && !line.is_quoted() && line.text.contains(delimiter);
    if is_delimiter || line.is_marked && !line.is_quoted() {
        return true;
    }
    let is_block =
        !line.is_quoted() && (signs::is_header_block(lines, at) || signs::is_original(line));
    if is_block {
        return true;
    }
    let after = match signs::attribution(lines, at) {
        Some(length) => at + length,
        None if line.is_quoted() => at,
        None => return false,
    };
    let rest = &lines[after..];
    let first = rest.iter().find(|line| !line.is_blank() || line.is_marked);
    match first {
        // Programs that mark no quote write nothing below one either.
        Some(first) if !first.is_quoted() => after > at,
        Some(_) => !has_fresh(rest),
        None => false,
    }
}

/// Whether somebody wrote something below a quote; a signature is nothing.
fn has_fresh(rest: &[Line]) -> bool {
    let end = signature(rest).unwrap_or(rest.len());
    let mut at = 0;
    while at < end {
        if rest[at].is_blank() || rest[at].is_quoted() {
            at += 1;
        } else if let Some(length) = signs::attribution(rest, at) {
            at += length;
        } else {
            return true;
        }
    }
    false
}

/// Where the signature at the end of these lines begins.
fn signature(lines: &[Line]) -> Option<usize> {
    let near = lines.len().saturating_sub(LONGEST_SIGNATURE);
    let fresh = |at: &usize| !lines[*at].is_quoted();
    let delimited = (near..lines.len())
        .filter(fresh)
        .find(|at| signs::is_signature_mark(&lines[*at]));
    let last = lines.iter().rposition(|line| !line.is_blank())?;
    let phone = (last.saturating_sub(2)..=last)
        .filter(fresh)
        .find(|at| signs::is_sent_from(&lines[*at]));
    match (delimited, phone) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
    // A quote behind the mark is no signature.
    .filter(|at| lines[*at..].iter().all(|line| !line.is_quoted()))
}

#[cfg(test)]
mod tests;
