//! What is folded, in the languages and by the programs that are known, and what stays.

use super::*;
use proptest::prelude::*;

const OURS: &str = "## Write above this line ##";

fn plain(text: &str) -> (&str, &str) {
    let folded = fold_plain(text, OURS);
    (folded.shown, folded.quoted)
}

#[test]
fn plain_history_is_folded() {
    for quoted in [
        "On Mon, 1 Dec 2026, Ada <ada@example.com> wrote:\n> Hello\n> you\n",
        "On Mon, 1 Dec 2026 at 10:00, Ada Byron\n<ada@example.com> wrote:\n\n> Hello\n",
        "Am 01.12.2026 um 10:00 schrieb Ada <ada@example.com>:\n> Hallo\n",
        "Le 1 déc. 2026 à 10:00, Ada <a@b.org> a écrit :\n> Bonjour\n",
        "Il giorno 1 dic 2026 Ada ha scritto:\n> Ciao\n",
        "El 1/12/2026 Ada escribió:\n> Hola\n",
        "Em 1/12/2026 Ada escreveu:\n> Olá\n",
        "Op 1 dec. 2026 schreef Ada:\n> Hallo\n",
        "Den 1 dec. 2026 skrev Ada:\n> Hej\n",
        "W dniu 1.12.2026 Ada napisał:\n> Hej\n",
        "Dne 1.12.2026 Ada napsal:\n> Ahoj\n",
        "1 декабря 2026, Ada пишет:\n> Привет\n",
        "在 2026年12月1日，Ada 写道：\n> 你好\n",
        "> trailing\n> lines\n",
        "-----Original Message-----\nanything\n",
        "## Write above this line ##\nanything\n",
        "From: Ada <ada@example.com>\nSent: Monday\nTo: help@desk.org\nSubject: x\n\nHello\n",
        "Von: Ada\nGesendet: Montag\nAn: help\nBetreff: x\n\nHallo\n",
        "De : Ada\nEnvoyé : lundi\nÀ : help\nObjet : x\n\nBonjour\n",
        "差出人: Ada\n送信日時: 月曜日\n件名: x\n\n本文\n",
        "-- \nAda Byron\nExample Ltd\n",
        "Sent from my iPhone\n",
        "Sent from my iPhone\n\nOn 1 Dec 2026, Ada wrote:\n> Hello\n",
    ] {
        let text = format!("Thank you!\n\n{quoted}");
        assert_eq!(plain(&text), ("Thank you!\n\n", quoted));
    }
}

#[test]
fn what_somebody_wrote_stays() {
    for text in [
        "Hello\n> quoted\nmy answer\n",
        "> quoted\nmy answer\n",
        "> only a quote\n",
        "On 1 Dec 2026, Ada wrote:\n> only a quote\n",
        "From: us\nto: you, with love\n",
        "On Monday I wrote: nothing.\n",
        "",
        "\n\n",
    ] {
        assert_eq!(plain(text), (text, ""), "{text}");
    }
    let inline = "On 1 Dec 2026, Ada wrote:\n> a?\nyes\n> b?\nno\n> the rest\n";
    assert_eq!(plain(inline).1, "> the rest\n");
}

#[test]
fn html_history_is_folded() {
    for quoted in [
        "<div class=\"gmail_quote\">On 1 Dec 2026 Ada wrote:<blockquote>x</blockquote></div>",
        "<blockquote type=\"cite\"><p>x</p></blockquote>",
        "<div class=\"yahoo_quoted\" id=\"y1\">x</div>",
        "<div class='x_gmail_quote'>x</div>",
        "<div class=\"protonmail_quote\">x</div>",
        "<div class=\"moz-cite-prefix\">Am 1.12.2026 um 10:00 schrieb Ada:</div><blockquote type=\"cite\">x</blockquote>",
        "<div id=\"appendonsend\"></div><hr><div>x</div>",
        "<div id=\"x_divRplyFwdMsg\">anything</div>",
        "<div style=\"border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt\">x</div>",
        "<p><b>Von:</b> Ada &lt;a@b.org&gt;<br><b>Gesendet:</b> x<br><b>An:</b> y</p>z",
        "<p>## Write above this line ##</p>x",
        "<div>-- <br>Ada</div>",
    ] {
        let html = format!("<style>p {{}}</style><p>Thank you!</p>{quoted}");
        let folded = fold_html(&html, OURS);
        assert_eq!(folded.quoted, quoted);
    }
    let answered = "<p>a</p><blockquote type=cite>q</blockquote><p>fresh</p>";
    assert_eq!(fold_html(answered, OURS).quoted, "");
    let alone = "<div class=gmail_quote>x</div>";
    assert_eq!(fold_html(alone, OURS).shown, alone);
}

#[test]
fn the_sender_of_what_is_forwarded_is_found() {
    let text = "FYI\n\n---------- Forwarded message ---------\nFrom: Ada Byron <ada@example.com>\nDate: Mon\nSubject: x\n\nhello\n";
    assert_eq!(
        original_sender(text).unwrap().to_string(),
        "\"Ada Byron\" <ada@example.com>"
    );
    let outlook = "Von: Ada [mailto:ada@example.com]\nGesendet: Montag\n";
    assert_eq!(
        original_sender(outlook).unwrap().email.as_str(),
        "ada@example.com"
    );
    let html = "<p>x</p><div><b>De&nbsp;:</b> Ada &lt;ada@example.com&gt;<br><b>Envoyé&nbsp;:</b> lundi</div>";
    assert_eq!(
        original_sender_of_html(html).unwrap().email.as_str(),
        "ada@example.com"
    );
    assert_eq!(original_sender("hello"), None);
}

proptest! {
    #[test]
    fn no_character_is_lost(
        text: String,
        parts in proptest::collection::vec(
            "> x\n|On 1 Dec, Ada wrote:\n|-- \n|fresh\n|From: a@b.org\n|To: x\n|<p>|</p>|<div class=gmail_quote>|</div>|<blockquote type=\"cite\">|</blockquote>|<br>|<!--|-->|<|é|=|\"|</",
            0..14,
        ),
    ) {
        for text in [text, parts.concat()] {
            for folded in [fold_plain(&text, OURS), fold_html(&text, OURS)] {
                prop_assert_eq!(format!("{}{}", folded.shown, folded.quoted), text.clone());
                prop_assert!(folded.quoted.is_empty() || !folded.shown.trim().is_empty());
            }
            original_sender(&text);
            original_sender_of_html(&text);
        }
    }
}
