//! stub
use std::borrow::Cow;
pub(super) fn limited(html: &str) -> Cow<'_, str> {
    Cow::Borrowed(html)
}
