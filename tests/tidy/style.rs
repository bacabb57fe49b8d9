//! How code looks here: sizes, names, docs, words that have no place, and the homes of
//! what only one module may touch.

use std::path::Path;

use crate::assert_none;
use crate::source::{Kind, Source, Token, files_under, sources};

const MOST_LINES_OF_A_FILE: usize = 500;
const MOST_LINES_OF_A_FUNCTION: usize = 60;
/// A scenario is read from top to bottom, and tells more when it is not cut up.
const MOST_LINES_OF_A_SCENARIO: usize = 80;
/// For the arities of handlers, closed lists, rows of tables and types of input.
const MOST_MACROS: usize = 5;

/// Files that may be longer: path and reason.
const LONG_FILES: &[(&str, &str)] = &[];
/// Functions that may be longer: path, function and reason.
const LONG_FUNCTIONS: &[(&str, &str, &str)] = &[];

/// Names that say nothing of what is inside.
const EMPTY_NAMES: &[&str] = &[
    "util", "utils", "helper", "helpers", "common", "misc", "stuff", "shared",
];

/// What only one place may name: a chain of words, that place, and why.
const HOMES: &[(&[&str], &str, &str)] = &[
    (&["Connection", "open"], "src/base/db/", OPENS),
    (&["Connection", "open_with_flags"], "src/base/db/", OPENS),
    (&["Connection", "open_in_memory"], "src/base/db/", OPENS),
    (
        &["tiny_http"],
        "src/web/server.rs",
        "the server can be exchanged in one file",
    ),
    (&["SystemTime"], "src/base/time/", CLOCK),
    (&["now_utc"], "src/base/time/", CLOCK),
    (&["now_local"], "src/base/time/", CLOCK),
    (&["Timestamp", "now"], "src/base/time/", CLOCK),
    (&["Zoned", "now"], "src/base/time/", CLOCK),
];
const OPENS: &str = "connections are opened with their pragmas";
const CLOCK: &str = "time comes from the clock that the caller holds";

/// Guests in a home that is not theirs: the word, the file and the reason.
const GUESTS: &[(&str, &str, &str)] = &[(
    "SystemTime",
    "src/web/gate/answer.rs",
    "the Date header tells the machine's time by definition; no decision hangs on it",
)];

#[test]
fn files_are_short() {
    let mut findings = Vec::new();
    for source in all_sources() {
        let lines = source.text.lines().count();
        let is_listed = LONG_FILES.iter().any(|(path, _)| *path == source.path);
        if lines > MOST_LINES_OF_A_FILE && !is_listed {
            findings.push(format!("{}: {lines} lines", source.path));
        }
    }
    assert_none(
        &findings,
        "A file holds one idea in at most 500 lines. Make it a folder (CONTRIBUTING.md says how a room is split):",
    );
}

#[test]
fn functions_fit_a_screen() {
    let mut findings = Vec::new();
    for source in all_sources() {
        for (name, line, lines) in functions(&source.tokens) {
            let is_listed = LONG_FUNCTIONS
                .iter()
                .any(|(path, function, _)| *path == source.path && *function == name);
            let most = if source.path.starts_with("tests/") {
                MOST_LINES_OF_A_SCENARIO
            } else {
                MOST_LINES_OF_A_FUNCTION
            };
            if lines > most && !is_listed {
                findings.push(format!("{}:{line}: {name}, {lines} lines", source.path));
            }
        }
    }
    assert_none(
        &findings,
        "A function has at most 60 lines, a scenario 80, rows of tables aside. Take a step out of it and name it:",
    );
}

#[test]
fn every_module_says_what_it_is() {
    let silent = sources("src")
        .into_iter()
        .filter(|source| !source.text.starts_with("//!"));
    let findings: Vec<String> = silent.map(|source| source.path).collect();
    assert_none(
        &findings,
        "Begin the file with `//!`: what the module is, and what it must not know:",
    );
}

