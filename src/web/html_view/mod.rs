//! The `.html` view of an answer: the same keys and values as a page that a person can
//! read, escaped, with links to the ids it names. It only reads.

mod lines;
mod links;

use askama::Template;
use serde_json::{Map, Value};

use super::address::Address;
use super::fault::Fault;
use super::openapi;
use super::path::{PathValues, place_name};
use super::reply::{PAGE_POLICY, Reply};
use super::route::{Method, Route};
use crate::access;
use crate::base::locale::Locale;
use crate::base::who::Who;
use lines::{Line, Lines};
use links::Noun;

pub use links::Links;

#[derive(Template)]
#[template(path = "layout/answer.html")]
struct AnswerPage<'a> {
    locale: Locale,
    title: &'a str,
    desk: &'a str,
    status: u16,
    /// What was wrong with what was asked.
    alert: Option<&'a str>,
    /// Whether the reader has a session, which the page at `sign_in` ends.
    is_signed_in: bool,
    /// Where to sign in and come back from.
    sign_in: String,
    documentation: Option<String>,
    languages: Vec<(&'a str, String)>,
    related: Vec<Related>,
    previous: Option<String>,
    next: Option<String>,
    lines: Vec<Line>,
}

/// Another page of the same resource.
struct Related {
    link: String,
    summary: &'static str,
}

/// What a page shows beside the answer itself.
pub struct HtmlView<'a> {
    /// What was asked for.
    pub address: &'a Address,
    /// The caller's language.
    pub locale: Locale,
    /// The row that reads what was asked for, and what its path names.
    pub route: Option<(&'a Route, PathValues)>,
    /// All rows.
    pub routes: &'a [Route],
    /// Where ids lead.
    pub links: &'a Links,
    /// What the desk is called.
    pub desk: String,
    /// Who reads, as far as that is known.
    pub reader: Option<&'a Who>,
}

/// An answer as a page; a file stays what it is.
pub fn answer(reply: Reply, view: &HtmlView<'_>) -> Reply {
    let is_json = reply
        .header("Content-Type")
        .is_some_and(|kind| kind.starts_with("application/json"));
    let Some(value) = serde_json::from_slice::<Value>(reply.bytes())
        .ok()
        .filter(|_| is_json)
    else {
        return reply;
    };
    let Some(mut page) = view.page(reply.status, &value) else {
        return reply;
    };
    // The version is that of the answer, and the page depends on its reader as well.
    let is_kept = |name: &str| {
        !name.eq_ignore_ascii_case("Content-Type") && !name.eq_ignore_ascii_case("ETag")
    };
    let kept = reply.headers.into_iter();
    page.headers.extend(kept.filter(|(name, _)| is_kept(name)));
    page
}

/// A failure as a page.
pub fn failure(fault: Fault, view: &HtmlView<'_>) -> Reply {
    let Some(mut page) = view.page(fault.status, &fault.body) else {
        return fault.json();
    };
    page.headers.extend(fault.headers);
    page
}

