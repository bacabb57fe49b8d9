//! Reads the repository's files, and takes Rust apart into tokens. It is no parser: it
//! knows comments, literals and brackets, and which items are there for tests alone.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A piece of code, with the line that it begins on.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) line: usize,
    pub(crate) kind: Kind,
    /// Whether it belongs to an item under `#[cfg(test)]`.
    pub(crate) is_test: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name, a keyword or a number.
    Word(String),
    /// What stands in a string literal, escapes as written.
    Text(String),
    /// Any other character, brackets among them.
    Mark(char),
}

impl Token {
    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(&self.kind, Kind::Word(have) if have == word)
    }

    pub(crate) fn is_mark(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }

    pub(crate) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// A Rust file.
pub(crate) struct Source {
    /// Its path from the repository's root, with slashes.
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) tokens: Vec<Token>,
}

impl Source {
    /// Its tokens outside tests.
    pub(crate) fn code(&self) -> impl Iterator<Item = &Token> {
        self.tokens.iter().filter(|token| !token.is_test)
    }
}

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a file of the repository.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The paths of all files under a folder, sorted; none where there is no such folder.
pub(crate) fn files_under(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting: Vec<PathBuf> = vec![root().join(folder)];
    while let Some(folder) = waiting.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.expect("a folder's entry").path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let below = path.strip_prefix(root()).expect("a path below the root");
                found.push(below.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// All Rust files under a folder. Those that a `#[cfg(test)] mod` names are tests throughout.
pub(crate) fn sources(folder: &str) -> Vec<Source> {
    let paths = files_under(folder).into_iter().filter(|path| is_rust(path));
    let mut sources: Vec<Source> = paths
        .map(|path| {
            let text = read(&path);
            let tokens = tokens(&text);
            Source { path, text, tokens }
        })
        .collect();
    assert!(
        !sources.is_empty(),
        "there are no Rust files under {folder}"
    );
    let tests: HashSet<String> = sources.iter().flat_map(test_modules).collect();
    for source in &mut sources {
        if tests.contains(&source.path) {
            source
                .tokens
                .iter_mut()
                .for_each(|token| token.is_test = true);
        }
    }
    sources
}

fn is_rust(path: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|extension| extension == "rs")
}

/// The files that a file declares with `#[cfg(test)] mod name;`, by name or by `#[path]`.
fn test_modules(source: &Source) -> Vec<String> {
    let tokens = &source.tokens;
    let (folder, file) = source.path.rsplit_once('/').expect("a file in a folder");
    let mut found = Vec::new();
    for at in 2..tokens.len() {
        let is_declaration =
            tokens[at].is_test && tokens[at].is_mark(';') && tokens[at - 2].is_word("mod");
        let (true, Some(name)) = (is_declaration, tokens[at - 1].word()) else {
            continue;
        };
        let named = tokens[..at].iter().rev().take(12).find_map(Token::text);
        found.extend(named.map(|named| format!("{folder}/{named}")));
        let below = match file {
            "mod.rs" | "lib.rs" | "main.rs" => folder.to_owned(),
            _ => source.path.trim_end_matches(".rs").to_owned(),
        };
        found.push(format!("{below}/{name}.rs"));
    }
    found
}

/// Takes a text apart, and marks what is under `#[cfg(test)]`.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut reader = Reader {
        rest: text,
        line: 1,
        found: Vec::new(),
    };
    while !reader.rest.is_empty() {
        reader.step();
    }
    let mut tokens = reader.found;
    mark_tests(&mut tokens);
    tokens
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    found: Vec<Token>,
}

