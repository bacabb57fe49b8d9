//! JSON in and JSON out. An empty field takes its setting back to the built-in look; a desk
//! has a name, which is refused empty. An image is a file, and as a field of text only its
//! own address, which leaves it as it is, or nothing, which removes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ImageName;
use super::store::{Look, Stored};
use super::upload::SHEET_BYTES;
use crate::base::error::{Error, Faults, Message, Result};
use crate::base::input::{Colour, Flag, Line, LongText, Optional, Patch, Text};
use crate::web::extract::Checked;

/// What the first page of the portal can show, the usual first.
const HOMEPAGE_CONTENTS: [&str; 2] = ["category", "article"];

/// The theme.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Theme {
    name: String,
    domain: Option<String>,
    c_name: Option<String>,
    /// 0 or 1.
    status: i64,
    /// Where everybody can see it.
    logo: Option<String>,
    favicon: Option<String>,
    banner: Option<String>,
    /// The style sheet itself; everybody can see it at /theme/custom.css.
    #[serde(rename = "customCSS")]
    custom_css: Option<String>,
    page_background_color: Option<String>,
    header_background_color: Option<String>,
    nav_text_color: Option<String>,
    link_color: Option<String>,
    link_hover_color: Option<String>,
    article_text_color: Option<String>,
    script: Option<String>,
    /// (sic)
    site_descritption: Option<String>,
    meta_description: Option<String>,
    meta_keywords: Option<String>,
    homepage_content: String,
    /// 1 where a login is required to create tickets.
    ticket_create_option: i64,
}

impl Theme {
    pub(super) fn of(name: String, stored: Stored, base_url: &str) -> Self {
        let Stored { look, images } = stored;
        // The address stays; what stands behind the question mark makes browsers look again.
        let address = |name: ImageName| {
            let (_, hash) = images.iter().find(|(one, _)| *one == name)?;
            let version = hash.get(..8)?;
            Some(format!("{base_url}/theme/{}?v={version}", name.code()))
        };
        Self {
            name,
            domain: look.domain,
            c_name: look.website,
            status: look.is_active.into(),
            logo: address(ImageName::Logo),
            favicon: address(ImageName::Favicon),
            banner: address(ImageName::Banner),
            custom_css: look.custom_css,
            page_background_color: look.page_background_color,
            header_background_color: look.header_background_color,
            nav_text_color: look.nav_text_color,
            link_color: look.link_color,
            link_hover_color: look.link_hover_color,
            article_text_color: look.article_text_color,
            script: look.script,
            site_descritption: look.site_description,
            meta_description: look.meta_description,
            meta_keywords: look.meta_keywords,
            homepage_content: look.homepage_content,
            ticket_create_option: look.needs_login.into(),
        }
    }

    /// The address of an image, if there is one.
    pub(super) fn image(&self, name: ImageName) -> Option<&str> {
        match name {
            ImageName::Logo => self.logo.as_deref(),
            ImageName::Favicon => self.favicon.as_deref(),
            ImageName::Banner => self.banner.as_deref(),
        }
    }
}

/// What the theme becomes; what may be left out stays then.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ThemeBody {
    /// Name of the company.
    name: Line<100, 1>,
    /// Subdomain, such as webkul; may be empty.
    domain: Optional<Line<253>>,
    /// Address of the own website; empty for none.
    #[serde(default, alias = "Cname", alias = "cname")]
    c_name: Patch<Line<255>>,
    /// 0 deactivated, 1 activated; 1 when empty.
    status: Optional<Flag>,
    /// PNG or JPEG as a file, of at most 512 KiB and 2048 pixels; empty text removes it.
    #[serde(default)]
    logo: Patch<Text<2_048>>,
    /// PNG or JPEG as a file, of at most 128 KiB and 512 pixels; empty text removes it.
    #[serde(default)]
    favicon: Patch<Text<2_048>>,
    /// PNG or JPEG as a file, of at most 2048 KiB and 4096 pixels; empty text removes it.
    #[serde(default)]
    banner: Patch<Text<2_048>>,
    /// Style sheet of the portal, as a file or as text, of at most 64 KiB; empty text removes it.
    #[serde(default, rename = "customCSS")]
    custom_css: Patch<LongText<SHEET_BYTES>>,
    /// Background colour of the page.
    page_background_color: Colour,
    /// Background colour of the header.
    header_background_color: Colour,
    /// Colour of the navigation.
    nav_text_color: Colour,
    /// Colour of links.
    link_color: Colour,
    /// Colour of links under the pointer.
    link_hover_color: Colour,
    /// Colour of article text.
    article_text_color: Colour,
    /// Script that the theme needs.
    script: LongText<SHEET_BYTES>,
    /// Description of the site (sic).
    site_descritption: Text<1_000>,
    /// Meta description.
    meta_description: Text<1_000>,
    /// Meta keywords.
    meta_keywords: Text<1_000>,
    /// What the home page shows: category or article; category when empty.
    homepage_content: Optional<Text>,
    /// 1 if a login is required to create tickets; 0 when empty.
    ticket_create_option: Optional<Flag>,
}

