//! The `.html` face of an answer: the same keys and values as a page that a person
//! can read, escaped, with links to the ids it names and forms for what its path takes.

mod forms;
mod lines;
mod links;
mod posted;

use askama::Template;
use serde_json::{Map, Value};

use super::address::Address;
use super::openapi;
use super::path::{PathValues, place_name};
use super::reply::{Body, PAGE_POLICY, Reply};
use super::route::{Method, Route};
use crate::access;
use crate::base::locale::Locale;
use crate::base::who::{CsrfToken, Who};
use forms::{Form, Held};
use lines::{Line, Lines};
use links::Noun;

pub use links::Links;
pub use posted::Posted;

#[derive(Template)]
#[template(path = "layout/answer.html")]
struct AnswerPage<'a> {
    locale: Locale,
    title: &'a str,
    desk: &'a str,
    status: u16,
    signed_in: Option<&'a SignedIn>,
    /// Where to sign in and come back from.
    sign_in: String,
    /// What was done, or what was wrong with what was sent.
    notice: Option<&'a str>,
    back: Option<String>,
    /// The address of this page, to come back to from what its forms do.
    here: String,
    documentation: Option<String>,
    languages: Vec<(&'a str, String)>,
    related: Vec<Related>,
    previous: Option<String>,
    next: Option<String>,
    query: Option<Form>,
    writes: Vec<Form>,
    lines: Vec<Line>,
}

impl AnswerPage<'_> {
    fn is_failure(&self) -> bool {
        self.status >= 400
    }
}

/// Another page of the same resource.
struct Related {
    link: String,
    summary: &'static str,
    /// Whether it is there whatever becomes of this page.
    is_list: bool,
}

/// Who reads a page in a session.
pub struct SignedIn {
    /// Who they are.
    pub who: Who,
    /// What they are called.
    pub name: String,
    /// What their forms prove themselves by.
    pub csrf: CsrfToken,
}

/// What a page shows beside the answer itself.
pub struct HtmlView<'a> {
    /// What was asked for.
    pub address: &'a Address,
    /// The desk's name.
    pub desk: &'a str,
    /// The caller's language.
    pub locale: Locale,
    /// The row that was asked for, and what its path names.
    pub route: Option<(&'a Route, PathValues)>,
    /// All rows.
    pub routes: &'a [Route],
    /// Where ids lead.
    pub links: &'a Links,
    /// Nobody for a caller without a session, who is shown no form that writes.
    pub signed_in: Option<&'a SignedIn>,
    /// The form that this answers.
    pub posted: Option<&'a Posted>,
    /// The row that the form was for.
    pub row: Option<&'a Route>,
}

/// The reply as a page; a file stays what it is.
pub fn page(reply: Reply, face: &HtmlView<'_>) -> Reply {
    let is_json = reply
        .header("Content-Type")
        .is_some_and(|kind| kind.starts_with("application/json"));
    let Body::Bytes(bytes) = &reply.body else {
        return reply;
    };
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else {
        return reply;
    };
    if !is_json {
        return reply;
    }
    // A template that is compiled in fails only where memory does; the JSON is still an answer.
    let Ok(text) = face.render(reply.status, &value) else {
        return reply;
    };
    // The version is that of the answer, and the page depends on its reader as well.
    let is_kept = |name: &str| {
        !name.eq_ignore_ascii_case("Content-Type") && !name.eq_ignore_ascii_case("ETag")
    };
    let kept = reply.headers.into_iter().filter(|(name, _)| is_kept(name));
    let mut headers = vec![
        (
            "Content-Type".to_owned(),
            "text/html; charset=utf-8".to_owned(),
        ),
        ("Content-Security-Policy".to_owned(), PAGE_POLICY.to_owned()),
    ];
    headers.extend(kept);
    Reply {
        status: reply.status,
        headers,
        body: Body::Bytes(text.into_bytes()),
    }
}

