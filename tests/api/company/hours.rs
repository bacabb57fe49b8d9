//! Business hours over the API; how they are counted is tested where they are.

use pocketdesk::base::time::Zone;
use pocketdesk::desk::company::hours;
use serde_json::{Value, json};

use super::told;
use crate::support::{BEGINNING, Desk};

const PATH: &str = "/api/company/business-hours.json";

/// Monday to Friday from nine to six, as documented.
fn week() -> Value {
    let open = json!({ "is_active": "on", "from": "9:00", "to": "18:00" });
    let closed = json!({ "from": "00:00", "to": "00:00" });
    json!({ "Monday": open, "Tuesday": open, "Wednesday": open, "Thursday": open, "Friday": open,
        "Saturday": closed, "Sunday": closed })
}

fn shut() -> Value {
    let closed = json!({ "from": "00:00", "to": "00:00" });
    json!({ "Monday": closed, "Tuesday": closed, "Wednesday": closed, "Thursday": closed,
        "Friday": closed, "Saturday": closed, "Sunday": closed })
}

#[test]
fn hours_come_as_an_object_as_text_and_as_a_form() {
    let desk = Desk::new();
    let ada = desk.ada();
    assert_eq!(ada.get(PATH).ok()["businessHours"], shut());
    let fields: Vec<String> = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
        .iter()
        .map(|day| {
            format!("business_hours[{day}][is_active]=on&business_hours[{day}][from]=09:00&business_hours[{day}][to]=18:00")
        })
        .collect();
    let bodies = [
        (
            "application/json",
            json!({ "business_hours": week() }).to_string(),
        ),
        (
            "application/json",
            json!({ "business_hours": week().to_string() }).to_string(),
        ),
        ("application/x-www-form-urlencoded", fields.join("&")),
    ];
    for (kind, body) in bodies {
        let said = ada.send("POST", PATH, kind, body.as_bytes()).ok();
        let want = json!({ "message": "Success ! Business Hours saved successfully.",
            "business_hours": week(), "status": 1 });
        assert_eq!(said, want, "{body}");
        assert_eq!(ada.get(PATH).ok()["businessHours"], week());
        ada.post(PATH, json!({ "business_hours": "" })).ok();
        assert_eq!(ada.get(PATH).ok()["businessHours"], shut());
    }
    // In the order of the week, whatever the order sent.
    let body = r#"{"business_hours": {"Sunday": {"is_active": 1, "from": "0:30", "to": "24:00"}, "monday": {}}}"#;
    let said = ada.send("POST", PATH, "", body.as_bytes()).text();
    let days = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    let places: Vec<_> = days
        .iter()
        .map(|day| said.find(day).expect("a day"))
        .collect();
    assert!(places.is_sorted(), "{said}");
    assert!(
        said.contains(r#""Sunday":{"is_active":"on","from":"00:30","to":"24:00"}"#),
        "{said}"
    );
    let parts: Vec<_> = told(&desk)
        .into_iter()
        .map(|(part, fields)| (part, fields.as_array().map(Vec::len)))
        .collect();
    assert_eq!(parts[0], ("business_hours".to_owned(), Some(5)));
}

#[test]
fn a_closed_day_keeps_its_hours() {
    let desk = Desk::new();
    let mut sent = week();
    sent["Friday"] = json!({ "is_active": "", "from": "9:00", "to": "13:30" });
    desk.ada()
        .post(PATH, json!({ "business_hours": sent }))
        .ok();
    let shown = desk.ada().get(PATH).ok();
    assert_eq!(
        shown["businessHours"]["Friday"],
        json!({ "is_active": "off", "from": "9:00", "to": "13:30" })
    );
}

#[test]
fn a_day_with_hours_is_open_unless_it_is_said_to_be_closed() {
    let desk = Desk::new();
    let sent = json!({ "Monday": { "from": "9:00", "to": "12:00" },
        "Tuesday": { "is_active": "off", "from": "9:00", "to": "12:00" } });
    desk.ada()
        .post(PATH, json!({ "business_hours": sent }))
        .ok();
    let shown = desk.ada().get(PATH).ok();
    assert_eq!(shown["businessHours"]["Monday"]["is_active"], "on");
    assert_eq!(shown["businessHours"]["Tuesday"]["is_active"], "off");
    assert_eq!(shown["businessHours"]["Wednesday"], shut()["Wednesday"]);
}

/// Two spans on Monday, a night on Friday, a closed Saturday, and a holiday.
fn shifts() -> Value {
    json!({
        "business_hours": { "Saturday": { "is_active": "off" }, "Sunday": { "from": "10:00", "to": "12:00" } },
        "spans": {
            "monday": [{ "from": "13:00", "to": "17:30" }, { "from": "8:00", "to": "12:00" }],
            "friday": [{ "from": "22:00", "to": "6:00" }],
            "saturday": [{ "from": "10:00", "to": "11:00" }],
        },
        "holidays": [{ "date": "2026-12-25", "name": "Christmas" }, { "date": "2026-05-01", "name": "May Day" }],
    })
}

#[test]
fn days_with_several_hours_and_holidays_are_kept_and_shown() {
    let desk = Desk::new();
    let ada = desk.ada();
    ada.post(PATH, shifts()).ok();
    let shown = ada.get(PATH).ok();
    let spans = &shown["spans"];
    assert_eq!(
        spans["monday"],
        json!([{ "from": "8:00", "to": "12:00" }, { "from": "13:00", "to": "17:30" }])
    );
    assert_eq!(spans["friday"], json!([{ "from": "22:00", "to": "6:00" }]));
    assert_eq!(spans["tuesday"], json!([]));
    let day = |name: &str| shown["businessHours"][name].clone();
    let documented = |is_active: &str, from: &str, to: &str| json!({ "is_active": is_active, "from": from, "to": to });
    assert_eq!(day("Monday"), documented("on", "8:00", "17:30"));
    assert_eq!(day("Friday"), documented("on", "22:00", "24:00"));
    assert_eq!(day("Saturday"), documented("off", "10:00", "11:00"));
    assert_eq!(day("Sunday"), documented("on", "10:00", "12:00"));
    assert_eq!(
        shown["holidays"][0],
        json!({ "date": "2026-05-01", "name": "May Day" })
    );
    // What is shown may be saved again, whole or as the documented form alone.
    for again in [
        shown.clone(),
        json!({ "business_hours": shown["businessHours"] }),
        json!({ "spans": shown["spans"] }),
        json!({ "holidays": shown["holidays"].to_string() }),
    ] {
        ada.post(PATH, again.clone()).ok();
        assert_eq!(ada.get(PATH).ok(), shown, "{again}");
    }
    assert_eq!(told(&desk).len(), 1, "only the first was a change");
    let other = json!({ "Monday": { "is_active": "on", "from": "8:00", "to": "17:00" } });
    ada.post(PATH, json!({ "business_hours": other, "holidays": [] }))
        .ok();
    let shown = ada.get(PATH).ok();
    assert_eq!(
        shown["spans"]["monday"],
        json!([{ "from": "8:00", "to": "17:00" }])
    );
    assert_eq!(
        (&shown["spans"]["friday"], &shown["holidays"]),
        (&json!([]), &json!([]))
    );
}

#[test]
fn spans_and_holidays_that_are_none_are_refused_and_change_nothing() {
    let desk = Desk::new();
    let ada = desk.ada();
    ada.post(PATH, shifts()).ok();
    let before = ada.get(PATH).ok();
    let monday = |spans: Value| json!({ "spans": { "monday": spans } });
    let hour = json!({ "from": "9:00", "to": "10:00" });
    for (body, field) in [
        (
            monday(json!([{ "from": "9:00", "to": "9:00" }])),
            "spans.monday.0.to",
        ),
        (
            monday(json!([hour, { "from": "nine", "to": "9:00" }])),
            "spans.monday.1.from",
        ),
        (
            monday(json!([{ "from": "24:00", "to": "9:00" }])),
            "spans.monday.0.to",
        ),
        (monday(json!(vec![hour.clone(); 13])), "spans.monday"),
        (
            json!({ "holidays": [{ "date": "2026-02-30", "name": "x" }] }),
            "holidays.0.date",
        ),
        (
            json!({ "holidays": [{ "date": "-001-02-03", "name": "x" }] }),
            "holidays.0.date",
        ),
        (
            json!({ "business_hours": { "Monday": { "from": "9:00" } } }),
            "business_hours.Monday.to",
        ),
        (
            json!({ "business_hours": { "Monday": { "from": "9:00", "to": "8:00" } } }),
            "business_hours.Monday.to",
        ),
    ] {
        let answer = ada.post(PATH, body.clone());
        assert_eq!(answer.error(400), "invalid_request", "{body}");
        let errors = answer.json()["errors"].clone();
        assert!(errors[field][0].is_string(), "{body}: {errors}");
    }
    assert_eq!(ada.get(PATH).ok(), before);
}

#[test]
fn hours_that_are_none_are_refused_by_day_and_change_nothing() {
    let desk = Desk::new();
    let ada = desk.ada();
    ada.post(PATH, json!({ "business_hours": week() })).ok();
    let day = |day: Value| json!({ "business_hours": { "Monday": day } });
    let on = |from: &str, to: &str| day(json!({ "is_active": "on", "from": from, "to": to }));
    for (body, field) in [
        (json!({}), "business_hours"),
        (
            json!({ "business_hours": "from nine to five" }),
            "business_hours",
        ),
        (json!({ "business_hours": 7 }), "business_hours"),
        (
            json!({ "business_hours": { "Caturday": {} } }),
            "business_hours.Caturday",
        ),
        (on("18:00", "9:00"), "business_hours.Monday.to"),
        (on("9:00", "9:00"), "business_hours.Monday.to"),
        (on("9:00", "00:00"), "business_hours.Monday.to"),
        (on("9", "18:00"), "business_hours.Monday.from"),
        (on("9:00", "25:00"), "business_hours.Monday.to"),
        (on("9:60", "18:00"), "business_hours.Monday.from"),
        (
            day(json!({ "is_active": "on", "to": "9:00" })),
            "business_hours.Monday.from",
        ),
        (
            day(json!({ "is_active": "on", "from": "9:00" })),
            "business_hours.Monday.to",
        ),
        (
            day(json!({ "is_active": "maybe" })),
            "business_hours.Monday.is_active",
        ),
        (day(json!({ "from": "noon" })), "business_hours.Monday.from"),
    ] {
        let answer = ada.post(PATH, body.clone());
        assert_eq!(answer.error(400), "invalid_request", "{body}");
        let errors = answer.json()["errors"].clone();
        assert!(errors[field][0].is_string(), "{body}: {errors}");
    }
    assert_eq!(ada.get(PATH).ok()["businessHours"], week());
    assert_eq!(told(&desk).len(), 1);
}

#[test]
fn what_was_set_is_what_counts() {
    let desk = Desk::new();
    let to = BEGINNING.plus_secs(24 * 3600);
    let worked = || -> i64 {
        desk.read(|view| Ok(hours::hours(view)?.working_secs(&Zone::utc(), BEGINNING, to)))
    };
    assert_eq!(worked(), 24 * 3600, "without hours all time counts");
    desk.ada()
        .post(PATH, json!({ "business_hours": week() }))
        .ok();
    // Monday 9:30:20 to Tuesday 9:30:20.
    assert_eq!(worked(), 9 * 3600);
    let night = json!({ "Tuesday": { "is_active": "on", "from": "00:00", "to": "6:00" } });
    desk.ada()
        .post(PATH, json!({ "business_hours": night }))
        .ok();
    assert_eq!(worked(), 6 * 3600);
    let spans = json!({ "monday": [{ "from": "10:00", "to": "11:00" }, { "from": "23:00", "to": "1:00" }] });
    desk.ada()
        .post(PATH, json!({ "business_hours": "", "spans": spans }))
        .ok();
    assert_eq!(worked(), 3 * 3600);
    let date = Zone::utc().calendar(BEGINNING).date().to_string();
    let holiday = json!([{ "date": date, "name": "Feast" }]);
    desk.ada().post(PATH, json!({ "holidays": holiday })).ok();
    assert_eq!(worked(), 0);
}
