//! The two forms in which PHP's `DateTime` objects reach the documented answers. They
//! are shapes, never storage.

use schemars::JsonSchema;
use serde::Serialize;

use super::{CalendarNames, Timestamp, Zone, format_php};

/// A `DateTime` as `json_encode` writes it:
/// `{"date":"2017-03-10 20:44:01","timezone_type":3,"timezone":"Asia/Calcutta"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PhpDate {
    /// Wall time in `timezone`, without the fraction that newer PHP adds.
    pub date: String,
    /// 3: a zone by name.
    pub timezone_type: i64,
    /// IANA name.
    pub timezone: String,
}

/// A `DateTime` as JMS serialises its getters: how groups, sub-groups and privileges
/// give `createdAt`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PhpDateErrors {
    /// What parsing complained of: nothing.
    #[serde(rename = "lastErrors")]
    pub last_errors: LastErrors,
    /// The zone with its place.
    pub timezone: NamedZone,
    /// Seconds east of Greenwich.
    pub offset: i32,
    /// Seconds UTC.
    pub timestamp: i64,
}

/// `DateTime::getLastErrors` after a success.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LastErrors {
    /// Always 0.
    pub warning_count: i64,
    /// Always empty.
    pub warnings: Vec<String>,
    /// Always 0.
    pub error_count: i64,
    /// Always empty.
    pub errors: Vec<String>,
}

/// `DateTimeZone` by its getters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NamedZone {
    /// IANA name.
    pub name: String,
    /// Where it is.
    pub location: ZonePlace,
}

/// `DateTimeZone::getLocation` of a zone whose place PHP does not know, as documented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ZonePlace {
    /// Always `??`.
    pub country_code: String,
    /// Always 0.
    pub latitude: i64,
    /// Always 0.
    pub longitude: i64,
    /// Always empty.
    pub comments: String,
}

/// `stamp` as a PHP date in `zone`.
pub fn php_date(stamp: Timestamp, zone: &Zone) -> PhpDate {
    PhpDate {
        date: format_php(stamp, zone, "Y-m-d H:i:s", &CalendarNames::ENGLISH),
        timezone_type: 3,
        timezone: zone.name().to_owned(),
    }
}

/// `stamp` as a PHP date in `zone`, in the form with `lastErrors`.
pub fn php_date_errors(stamp: Timestamp, zone: &Zone) -> PhpDateErrors {
    PhpDateErrors {
        last_errors: LastErrors::default(),
        timezone: NamedZone {
            name: zone.name().to_owned(),
            location: ZonePlace {
                country_code: "??".to_owned(),
                latitude: 0,
                longitude: 0,
                comments: String::new(),
            },
        },
        offset: zone.offset_secs(stamp),
        timestamp: stamp.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_objects_to_the_letter() {
        let calcutta = Zone::named("Asia/Calcutta").unwrap();
        assert_eq!(
            serde_json::to_string(&php_date(Timestamp(1_489_158_841), &calcutta)).unwrap(),
            r#"{"date":"2017-03-10 20:44:01","timezone_type":3,"timezone":"Asia/Calcutta"}"#
        );
        assert_eq!(
            serde_json::to_string(&php_date_errors(Timestamp(1_496_404_792), &calcutta)).unwrap(),
            r#"{"lastErrors":{"warning_count":0,"warnings":[],"error_count":0,"errors":[]},"timezone":{"name":"Asia/Calcutta","location":{"country_code":"??","latitude":0,"longitude":0,"comments":""}},"offset":19800,"timestamp":1496404792}"#
        );
    }
}
