//! Who may use whom: the layers of the crate, and the order of the rooms.

use crate::assert_none;
use crate::source::{Source, Token, read, sources, tokens};

/// The layers, top first, as ARCHITECTURE.md draws them. A module uses those that stand
/// behind it in this list, never those before it.
const LAYERS: &[&str] = &[
    "commands", "app", "config", "routes", "work", "desk", "web", "access", "base",
];

#[test]
fn the_crate_lists_its_layers_from_the_top() {
    assert_eq!(
        public_modules("src/lib.rs"),
        LAYERS,
        "src/lib.rs lists the layers top first; a new one belongs in tests/tidy/layers.rs and ARCHITECTURE.md too"
    );
}

#[test]
fn no_module_uses_a_layer_above_it() {
    let findings = climbs(LAYERS, 0);
    assert_none(
        &findings,
        "A module uses its own layer and those below, in the order of src/lib.rs. Move the code down, \
         or hand in what it needs:",
    );
}

#[test]
fn no_room_uses_a_room_above_it() {
    let rooms = public_modules("src/desk/mod.rs");
    assert!(!rooms.is_empty(), "src/desk/mod.rs lists the rooms");
    let rooms: Vec<&str> = rooms.iter().map(String::as_str).collect();
    let findings = climbs(&rooms, 1);
    assert_none(
        &findings,
        "A room uses only rooms below it in src/desk/mod.rs. Tell an event instead, or move what both need \
         into a room below both:",
    );
}

/// The `pub mod` lines of a file, in order.
fn public_modules(path: &str) -> Vec<String> {
    let tokens = tokens(&read(path));
    let named = tokens.windows(3).filter_map(|three| {
        let is_public = three[0].is_word("pub") && three[1].is_word("mod");
        is_public.then(|| three[2].word()).flatten()
    });
    named.map(str::to_owned).collect()
}

/// Uses of something that stands before its user in `order`; the names compared are those
/// at `level` of a path, among files and targets that share what comes before.
fn climbs(order: &[&str], level: usize) -> Vec<String> {
    let place = |name: &str| order.iter().position(|one| *one == name);
    let mut findings = Vec::new();
    for source in sources("src") {
        let module = module_of(&source.path);
        let Some(own) = module.get(level).and_then(|name| place(name)) else {
            continue;
        };
        for (line, target) in targets(&source, &module) {
            let is_comparable = target.len() > level
                && target[..level] == module[..level]
                && (level == 0 || module[0] == "desk");
            if !is_comparable {
                continue;
            }
            if place(&target[level]).is_some_and(|used| used < own) {
                let (from, to) = (module.join("::"), target.join("::"));
                findings.push(format!("{}:{line}: {from} uses {to}", source.path));
            }
        }
    }
    findings
}

/// The module that a file is: `src/desk/ticket/api.rs` is `desk::ticket::api`.
fn module_of(path: &str) -> Vec<String> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    let parts = inner.split('/').filter(|part| *part != "mod");
    parts.map(str::to_owned).collect()
}

/// Every path into the crate that a file's code names, absolute, at most two names long.
fn targets(source: &Source, module: &[String]) -> Vec<(usize, Vec<String>)> {
    let code: Vec<&Token> = source.code().collect();
    let mut found = Vec::new();
    for at in 0..code.len() {
        let base = if code[at].is_word("crate") {
            Vec::new()
        } else if code[at].is_word("super") && !is_behind(&code, at, "super") {
            let climbed = supers(&code, at);
            module[..module.len().saturating_sub(climbed)].to_vec()
        } else {
            continue;
        };
        let behind = at + 3 * (supers(&code, at).max(1) - 1) + 1;
        let mut paths = Vec::new();
        expand(&code, behind, &base, &mut paths);
        found.extend(paths.into_iter().map(|path| (code[at].line, path)));
    }
    found
}

/// How many `super::` follow each other from `at` on.
fn supers(code: &[&Token], at: usize) -> usize {
    let chain = code[at..].chunks(3);
    chain.take_while(|three| three[0].is_word("super")).count()
}

/// Whether the path's previous name is `word`.
fn is_behind(code: &[&Token], at: usize, word: &str) -> bool {
    at >= 3 && code[at - 1].is_mark(':') && code[at - 3].is_word(word)
}

/// Follows `::name`, `::{…}` and their nests from `at` on, until a path is two names long.
fn expand(code: &[&Token], at: usize, base: &[String], found: &mut Vec<Vec<String>>) {
    let continues = code.get(at).is_some_and(|token| token.is_mark(':'))
        && code.get(at + 1).is_some_and(|token| token.is_mark(':'));
    let next = code.get(at + 2).filter(|_| continues && base.len() < 2);
    let Some(next) = next else {
        found.push(base.to_vec());
        return;
    };
    if let Some(name) = next.word() {
        expand(code, at + 3, &[base, &[name.to_owned()]].concat(), found);
        return;
    }
    if !next.is_mark('{') {
        found.push(base.to_vec());
        return;
    }
    let mut depth = 0_usize;
    for index in at + 2..code.len() {
        let is_first = depth == 1 && (code[index - 1].is_mark('{') || code[index - 1].is_mark(','));
        if let (true, Some(name)) = (is_first, code[index].word()) {
            let path = [base, &[name.to_owned()]].concat();
            expand(code, index + 1, &path, found);
        }
        if code[index].is_mark('{') {
            depth += 1;
        } else if code[index].is_mark('}') {
            depth -= 1;
        }
        if depth == 0 {
            return;
        }
    }
}

#[test]
fn every_way_of_naming_a_module_is_seen() {
    let text = "
        use crate::base::{db, error::Result};
        use crate::{app, desk::{label, tag::Tag}};
        use super::group;
        fn f() { crate::web::reply::ok(); super::super::work::run(); }
        #[cfg(test)] mod tests { use crate::commands; }";
    let source = Source {
        path: "src/desk/ticket_type.rs".into(),
        text: text.into(),
        tokens: tokens(text),
    };
    let found = targets(&source, &module_of(&source.path));
    let found: Vec<String> = found.into_iter().map(|(_, path)| path.join("::")).collect();
    assert_eq!(
        found,
        [
            "base::db",
            "base::error",
            "app",
            "desk::label",
            "desk::tag",
            "desk::group",
            "web::reply",
            "work::run"
        ]
    );
}
