//! The handlers of the table's rows, in their order.

use sha2::{Digest, Sha256};

use super::shape::{Theme, ThemeBody};
use super::upload::ThemeFiles;
use super::{ImageName, store};
use crate::base::db::{Change, View};
use crate::base::error::{OrNotFound, Result};
use crate::base::event::CompanyPart;
use crate::base::files;
use crate::desk::company;
use crate::web::extract::{Body, Filed};
use crate::web::reply::{self, Json, MessageReply, Public};

pub(super) fn show(view: &View<'_>) -> Result<Json<Theme>> {
    theme(view).map(Json)
}

fn theme(view: &View<'_>) -> Result<Theme> {
    let name = company::name(view)?;
    Ok(Theme::of(name, store::read(view)?, view.base_url()))
}

pub(super) fn edit(
    change: &mut Change<'_>,
    Body(new): Body<ThemeBody>,
    Filed(files): Filed<ThemeFiles>,
) -> Result<MessageReply> {
    let before = theme(change.view())?;
    for name in ImageName::ALL {
        match files.image(*name) {
            Some(image) => store::put_image(change, *name, image)?,
            None if new.removes(*name, before.image(*name))? => {
                store::remove_image(change, *name)?;
            }
            None => {}
        }
    }
    company::rename(change, new.name())?;
    let sheet = files.custom_css();
    let look = new.over(store::read(change.view())?.look, sheet);
    store::write(change, &look)?;
    let after = theme(change.view())?;
    company::emit_changed(change, CompanyPart::Theme, (&before, &after))?;
    Ok(MessageReply::new("theme.saved"))
}

pub(super) fn logo(view: &View<'_>) -> Result<Public> {
    image(view, ImageName::Logo)
}

pub(super) fn favicon(view: &View<'_>) -> Result<Public> {
    image(view, ImageName::Favicon)
}

pub(super) fn banner(view: &View<'_>) -> Result<Public> {
    image(view, ImageName::Banner)
}

fn image(view: &View<'_>, name: ImageName) -> Result<Public> {
    let image = store::image(view, name)?.or_not_found("page")?;
    Ok(Public {
        body: reply::Body::File(files::relative_path(&image.hash)?.into()),
        content_type: image.content_type,
        etag: image.hash,
    })
}

pub(super) fn custom_css(view: &View<'_>) -> Result<Public> {
    let sheet = store::read(view)?.look.custom_css.or_not_found("page")?;
    Ok(Public {
        etag: hex::encode(Sha256::digest(&sheet)),
        body: reply::Body::Bytes(sheet.into_bytes()),
        content_type: "text/css; charset=utf-8".to_owned(),
    })
}