impl HtmlView<'_> {
    /// Nothing where a template that is compiled in fails, which it does only where memory
    /// does: the JSON is still an answer.
    fn page(&self, status: u16, value: &Value) -> Option<Reply> {
        let html = self.render(status, value).ok()?;
        let page = Reply::new(status, "text/html; charset=utf-8", html);
        Some(page.with_header("Content-Security-Policy", PAGE_POLICY))
    }

    fn render(&self, status: u16, value: &Value) -> askama::Result<String> {
        let title = format!("/api/{}", self.address.path.join("/"));
        let empty = Map::new();
        let shown = value.as_object().unwrap_or(&empty);
        let pagination = shown.get("pagination").or(shown.get("pagination_data"));
        let turn = |way: &str| {
            let number = pagination.and_then(|pages| pages[way].as_i64());
            number.map(|number| self.page_link(number))
        };
        let mut lines = Lines {
            view: self,
            all: Vec::new(),
        };
        lines.walk(0, value, self.noun().filter(|_| status == 200));
        let languages = Locale::ALL.into_iter();
        let page = AnswerPage {
            locale: self.locale,
            title: &title,
            desk: &self.desk,
            status,
            alert: shown.get("error_description").and_then(Value::as_str),
            is_signed_in: self.reader.is_some_and(|who| who.session.is_some()),
            sign_in: self.sign_in(),
            documentation: self.documentation(),
            languages: languages
                .map(|locale| (locale.code(), self.same_in(locale)))
                .collect(),
            related: self.related(self.thing(shown)),
            previous: turn("previous"),
            next: turn("next"),
            lines: lines.all,
        };
        page.render()
    }

    /// What the page is about: the answer itself, or the object in it that is called so.
    fn thing<'v>(&self, shown: &'v Map<String, Value>) -> &'v Map<String, Value> {
        let noun = self.noun();
        let is_it = |key: &String| noun.is_some() && self.links.noun(key) == noun;
        let own = shown.iter().find(|(key, _)| is_it(key));
        own.and_then(|(_, value)| value.as_object())
            .unwrap_or(shown)
    }

    fn noun(&self) -> Noun<'_> {
        let (route, _) = self.route.as_ref()?;
        self.links.noun_of_path(route.path)
    }

    /// The path of this page in a language.
    fn target(&self, locale: Locale) -> String {
        format!(
            "/{}/api/{}.html",
            locale.code(),
            self.address.path.join("/")
        )
    }

    /// The address of this page in a language; a token in the query stays behind.
    fn same_in(&self, locale: Locale) -> String {
        let query = self.query_without(&["access_token"]).finish();
        joined(self.target(locale), &query)
    }

    fn page_link(&self, number: i64) -> String {
        let mut query = self.query_without(&["access_token", "page"]);
        let query = query.append_pair("page", &number.to_string()).finish();
        joined(self.target(self.locale), &query)
    }

    fn query_without(&self, names: &[&str]) -> form_urlencoded::Serializer<'_, String> {
        let asked = form_urlencoded::parse(self.address.query.as_bytes());
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(asked.filter(|(name, _)| !names.contains(&name.as_ref())));
        query
    }

    fn sign_in(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("next", &self.same_in(self.locale));
        format!("/{}/sign-in?{}", self.locale.code(), query.finish())
    }

    fn documentation(&self) -> Option<String> {
        let (route, _) = self.route.as_ref()?;
        let id = openapi::operation_id(route.method, route.path);
        Some(format!("/{}/api/docs#{id}", self.locale.code()))
    }

    /// Whether the reader may call a row; whoever is not known may sign in first.
    fn may_use(&self, route: &Route) -> bool {
        let known = self.reader.filter(|who| who.role.is_some());
        known.is_none_or(|who| access::decide(who, route.access).is_ok())
    }

    /// The other rows of this resource that can be read with the numbers that are known.
    fn related(&self, shown: &Map<String, Value>) -> Vec<Related> {
        let Some((route, values)) = &self.route else {
            return Vec::new();
        };
        let resource = openapi::resource_of(route.path);
        let is_other = |other: &&Route| {
            other.method == Method::Get
                && other.is_api
                && !is_same_path(other.path, route.path)
                && openapi::resource_of(other.path) == resource
                && self.may_use(other)
        };
        let others = self.routes.iter().filter(is_other);
        let related = others.filter_map(|other| {
            let path = filled(other.path, (route, values), shown)?;
            Some(Related {
                link: format!("/{}/api{path}.html", self.locale.code()),
                summary: other.summary,
            })
        });
        related.collect()
    }
}

fn joined(path: String, query: &str) -> String {
    if query.is_empty() {
        path
    } else {
        format!("{path}?{query}")
    }
}

/// Whether two patterns match the same paths.
fn is_same_path(one: &str, other: &str) -> bool {
    let mut pairs = one.split('/').zip(other.split('/'));
    let is_same = |(a, b): (&str, &str)| a == b || a.starts_with('{') && b.starts_with('{');
    one.split('/').count() == other.split('/').count() && pairs.all(is_same)
}

/// A path with what the page's own path names, as far as both begin alike; where the page
/// names a number otherwise, with what the answer has under the path's own name of it.
fn filled(
    path: &str,
    (page, values): (&Route, &PathValues),
    shown: &Map<String, Value>,
) -> Option<String> {
    let mut of_page = page.path.split('/').skip(1);
    let (mut numbers, mut texts) = (values.numbers.iter(), values.texts.iter());
    let mut is_alike = true;
    let mut made = String::new();
    for segment in path.split('/').skip(1) {
        let beside = of_page.next().filter(|_| is_alike);
        made.push('/');
        let Some(name) = place_name(segment) else {
            is_alike = beside == Some(segment);
            made.push_str(segment);
            continue;
        };
        let named = place_name(beside?)?;
        if page.texts.iter().any(|text| text.name == named) {
            made.push_str(texts.next()?);
            continue;
        }
        let known = *numbers.next()?;
        let number = if named == name {
            known
        } else {
            shown.get(name)?.as_i64()?
        };
        made.push_str(&number.to_string());
    }
    Some(made)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_path_is_filled_with_what_the_page_knows() {
        let shown = json!({ "id": 3, "incrementId": 70_003 });
        let shown = shown.as_object().unwrap();
        let routes = crate::routes::all(&std::sync::Arc::default());
        for (path, page, numbers, texts, want) in [
            ("/labels", "/label/{id}", &[7][..], &[][..], Some("/labels")),
            (
                "/label/{id}/x",
                "/label/{id}",
                &[7],
                &[],
                Some("/label/7/x"),
            ),
            (
                "/ticket/{id}/threads",
                "/ticket/{incrementId}",
                &[70_003],
                &[],
                Some("/ticket/3/threads"),
            ),
            ("/ticket/attachment/{id}", "/ticket/{id}", &[3], &[], None),
            (
                "/workflow/{type}/{id}/x",
                "/workflow/{type}/{id}",
                &[5],
                &["manual"],
                Some("/workflow/manual/5/x"),
            ),
        ] {
            let route = routes.iter().find(|route| route.path == page).unwrap();
            let values = PathValues {
                numbers: numbers.to_vec(),
                texts: texts.iter().map(|text: &&str| (*text).to_owned()).collect(),
            };
            assert_eq!(
                filled(path, (route, &values), shown).as_deref(),
                want,
                "{path} on {page}"
            );
        }
    }
}
