//! The row of `theme`, and those of `theme_image`.

use super::ImageName;
use crate::base::db::{Change, View, from_row, named_params};
use crate::base::error::Result;

/// How the portal looks but for its images; nothing is the built-in look.
#[derive(Debug, Clone)]
pub(super) struct Look {
    pub(super) domain: Option<String>,
    pub(super) website: Option<String>,
    pub(super) is_active: bool,
    pub(super) custom_css: Option<String>,
    pub(super) page_background_color: Option<String>,
    pub(super) header_background_color: Option<String>,
    pub(super) nav_text_color: Option<String>,
    pub(super) link_color: Option<String>,
    pub(super) link_hover_color: Option<String>,
    pub(super) article_text_color: Option<String>,
    pub(super) script: Option<String>,
    pub(super) site_description: Option<String>,
    pub(super) meta_description: Option<String>,
    pub(super) meta_keywords: Option<String>,
    pub(super) homepage_content: String,
    pub(super) needs_login: bool,
}

from_row!(Look {
    domain,
    website,
    is_active,
    custom_css,
    page_background_color,
    header_background_color,
    nav_text_color,
    link_color,
    link_hover_color,
    article_text_color,
    script,
    site_description,
    meta_description,
    meta_keywords,
    homepage_content,
    needs_login
});

/// An image as it is stored.
#[derive(Debug, Clone)]
pub(super) struct ThemeImage {
    pub(super) content_type: String,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) size: i64,
    pub(super) hash: String,
}

from_row!(ThemeImage {
    content_type,
    width,
    height,
    size,
    hash
});

/// All that there is of the theme.
pub(super) struct Stored {
    pub(super) look: Look,
    pub(super) images: Vec<(ImageName, String)>,
}

/// The theme as it is; each image with its hash.
pub(super) fn read(view: &View<'_>) -> Result<Stored> {
    let look = view.one(
        "SELECT domain, website, is_active, custom_css, page_background_color, header_background_color,
             nav_text_color, link_color, link_hover_color, article_text_color, script, site_description,
             meta_description, meta_keywords, homepage_content, needs_login
         FROM theme WHERE id = 1",
        [],
    )?;
    let images = view.all("SELECT name, hash FROM theme_image", [])?;
    Ok(Stored { look, images })
}

/// Makes this the look.
pub(super) fn write(change: &mut Change<'_>, look: &Look) -> Result<()> {
    change.run(
        "UPDATE theme SET domain = :domain, website = :website, is_active = :is_active,
             custom_css = :custom_css, page_background_color = :page_background,
             header_background_color = :header_background, nav_text_color = :nav_text,
             link_color = :link, link_hover_color = :link_hover, article_text_color = :article_text,
             script = :script, site_description = :site_description,
             meta_description = :meta_description, meta_keywords = :meta_keywords,
             homepage_content = :homepage_content, needs_login = :needs_login
         WHERE id = 1",
        named_params! {
            ":domain": look.domain, ":website": look.website, ":is_active": look.is_active,
            ":custom_css": look.custom_css, ":page_background": look.page_background_color,
            ":header_background": look.header_background_color, ":nav_text": look.nav_text_color,
            ":link": look.link_color, ":link_hover": look.link_hover_color,
            ":article_text": look.article_text_color, ":script": look.script,
            ":site_description": look.site_description, ":meta_description": look.meta_description,
            ":meta_keywords": look.meta_keywords, ":homepage_content": look.homepage_content,
            ":needs_login": look.needs_login,
        },
    )?;
    Ok(())
}

/// The image of this name, if there is one.
pub(super) fn image(view: &View<'_>, name: ImageName) -> Result<Option<ThemeImage>> {
    view.maybe(
        "SELECT content_type, width, height, size, hash FROM theme_image WHERE name = :name",
        named_params! { ":name": name },
    )
}

/// Makes this the image of this name.
pub(super) fn put_image(
    change: &mut Change<'_>,
    name: ImageName,
    image: &ThemeImage,
) -> Result<()> {
    remove_image(change, name)?;
    let now = change.now();
    change.insert(
        "INSERT INTO theme_image (name, content_type, width, height, size, hash, created_at)
         VALUES (:name, :content_type, :width, :height, :size, :hash, :now)",
        named_params! {
            ":name": name, ":content_type": image.content_type, ":width": image.width,
            ":height": image.height, ":size": image.size, ":hash": image.hash, ":now": now,
        },
    )?;
    Ok(())
}

/// Removes the image of this name; its bytes are swept.
pub(super) fn remove_image(change: &mut Change<'_>, name: ImageName) -> Result<()> {
    change.run(
        "DELETE FROM theme_image WHERE name = :name",
        named_params! { ":name": name },
    )?;
    Ok(())
}
