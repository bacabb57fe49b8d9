//! The words by which mail programs begin what they quote, in the languages of many desks.

use super::lines::Line;

/// How `From`, `Sent` or `Date`, `To` and `Subject` are called: English, German, French,
/// Italian, Spanish, Portuguese, Dutch, Swedish, Danish and Norwegian, Polish, Czech, Russian,
/// Japanese, Chinese.
const FROM: [&str; 16] = [
    "from",
    "von",
    "de",
    "da",
    "van",
    "från",
    "fra",
    "od",
    "от",
    "差出人",
    "发件人",
    "寄件者",
    "expéditeur",
    "mittente",
    "送信者",
    "kimden",
];
const OTHERS: [&str; 58] = [
    "sent",
    "date",
    "to",
    "cc",
    "subject",
    "reply-to",
    "gesendet",
    "datum",
    "an",
    "betreff",
    "envoyé",
    "à",
    "objet",
    "inviato",
    "data",
    "a",
    "oggetto",
    "enviado",
    "fecha",
    "para",
    "asunto",
    "assunto",
    "verzonden",
    "aan",
    "onderwerp",
    "skickat",
    "till",
    "ämne",
    "sendt",
    "til",
    "emne",
    "dato",
    "wysłano",
    "do",
    "temat",
    "odesláno",
    "komu",
    "předmět",
    "отправлено",
    "дата",
    "кому",
    "тема",
    "送信日時",
    "宛先",
    "件名",
    "发送时间",
    "收件人",
    "主题",
    "日期",
    "寄件日期",
    "收件者",
    "主旨",
    "cópia",
    "copie",
    "kopie",
    "kopia",
    "копия",
    "organization",
];

/// How the line above a quote begins and which verb it has. An empty beginning is any.
const ATTRIBUTIONS: [(&str, &[&str]); 16] = [
    ("on ", &["wrote"]),
    ("am ", &["schrieb"]),
    ("le ", &["a écrit"]),
    ("il ", &["ha scritto"]),
    ("el ", &["escribió"]),
    ("em ", &["escreveu"]),
    ("op ", &["schreef"]),
    ("den ", &["skrev"]),
    ("w dniu ", &["napisał", "pisze"]),
    ("dne ", &["napsal"]),
    ("", &["пишет", "написал"]),
    ("", &["kirjoitti"]),
    ("", &["写道", "寫道"]),
    (
        "",
        &[
            "wrote:",
            "schrieb:",
            "a écrit :",
            "ha scritto:",
            "escribió:",
            "escreveu:",
        ],
    ),
    ("", &["のメール", "書きました"]),
    ("", &["yazdı"]),
];

/// `-----Original Message-----` and its like.
const ORIGINALS: [&str; 14] = [
    "original message",
    "forwarded message",
    "ursprüngliche nachricht",
    "weitergeleitete nachricht",
    "originalnachricht",
    "message d'origine",
    "message transféré",
    "messaggio originale",
    "messaggio inoltrato",
    "mensaje original",
    "mensagem original",
    "oorspronkelijk bericht",
    "wiadomość oryginalna",
    "исходное сообщение",
];

/// How phones and their programs end mails.
const SENT_FROM: [&str; 16] = [
    "sent from my ",
    "sent from mail for",
    "sent from outlook",
    "get outlook for",
    "sent via ",
    "von meinem ",
    "gesendet von ",
    "gesendet mit ",
    "envoyé de mon ",
    "envoyé depuis ",
    "inviato da ",
    "enviado desde mi ",
    "enviado do meu ",
    "verzonden vanaf mijn ",
    "skickat från min ",
    "отправлено с ",
];

/// The longest line above a quote, in characters, and how many lines it may be broken over.
const LONGEST: usize = 300;
const MOST_LINES: usize = 4;

fn label(line: &Line) -> Option<String> {
    let words = line.words();
    let (label, _) = words.split_once([':', '：'])?;
    let label = label.trim_matches([' ', '*', '\u{a0}']).to_lowercase();
    (label.chars().count() <= 20).then_some(label)
}

/// Whether the headers of a quoted mail begin here: its author, and one more within the next
/// lines.
pub(super) fn is_header_block(lines: &[Line], at: usize) -> bool {
    let is_from = label(&lines[at]).is_some_and(|label| FROM.contains(&label.as_str()));
    if !is_from {
        return false;
    }
    let next = lines[at + 1..]
        .iter()
        .filter(|line| !line.is_blank())
        .take(4);
    let known = next
        .filter_map(label)
        .filter(|label| OTHERS.contains(&label.as_str()));
    known.count() >= 1
}

/// Whether the line says that a mail follows.
pub(super) fn is_original(line: &Line) -> bool {
    let words = line.words();
    let is_framed = words.starts_with("--") || words.starts_with("__") || words.starts_with("==");
    let words = words
        .trim_matches(['-', '_', '=', ' '])
        .to_lowercase()
        .replace('’', "'");
    is_framed && ORIGINALS.contains(&words.as_str())
}

/// How many lines the sentence above a quote has that begins here, such as “On Monday, Ada
/// wrote:”.
pub(super) fn attribution(lines: &[Line], at: usize) -> Option<usize> {
    let mut sentence = String::new();
    for (count, line) in lines[at..].iter().take(MOST_LINES).enumerate() {
        if line.is_blank() || sentence.chars().count() > LONGEST {
            return None;
        }
        sentence.push_str(line.words());
        sentence.push(' ');
        if line.words().ends_with([':', '：']) {
            return is_attribution(&sentence.to_lowercase()).then_some(count + 1);
        }
    }
    None
}

fn is_attribution(sentence: &str) -> bool {
    // A day or an address stands in each.
    let is_precise = sentence.contains('@') || sentence.bytes().any(|byte| byte.is_ascii_digit());
    is_precise
        && ATTRIBUTIONS.iter().any(|(beginning, verbs)| {
            sentence.starts_with(beginning) && verbs.iter().any(|verb| sentence.contains(verb))
        })
}

pub(super) fn is_signature_mark(line: &Line) -> bool {
    matches!(line.text.as_str(), "-- " | "--" | "--\u{a0}") || line.text.trim() == "--"
}

pub(super) fn is_sent_from(line: &Line) -> bool {
    let words = line.words().to_lowercase();
    words.chars().count() <= 80 && SENT_FROM.iter().any(|start| words.starts_with(start))
}