impl Reader<'_> {
    fn step(&mut self) {
        let first = self.rest.chars().next().unwrap_or_default();
        if self.rest.starts_with("//") {
            let end = self.rest.find('\n').unwrap_or(self.rest.len());
            self.skip(end);
        } else if self.rest.starts_with("/*") {
            let end = self.rest.find("*/").map_or(self.rest.len(), |at| at + 2);
            self.skip(end);
        } else if let Some(hashes) = raw_text(self.rest) {
            self.raw(hashes);
        } else if first == '"' {
            self.text(1);
        } else if self.rest.starts_with("b\"") {
            self.text(2);
        } else if first == '\'' {
            self.letter_or_lifetime();
        } else if first.is_alphanumeric() || first == '_' {
            let is_inside = |letter: char| letter.is_alphanumeric() || letter == '_';
            let end = self.rest.find(|letter| !is_inside(letter));
            let end = end.unwrap_or(self.rest.len());
            self.push(Kind::Word(self.rest[..end].to_owned()), end);
        } else if first.is_whitespace() {
            self.skip(first.len_utf8());
        } else {
            self.push(Kind::Mark(first), first.len_utf8());
        }
    }

    fn skip(&mut self, length: usize) {
        self.line += self.rest[..length].matches('\n').count();
        self.rest = &self.rest[length..];
    }

    fn push(&mut self, kind: Kind, length: usize) {
        let (line, is_test) = (self.line, false);
        self.found.push(Token {
            line,
            kind,
            is_test,
        });
        self.skip(length);
    }

    /// A literal whose quote ends `opening` bytes from here.
    fn text(&mut self, opening: usize) {
        let mut is_escaped = false;
        let end = self.rest[opening..].find(|letter| {
            let is_end = letter == '"' && !is_escaped;
            is_escaped = letter == '\\' && !is_escaped;
            is_end
        });
        let end = opening + end.expect("a string ends");
        self.push(Kind::Text(self.rest[opening..end].to_owned()), end + 1);
    }

    fn raw(&mut self, hashes: usize) {
        let opening = self.rest.find('"').expect("a raw string begins") + 1;
        let closing = format!("\"{}", "#".repeat(hashes));
        let end = self.rest[opening..].find(&closing);
        let end = opening + end.expect("a raw string ends");
        let kind = Kind::Text(self.rest[opening..end].to_owned());
        self.push(kind, end + closing.len());
    }

    fn letter_or_lifetime(&mut self) {
        let inside = &self.rest[1..];
        let length = match inside.chars().next() {
            Some('\\') => 2 + inside[2..].find('\'').expect("a letter ends"),
            Some(letter) if inside[letter.len_utf8()..].starts_with('\'') => letter.len_utf8(),
            // A lifetime: its name is read as a word.
            _ => return self.push(Kind::Mark('\''), 1),
        };
        self.skip(length + 2);
    }
}

/// The count of hashes, where a raw string begins here.
fn raw_text(rest: &str) -> Option<usize> {
    let rest = rest.strip_prefix('b').unwrap_or(rest).strip_prefix('r')?;
    let unhashed = rest.trim_start_matches('#');
    unhashed
        .starts_with('"')
        .then_some(rest.len() - unhashed.len())
}

fn mark_tests(tokens: &mut [Token]) {
    let mut at = 0;
    while at < tokens.len() {
        let Some(inner) = cfg_test(&tokens[at..]) else {
            at += 1;
            continue;
        };
        let end = if inner {
            tokens.len()
        } else {
            end_of_item(tokens, at)
        };
        tokens[at..end]
            .iter_mut()
            .for_each(|token| token.is_test = true);
        at = end;
    }
}

/// Whether `#[cfg(test)]` begins here: with `true` where it is `#![cfg(test)]`.
fn cfg_test(tokens: &[Token]) -> Option<bool> {
    let is_inner = tokens.get(1)?.is_mark('!');
    let body = tokens.get(if is_inner { 2 } else { 1 }..)?;
    let is_cfg = tokens[0].is_mark('#')
        && body.len() > 5
        && body[0].is_mark('[')
        && body[1].is_word("cfg")
        && body[2].is_mark('(')
        && body[3].is_word("test")
        && body[4].is_mark(')');
    is_cfg.then_some(is_inner)
}

/// Where the item at `at`, attributes included, ends: behind its `;` or its block.
fn end_of_item(tokens: &[Token], at: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(at) {
        match token.kind {
            Kind::Mark('(' | '[' | '{') => depth += 1,
            Kind::Mark('}') if depth == 1 => return index + 1,
            Kind::Mark(')' | ']' | '}') => depth -= 1,
            Kind::Mark(';') if depth == 0 => return index + 1,
            _ => {}
        }
    }
    tokens.len()
}

#[test]
fn code_is_told_from_comments_strings_and_tests() {
    let text = r#"
        // unwrap in a comment
        fn live<'a>(x: &'a str) { say("a \" quote", 'x', '\'', r"raw \"); } /* todo */
        #[cfg(test)]
        #[derive(Debug)]
        mod tests { fn f() { x.unwrap(); } }
        fn after() {}
    "#;
    let all = tokens(text);
    let words = |is_test: bool| -> Vec<&str> {
        let chosen = all.iter().filter(|token| token.is_test == is_test);
        chosen.filter_map(Token::word).collect()
    };
    assert_eq!(
        words(false),
        ["fn", "live", "a", "x", "a", "str", "say", "fn", "after"]
    );
    assert!(words(true).contains(&"unwrap"));
    let texts: Vec<&str> = all.iter().filter_map(Token::text).collect();
    assert_eq!(texts, [r#"a \" quote"#, r"raw \"]);
    assert_eq!(all.last().map(|token| token.line), Some(7));
}
