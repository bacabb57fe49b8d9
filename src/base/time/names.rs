//! The words of a calendar, in each language that the desk speaks.

/// Names of months (from January) and days (from Monday) in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarNames {
    /// `F`.
    pub months: [&'static str; 12],
    /// `M`.
    pub months_short: [&'static str; 12],
    /// `l`.
    pub days: [&'static str; 7],
    /// `D`.
    pub days_short: [&'static str; 7],
}

impl CalendarNames {
    /// As PHP itself writes them.
    pub const ENGLISH: Self = Self {
        months: [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        months_short: [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ],
        days: [
            "Monday",
            "Tuesday",
            "Wednesday",
            "Thursday",
            "Friday",
            "Saturday",
            "Sunday",
        ],
        days_short: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    };
    /// French, short forms as in CLDR.
    pub const FRENCH: Self = Self {
        months: [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ],
        months_short: [
            "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.",
            "nov.", "déc.",
        ],
        days: [
            "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
        ],
        days_short: ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."],
    };
    /// Italian, short forms as in CLDR.
    pub const ITALIAN: Self = Self {
        months: [
            "gennaio",
            "febbraio",
            "marzo",
            "aprile",
            "maggio",
            "giugno",
            "luglio",
            "agosto",
            "settembre",
            "ottobre",
            "novembre",
            "dicembre",
        ],
        months_short: [
            "gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic",
        ],
        days: [
            "lunedì",
            "martedì",
            "mercoledì",
            "giovedì",
            "venerdì",
            "sabato",
            "domenica",
        ],
        days_short: ["lun", "mar", "mer", "gio", "ven", "sab", "dom"],
    };
    /// German, short forms as in CLDR when they stand alone.
    pub const GERMAN: Self = Self {
        months: [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ],
        months_short: [
            "Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez",
        ],
        days: [
            "Montag",
            "Dienstag",
            "Mittwoch",
            "Donnerstag",
            "Freitag",
            "Samstag",
            "Sonntag",
        ],
        days_short: ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"],
    };

    /// Those of a locale by its two letters; English for any other.
    pub fn of_locale(code: &str) -> &'static Self {
        match code {
            "fr" => &Self::FRENCH,
            "it" => &Self::ITALIAN,
            "de" => &Self::GERMAN,
            _ => &Self::ENGLISH,
        }
    }
}