impl HtmlView<'_> {
    fn render(&self, status: u16, value: &Value) -> askama::Result<String> {
        let title = format!("/api/{}", self.address.path.join("/"));
        let empty = Map::new();
        let shown = value.as_object().unwrap_or(&empty);
        let pagination = shown.get("pagination").or(shown.get("pagination_data"));
        let turn = |way: &str| {
            let number = pagination.and_then(|pages| pages[way].as_i64());
            number.map(|number| self.page_link(number))
        };
        let thing = self.thing(shown);
        let mut lines = Lines {
            face: self,
            all: Vec::new(),
        };
        lines.walk(0, value, self.noun().filter(|_| status == 200));
        let related = self.related(thing);
        let page = AnswerPage {
            locale: self.locale,
            title: &title,
            desk: self.desk,
            status,
            signed_in: self.signed_in,
            sign_in: self.sign_in(),
            notice: self.notice(status, shown),
            back: self.back(&related),
            here: self.same_in(self.locale),
            documentation: self.documentation(),
            languages: self.languages(),
            related,
            previous: turn("previous"),
            next: turn("next"),
            query: self.query_form(),
            writes: match self.posted {
                Some(posted) => self.refused_form(posted, status, shown),
                None if status >= 400 => Vec::new(),
                None => self.write_forms(thing),
            },
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

    /// What was written cannot be read again in another language.
    fn languages(&self) -> Vec<(&'static str, String)> {
        if self.posted.is_some() {
            return Vec::new();
        }
        let all = Locale::ALL.into_iter();
        all.map(|locale| (locale.code(), self.same_in(locale)))
            .collect()
    }

    fn sign_in(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("next", &self.same_in(self.locale));
        format!("/{}/sign-in?{}", self.locale.code(), query.finish())
    }

    /// What a write did, in its own words, or why there is no answer.
    fn notice<'v>(&self, status: u16, shown: &'v Map<String, Value>) -> Option<&'v str> {
        let text = |key: &str| shown.get(key).and_then(Value::as_str);
        if status >= 400 {
            return text("error_description");
        }
        self.posted?;
        ["message", "msg", "alertMessage"]
            .into_iter()
            .find_map(text)
    }

    /// Where to go on after a form: to the page on which it stood, unless what that
    /// showed is gone.
    fn back(&self, related: &[Related]) -> Option<String> {
        let posted = self.posted?;
        let is_gone = posted.method == Method::Delete
            && self
                .route
                .as_ref()
                .is_none_or(|(route, _)| route.path.ends_with('}'));
        if is_gone {
            let list = related.iter().find(|other| other.is_list);
            return list.map(|list| list.link.clone());
        }
        posted.from.clone()
    }

    fn documentation(&self) -> Option<String> {
        let (route, _) = self.route.as_ref()?;
        let id = openapi::operation_id(route.method, route.path);
        Some(format!("/{}/api/docs#{id}", self.locale.code()))
    }

    fn query_form(&self) -> Option<Form> {
        let (route, _) = self.route.as_ref()?;
        let form = forms::of_query(route, self.address);
        (self.posted.is_none() && !form.fields.is_empty()).then_some(form)
    }

    /// The forms of the rows that write on this page's path, which the caller may call. The
    /// path of a form has the numbers that its own row takes: a ticket is read by one and
    /// written by another.
    fn write_forms(&self, thing: &Map<String, Value>) -> Vec<Form> {
        let Some((page, values)) = &self.route else {
            return Vec::new();
        };
        let writes = self.routes.iter().filter(|other| {
            other.method != Method::Get && other.is_api && is_same_path(other.path, page.path)
        });
        let held = Held {
            values: thing,
            faults: None,
        };
        let forms = writes.filter(|other| self.may_use(other)).map(|other| {
            let path = filled(other.path, (page, values), thing)?;
            let action = format!("/{}/api{path}.html", self.locale.code());
            Some(forms::of_body(other, action, held))
        });
        forms.flatten().collect()
    }

    /// The form that was posted and refused, as it was sent.
    fn refused_form(&self, posted: &Posted, status: u16, shown: &Map<String, Value>) -> Vec<Form> {
        let none = Map::new();
        let held = Held {
            values: &posted.fields,
            faults: Some(
                shown
                    .get("errors")
                    .and_then(Value::as_object)
                    .unwrap_or(&none),
            ),
        };
        let row = self.row.filter(|row| status >= 400 && self.may_use(row));
        let form = row.map(|row| forms::of_body(row, self.target(self.locale), held));
        form.into_iter().collect()
    }

    fn may_use(&self, route: &Route) -> bool {
        let reader = self.signed_in.map(|reader| &reader.who);
        reader.is_some_and(|who| access::decide(who, route.access).is_ok())
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
                && (self.signed_in.is_none() || self.may_use(other))
        };
        let others = self.routes.iter().filter(is_other);
        let related = others.filter_map(|other| {
            let path = filled(other.path, (route, values), shown)?;
            Some(Related {
                link: format!("/{}/api{path}.html", self.locale.code()),
                summary: other.summary,
                is_list: !other.path.contains('{'),
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
    use crate::base::who::Role;
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

    #[test]
    fn forms_that_write_are_for_callers_who_can_prove_them() {
        let routes = crate::routes::all(&std::sync::Arc::default());
        let route = routes
            .iter()
            .find(|route| route.path == "/label/{id}")
            .unwrap();
        let address = Address::of("/de/api/label/7.html");
        let links = Links::of(&routes);
        let label = json!({ "id": 7, "name": "<b>\"One\"", "color": null, "labelUser": 1 });
        let ada = SignedIn {
            who: Who {
                role: Some(Role::Owner),
                ..Who::nobody()
            },
            name: "Ada".into(),
            csrf: CsrfToken::new("proof".into()),
        };
        let page = |signed_in: Option<&SignedIn>| {
            let face = HtmlView {
                address: &address,
                desk: "Kettle & Crane",
                locale: Locale::German,
                route: Some((
                    route,
                    PathValues {
                        numbers: vec![7],
                        ..PathValues::default()
                    },
                )),
                routes: &routes,
                links: &links,
                signed_in,
                posted: None,
                row: None,
            };
            face.render(200, &label).unwrap()
        };
        assert!(!page(None).contains("method=\"post\""));
        let page = page(Some(&ada));
        assert!(page.contains("action=\"/de/api/label/7.html\""), "{page}");
        for method in ["PUT", "DELETE"] {
            let hidden = format!("name=\"_method\" value=\"{method}\"");
            assert_eq!(page.matches(&hidden).count(), 1, "{method}");
        }
        // One more signs out.
        assert_eq!(page.matches("name=\"_csrf\" value=\"proof\"").count(), 3);
        assert!(!page.contains("<b>\"One"), "{page}");
        assert!(
            page.contains("name=\"name\" value=\"&#60;b&#62;&#34;One&#34;\""),
            "{page}"
        );
        assert!(page.contains("href=\"/de/api/member/1.html\""), "{page}");
    }
}