impl Checked for ThemeBody {
    fn check(&self, faults: &mut Faults) {
        if self
            .domain
            .as_ref()
            .is_some_and(|name| !is_domain(name.as_str()))
        {
            faults.add("domain", "theme.bad_domain");
        }
        if self
            .c_name
            .as_ref()
            .is_some_and(|address| !is_website(address.as_str()))
        {
            faults.add("cName", "theme.bad_website");
        }
        if self.homepage_content().is_none() {
            let known = HOMEPAGE_CONTENTS.join(", ");
            let message = Message::new("input.one_of").with("values", known);
            faults.add("homepageContent", message);
        }
    }
}

impl ThemeBody {
    pub(super) fn name(&self) -> &str {
        self.name.as_str()
    }

    fn homepage_content(&self) -> Option<&'static str> {
        let [usual, _] = HOMEPAGE_CONTENTS;
        let named = self.homepage_content.as_ref().map_or(usual, Text::as_str);
        HOMEPAGE_CONTENTS.into_iter().find(|known| *known == named)
    }

    /// Whether the field of an image removes the one that is shown at this address; 400
    /// where it is neither that address nor empty.
    pub(super) fn removes(&self, name: ImageName, shown: Option<&str>) -> Result<bool> {
        let field = match name {
            ImageName::Logo => &self.logo,
            ImageName::Favicon => &self.favicon,
            ImageName::Banner => &self.banner,
        };
        match field {
            Patch::Absent => Ok(false),
            Patch::Empty => Ok(true),
            Patch::Value(text) if shown.map(path) == Some(path(text.as_str())) => Ok(false),
            Patch::Value(_) => Err(Error::invalid(name.code(), "input.image_file")),
        }
    }

    /// The look that these make of the one before, with the style sheet that came as a file.
    pub(super) fn over(self, before: Look, sheet: Option<String>) -> Look {
        let homepage_content = self.homepage_content().unwrap_or_default().to_owned();
        let text = |text: String| (!text.is_empty()).then_some(text);
        Look {
            domain: self.domain.get().map(|name| name.as_str().to_lowercase()),
            website: match self.c_name {
                Patch::Absent => before.website,
                given => given.value().map(Line::into_string),
            },
            is_active: self.status.get().is_none_or(Flag::get),
            custom_css: match (sheet, self.custom_css) {
                (Some(sheet), _) => Some(sheet),
                (None, Patch::Absent) => before.custom_css,
                (None, given) => given.value().map(LongText::into_string),
            },
            page_background_color: self.page_background_color.into_string(),
            header_background_color: self.header_background_color.into_string(),
            nav_text_color: self.nav_text_color.into_string(),
            link_color: self.link_color.into_string(),
            link_hover_color: self.link_hover_color.into_string(),
            article_text_color: self.article_text_color.into_string(),
            script: text(self.script.into_string()),
            site_description: text(self.site_descritption.into_string()),
            meta_description: text(self.meta_description.into_string()),
            meta_keywords: text(self.meta_keywords.into_string()),
            homepage_content,
            needs_login: self.ticket_create_option.get().is_some_and(Flag::get),
        }
    }
}

/// An address without what makes browsers look again.
fn path(address: &str) -> &str {
    address.split('?').next().unwrap_or(address)
}

/// Labels of letters, digits and inner hyphens, parted by dots.
fn is_domain(name: &str) -> bool {
    name.split('.').all(|label| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(is_plain)
            && !label.starts_with('-')
            && !label.ends_with('-')
    })
}

fn is_website(address: &str) -> bool {
    url::Url::parse(address)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}
