//! What the table's paths say by themselves: which resource a row is of, and how the
//! numbers of a path are named.

use std::collections::HashMap;

use crate::web::route::Route;

/// The rows of one resource.
pub struct Resource<'r> {
    /// What it is called: its paths' own plural, as words.
    pub title: String,
    /// Its rows, in the order of the table.
    pub routes: Vec<&'r Route>,
}

impl Resource<'_> {
    /// What can be done with it, in a sentence.
    pub fn summaries(&self) -> String {
        let mut summaries: Vec<&str> = Vec::new();
        for route in &self.routes {
            if !summaries.contains(&route.summary) {
                summaries.push(route.summary);
            }
        }
        format!("{}.", summaries.join(" · "))
    }
}

/// The resources of these rows, in the order in which the table comes to them; pages
/// for people are of none.
pub fn resources(routes: &[Route]) -> Vec<Resource<'_>> {
    let mut found: Vec<(String, Resource<'_>)> = Vec::new();
    for route in routes.iter().filter(|route| !super::is_page(route)) {
        let name = of(route.path);
        if let Some((_, known)) = found.iter_mut().find(|(known, _)| *known == name) {
            known.routes.push(route);
            continue;
        }
        let title = title(&name, routes);
        let routes = vec![route];
        found.push((name, Resource { title, routes }));
    }
    found.into_iter().map(|(_, resource)| resource).collect()
}

/// The resource of a path: `/ticket-types` and `/ticket-type/{id}` are both of `ticket-type`.
pub fn of(path: &str) -> String {
    singular(path.split('/').nth(1).unwrap_or_default())
}

/// Names that paths cannot spell as people do.
const TITLES: [(&str, &str); 7] = [
    (".well-known", "OAuth 2 metadata"),
    ("api-client", "API clients"),
    ("email-template", "E-mail templates"),
    ("oauth", "OAuth 2"),
    ("openapi", "OpenAPI"),
    ("saved-reply", "Saved replies"),
    ("sub-group", "Sub-groups"),
];

/// A resource's name for people: the longest form in which paths begin with it.
pub(super) fn title(name: &str, routes: &[Route]) -> String {
    if let Some((_, title)) = TITLES.iter().find(|(known, _)| *known == name) {
        return (*title).to_owned();
    }
    let segments = routes
        .iter()
        .filter_map(|route| route.path.split('/').nth(1));
    let longest = segments
        .filter(|segment| singular(segment) == name)
        .max_by_key(|segment| segment.len());
    let mut words = longest.unwrap_or(name).replace('-', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// English plurals as paths have them.
pub fn singular(segment: &str) -> String {
    if let Some(stem) = segment.strip_suffix("ies") {
        return format!("{stem}y");
    }
    for ending in ["xes", "ses", "ches"] {
        if segment.ends_with(ending) {
            return segment[..segment.len() - 2].to_owned();
        }
    }
    let is_plural =
        segment.ends_with('s') && !["ss", "us", "is"].iter().any(|end| segment.ends_with(end));
    let stem = if is_plural {
        segment.strip_suffix('s')
    } else {
        None
    };
    stem.unwrap_or(segment).to_owned()
}

/// How the numbers of a path are named. Rows of one path may name them differently
/// (`/ticket/{id}` and `/ticket/{incrementId}`), which a document must not: a path has
/// the names that most of its rows use.
pub(super) struct PathNames(HashMap<String, Vec<&'static str>>);

impl PathNames {
    pub(super) fn of(routes: &[Route]) -> Self {
        let mut all: HashMap<String, Vec<Vec<&'static str>>> = HashMap::new();
        for route in routes {
            for path in std::iter::once(&route.path).chain(&route.aliases) {
                let names = all.entry(skeleton(path)).or_default();
                names.push(names_of(path));
            }
        }
        let agreed = all.into_iter().map(|(path, rows)| {
            let count = rows.first().map_or(0, Vec::len);
            let names = (0..count).map(|at| most_used(rows.iter().map(|row| row[at]).collect()));
            (path, names.collect())
        });
        Self(agreed.collect())
    }

    /// The names of a path's numbers, in order.
    pub(super) fn names(&self, path: &'static str) -> Vec<&'static str> {
        let agreed = self.0.get(&skeleton(path)).cloned();
        agreed.unwrap_or_else(|| names_of(path))
    }

    /// The path as the document has it, from the root and with the suffix for programs.
    pub(super) fn target(&self, route: &Route, path: &'static str) -> String {
        let mut names = self.names(path).into_iter();
        let segments = path.split('/').map(|segment| {
            if segment.starts_with('{') {
                format!("{{{}}}", names.next().unwrap_or_default())
            } else {
                segment.to_owned()
            }
        });
        let path = segments.collect::<Vec<_>>().join("/");
        if route.is_api {
            format!("/api{path}.json")
        } else {
            path
        }
    }
}

fn most_used(names: Vec<&'static str>) -> &'static str {
    let times = |name: &&&str| names.iter().filter(|other| other == name).count();
    // `rev`, so that of equals the first wins.
    names
        .iter()
        .rev()
        .max_by_key(times)
        .copied()
        .unwrap_or("id")
}

fn skeleton(path: &str) -> String {
    let segments = path.split('/').map(|segment| {
        if segment.starts_with('{') {
            "{}"
        } else {
            segment
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The names that stand in a path's own braces.
pub(super) fn names_of(path: &'static str) -> Vec<&'static str> {
    path.split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plural_and_singular_paths_are_of_one_resource() {
        for (plural, one) in [
            ("labels", "label"),
            ("mailboxes", "mailbox"),
            ("categories", "category"),
            ("saved-replys", "saved-reply"),
            ("statuses", "status"),
            ("status", "status"),
            ("company", "company"),
            ("me", "me"),
        ] {
            assert_eq!(singular(plural), one);
            assert_eq!(singular(one), one);
        }
    }
}
