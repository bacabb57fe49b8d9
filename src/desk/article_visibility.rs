//! What of the knowledge base a caller reads: one rule, joined into every query that leads
//! to a folder, a category or an article, so that what is not for them is simply not there.
//!
//! Agents read everything. Everybody else reads public folders with their categories, and
//! the published articles in them. Over the API everybody needs a token, as for all that
//! `UVdesk` documents: the rows of these rooms ask for one. The rule itself does not, so
//! that pages for strangers can show what is public, and nothing else, by asking it.

use crate::base::who::Who;

/// A part of the knowledge base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArticleVisibility {
    /// Everything, drafts and private folders too.
    Whole,
    /// Published articles in public folders.
    Public,
}

/// What `who` reads.
pub fn of(who: &Who) -> ArticleVisibility {
    if who.is_agent() {
        ArticleVisibility::Whole
    } else {
        ArticleVisibility::Public
    }
}

impl ArticleVisibility {
    /// The rule as a condition on a row `s` of `folder`.
    pub fn folders(self) -> &'static str {
        match self {
            Self::Whole => "1",
            Self::Public => "s.visibility = 'public'",
        }
    }

    /// The rule as a condition on a row `a` of `article`.
    pub fn articles(self) -> &'static str {
        match self {
            Self::Whole => "1",
            Self::Public => "a.is_public = 1",
        }
    }

    /// How many articles a row `c` of `category` counts, in a folder that is read.
    pub fn counted(self) -> &'static str {
        match self {
            Self::Whole => "c.drafts + c.published",
            Self::Public => "c.published",
        }
    }
}