#[test]
fn nothing_is_named_after_nothing() {
    let mut findings = Vec::new();
    let folders = ["src", "tests", "assets", "migrations", "benches"];
    for path in folders.into_iter().flat_map(files_under) {
        let stem = Path::new(&path).with_extension("");
        let empty = stem
            .iter()
            .filter_map(|part| part.to_str())
            .find(|part| EMPTY_NAMES.contains(part));
        findings.extend(empty.map(|name| format!("{path}: {name}")));
    }
    for source in sources("src") {
        for two in source.tokens.windows(2) {
            let name = two[1].word().filter(|_| two[0].is_word("mod"));
            if let Some(name) = name.filter(|name| EMPTY_NAMES.contains(name)) {
                findings.push(format!("{}:{}: mod {name}", source.path, two[0].line));
            }
        }
    }
    assert_none(&findings, "Name it after what it is about:");
}

#[test]
fn code_neither_panics_nor_prints_nor_hushes_lints() {
    let mut findings = Vec::new();
    for source in sources("src") {
        let code: Vec<&Token> = source.code().collect();
        for at in 0..code.len() {
            if let Some(what) = misplaced(&code, at) {
                findings.push(format!("{}:{}: {what}", source.path, code[at].line));
            }
        }
    }
    assert_none(
        &findings,
        "Outside tests: return an Error instead of panicking, log with tracing instead of printing, and write \
         #[expect(lint, reason = \"…\")] instead of #[allow]:",
    );
}

/// The word at `at`, where it is one that has no place in code.
fn misplaced<'a>(code: &[&'a Token], at: usize) -> Option<&'a str> {
    let word = code[at].word()?;
    let is_before = |mark: char| at > 0 && code[at - 1].is_mark(mark);
    let is_behind = |mark: char| code.get(at + 1).is_some_and(|next| next.is_mark(mark));
    let is_misplaced = match word {
        "unwrap" | "expect" => is_before('.') && is_behind('('),
        "allow" => is_before('[') && is_behind('('),
        "todo" | "unimplemented" | "dbg" | "print" | "println" | "eprint" | "eprintln" => {
            is_behind('!')
        }
        _ => false,
    };
    is_misplaced.then_some(word)
}

#[test]
fn macros_stay_few() {
    let mut findings = Vec::new();
    for source in sources("src") {
        let macros = source.tokens.iter();
        let macros = macros.filter(|token| token.is_word("macro_rules"));
        findings.extend(macros.map(|token| format!("{}:{}", source.path, token.line)));
    }
    assert!(
        findings.len() <= MOST_MACROS,
        "There are five macros in this house, for handlers, closed lists, rows, inputs and the keys of answers. Write a function instead:\n  {}",
        findings.join("\n  ")
    );
}

#[test]
fn what_has_a_home_is_named_only_there() {
    let mut findings = Vec::new();
    for source in sources("src") {
        for (words, home, why) in HOMES {
            let is_guest = GUESTS
                .iter()
                .any(|(word, path, _)| words.contains(word) && *path == source.path);
            if source.path.starts_with(home) || is_guest {
                continue;
            }
            let lines = mentions(&source, words).into_iter();
            let name = words.join("::");
            findings.extend(lines.map(|line| format!("{}:{line}: {name} ({why})", source.path)));
        }
    }
    assert_none(&findings, "Only its home names this; ask the home instead:");
}

/// The lines of code where these words stand behind each other as one path.
fn mentions(source: &Source, words: &[&str]) -> Vec<usize> {
    let code: Vec<&Token> = source.code().collect();
    let is_here = |at: usize| {
        let mut parts = words.iter().enumerate();
        // A word of a path and the two colons behind it are three tokens.
        parts.all(|(step, word)| {
            code.get(at + 3 * step)
                .is_some_and(|token| token.is_word(word))
        })
    };
    let found = (0..code.len()).filter(|at| is_here(*at));
    found.map(|at| code[at].line).collect()
}

/// What people write and read: the program, its tests and its benchmark.
fn all_sources() -> impl Iterator<Item = Source> {
    ["src", "tests", "benches"].into_iter().flat_map(sources)
}

