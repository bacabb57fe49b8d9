//! The knowledge base: folders, categories, articles, and who reads what of them.

mod article;
mod article_visibility;
mod category;
mod feedback;
mod folder;
mod image;
mod list;
mod revision;

use serde_json::json;

use crate::support::Desk;

/// A folder with this name; answers its id.
pub(super) fn folder(desk: &Desk, name: &str, visibility: &str) -> i64 {
    let body = json!({ "name": name, "visibility": visibility });
    id(desk, "/api/solutions", body)
}

/// A category of this folder; answers its id.
pub(super) fn category(desk: &Desk, folder: i64, name: &str) -> i64 {
    let body = json!({ "solution": folder, "name": name });
    id(desk, "/api/categories", body)
}

/// An article of this category; answers its id.
pub(super) fn article(desk: &Desk, category: i64, name: &str, status: &str) -> i64 {
    let content = format!("<p>All about {name}.</p>");
    let body = json!({ "category": category, "name": name, "content": content, "status": status });
    id(desk, "/api/articles", body)
}

fn id(desk: &Desk, path: &str, body: serde_json::Value) -> i64 {
    let made = desk.ada().post(path, body).ok();
    made["id"].as_i64().expect("an id")
}

/// A public and a private folder, each with a category of one draft and one published
/// article.
pub(super) struct Base {
    pub(super) desk: Desk,
    pub(super) public: Folder,
    pub(super) private: Folder,
}

pub(super) struct Folder {
    pub(super) id: i64,
    pub(super) category: i64,
    pub(super) draft: i64,
    pub(super) published: i64,
}

impl Base {
    pub(super) fn new() -> Self {
        let desk = Desk::new();
        let filled = |visibility: &str| {
            let id = folder(&desk, &format!("{visibility} folder"), visibility);
            let category = category(&desk, id, &format!("{visibility} category"));
            Folder {
                id,
                category,
                draft: article(&desk, category, &format!("{visibility} draft"), "draft"),
                published: article(&desk, category, &format!("{visibility} guide"), "published"),
            }
        };
        Self {
            public: filled("public"),
            private: filled("private"),
            desk,
        }
    }
}