/// Name, first line and count of lines of every function with a body. The rows of a table,
/// which is what a list in square brackets is, are read as a table and do not count.
fn functions(tokens: &[Token]) -> Vec<(String, usize, usize)> {
    let mut found = Vec::new();
    for at in 0..tokens.len().saturating_sub(1) {
        let name = tokens[at + 1].word().filter(|_| tokens[at].is_word("fn"));
        if let (Some(name), Some(lines)) = (name, lines_of(&tokens[at..])) {
            found.push((name.to_owned(), tokens[at].line, lines));
        }
    }
    found
}

/// How many lines the function has that begins here; nothing without a body.
fn lines_of(tokens: &[Token]) -> Option<usize> {
    let first = tokens.first()?.line;
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut rows = 0;
    for token in tokens {
        match token.kind {
            Kind::Mark(';') if open.is_empty() => return None,
            Kind::Mark(bracket @ ('(' | '[' | '{')) => open.push((bracket, token.line)),
            Kind::Mark(')' | ']' | '}') => {
                let (bracket, line) = open.pop()?;
                let is_in_table = open.iter().any(|(outer, _)| *outer == '[');
                if bracket == '[' && !is_in_table {
                    rows += token.line - line;
                }
                if bracket == '{' && open.is_empty() {
                    return Some(token.line - first + 1 - rows);
                }
            }
            _ => {}
        }
    }
    None
}

#[test]
fn functions_are_measured_from_signature_to_bracket() {
    let text = "trait T { fn bodiless(&self) -> [u8; 4]; }
        fn short(
            a: [u8; 2],
        ) {
            if a { }
        }
        fn table() {
            for row in [
                [1,
                 2],
                f(3),
            ] {}
        }";
    let want = [("short".to_owned(), 2, 5), ("table".to_owned(), 7, 3)];
    assert_eq!(functions(&crate::source::tokens(text)), want);
}

/// One word for what handlers of one kind do: what a collection is posted to creates, and so on.
#[test]
fn handlers_are_named_by_what_their_row_does() {
    let mut findings = Vec::new();
    for source in sources("src/desk") {
        for (method, path, handler) in rows_of(&source) {
            let is_one = path.ends_with("/{id}");
            let is_collection = path.matches('/').count() == 1 && path.ends_with('s');
            let named = match (method.as_str(), is_one, is_collection) {
                ("get", false, true) => "list",
                ("get", true, false) => "show",
                ("post", false, true) => "create",
                ("put", true, false) => "edit",
                _ => continue,
            };
            if handler != named && !is_exempt(&path, &handler) {
                findings.push(format!("{}: {method} {path} is {handler}", source.path));
            }
        }
    }
    assert_none(
        &findings,
        "GET of a collection is `list` and of one thing `show`, POST `create`, PUT `edit`:",
    );
}

/// What does something else, and says so.
fn is_exempt(path: &str, handler: &str) -> bool {
    path == "/filters" || handler == "download"
}

/// Method, path and handler of the rows of a table.
fn rows_of(source: &Source) -> Vec<(String, String, String)> {
    let code: Vec<&Token> = source.code().collect();
    let mut rows = Vec::new();
    for at in 0..code.len() {
        let method = code[at].word().filter(|word| {
            ["get", "post", "put"].contains(word)
                && code.get(at + 1).is_some_and(|next| next.is_mark('('))
        });
        let path = code.get(at + 2).and_then(|token| token.text());
        let (Some(method), Some(path)) = (method, path.filter(|text| text.starts_with('/'))) else {
            continue;
        };
        // The handler is the last name before the closing bracket.
        let mut depth = 1;
        let mut handler = "";
        for token in &code[at + 2..] {
            if token.is_mark('(') {
                depth += 1;
            } else if token.is_mark(')') {
                depth -= 1;
            }
            if depth == 0 {
                break;
            }
            handler = token.word().unwrap_or(handler);
        }
        rows.push((method.to_owned(), path.to_owned(), handler.to_owned()));
    }
    rows
}
