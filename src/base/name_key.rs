//! The keys by which names and addresses are one, sorted and found: how text is folded.
//! It knows nothing of where names are kept, nor of how the search cuts text into words.
//!
//! A letter comes to its base letter, whatever its case, its form and its diacritics. What
//! is a letter of its own in its script stays one: が is not か, Indic and Thai signs stay,
//! and so do й, ў, ї, ѓ and ќ, which nobody leaves the mark out of, as people do with ё.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu_properties::{
    CodePointMapData, CodePointMapDataBorrowed, CodePointSetData, CodePointSetDataBorrowed,
};

const NFD: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfd();
const NFKD: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfkd();
const NFC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfc();
const IGNORABLE: CodePointSetDataBorrowed<'static> =
    CodePointSetData::new::<DefaultIgnorableCodePoint>();
const CATEGORY: CodePointMapDataBorrowed<'static, GeneralCategory> = CodePointMapData::new();

/// The zeros of the alphabets that have digits of their own; the other nine follow each.
const ZEROS: [u32; 20] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810,
];

/// The key by which a name is unique, sorted and compared; empty where the name has
/// nothing that shows. The key of a key is the key itself.
pub fn name_key(name: &str) -> String {
    let folded = folded(name);
    let mut key = String::with_capacity(folded.len());
    for word in folded.split_ascii_whitespace() {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(word);
    }
    key
}

/// The key by which an e-mail address is one: letters in any case, the domain as the
/// network knows it. Accents stay: they tell two mailboxes apart.
pub fn email_key(address: &str) -> String {
    let address = address.trim();
    // No domain holds an `@`, so the last one parts the two.
    let Some((local, domain)) = address.rsplit_once('@') else {
        return any_case(address);
    };
    let domain = idna::domain_to_ascii(domain).unwrap_or_else(|_| any_case(domain));
    format!("{}@{domain}", any_case(local))
}

/// The text by the case folding of Unicode alone.
fn any_case(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for character in NFD.normalize_iter(text.chars()) {
        fold_case(character, |letter| folded.push(letter));
    }
    NFC.normalize(&folded).into_owned()
}

/// The text with each letter folded. Each blank is an ASCII one and all of them stay, so
/// that it can still be cut where the text was; what does not show is left out.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut parts = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let plain = rest.bytes().position(|byte| !is_plain(byte));
        let (head, tail) = rest.split_at(plain.unwrap_or(rest.len()));
        let start = folded.len();
        folded.push_str(head);
        folded[start..].make_ascii_lowercase();
        let other = tail.bytes().position(is_plain);
        let (other, tail) = tail.split_at(other.unwrap_or(tail.len()));
        if !other.is_empty() {
            parts.clear();
            fold_apart(other, &mut parts);
            folded.push_str(&NFC.normalize(&parts));
        }
        rest = tail;
    }
    folded
}

/// Whether the byte is a character that needs nothing but the lower case. What stands
/// between two of these is folded as one, since marks change what they follow.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r' | 0x0C)
}

/// Whether the character is a letter, a digit or a mark of one.
pub(super) fn is_of_word(character: char) -> bool {
    const OF_WORD: GeneralCategoryGroup = GeneralCategoryGroup::Letter
        .union(GeneralCategoryGroup::Mark)
        .union(GeneralCategoryGroup::Number);
    OF_WORD.contains(CATEGORY.get(character))
}

/// Appends the folded letters, their remaining marks still apart from them.
fn fold_apart(text: &str, parts: &mut String) {
    // What vanishes does so before marks are put in order, which it could keep apart.
    let shown = text.chars().filter(|character| !is_invisible(*character));
    let mut last = None;
    for part in NFKD.normalize_iter(shown) {
        fold_case(part, |character| {
            if is_blank(character) {
                parts.push(' ');
            } else if !is_diacritic(character, last) {
                push_letter(character, parts);
            } else {
                return;
            }
            last = Some(character);
        });
    }
}

/// Unicode's full case folding, of text that is taken apart already.
fn fold_case(character: char, mut push: impl FnMut(char)) {
    match character {
        // Not looked up, for speed: lower case already, marks, scripts without cases.
        'а'..='я' | 'α'..='ρ' | 'σ'..='ω' | '\u{300}'..='\u{344}' | '\u{590}'..='\u{109F}'
        | '\u{2E80}'..='\u{A63F}' | '\u{AC00}'..='\u{FAFF}'
        // The upper case of this one is that of i.
        | 'ı' => push(character),
        'А'..='Я' | 'Α'..='Ρ' | 'Σ'..='Ω' => push(shifted(character)),
        _ => {
            for lower in character.to_lowercase() {
                for upper in lower.to_uppercase() {
                    upper.to_lowercase().for_each(&mut push);
                }
            }
        }
    }
}

/// The lower case of a letter in the alphabets that have it 32 places behind the upper one.
fn shifted(upper: char) -> char {
    char::from_u32(u32::from(upper) + 32).unwrap_or(upper)
}

fn is_blank(character: char) -> bool {
    // A cell of Braille without a dot is blank too.
    character.is_whitespace() || character == '\u{2800}'
}

fn is_invisible(character: char) -> bool {
    if matches!(character, '\u{A1}'..='\u{AC}' | '\u{AE}'..='\u{2FF}' | '\u{370}'..='\u{5FF}' | '\u{3000}'..='\u{3163}' | '\u{3165}'..='\u{D7FF}')
    {
        return false;
    }
    let is_format = matches!(
        CATEGORY.get(character),
        GeneralCategory::Format | GeneralCategory::Control
    );
    // The tatweel only stretches a word, alone or with a point on it.
    let is_tatweel = matches!(
        character,
        '\u{640}' | '\u{FCF2}'
            ..='\u{FCF4}'
                | '\u{FE71}'
                | '\u{FE77}'
                | '\u{FE79}'
                | '\u{FE7B}'
                | '\u{FE7D}'
                | '\u{FE7F}'
    );
    is_tatweel || (is_format && !character.is_whitespace()) || IGNORABLE.contains(character)
}

/// Whether the mark is one that a letter is the same without.
fn is_diacritic(character: char, last: Option<char>) -> bool {
    match character {
        '\u{306}' => !matches!(last, Some('и' | 'у')),
        '\u{308}' => last != Some('і'),
        '\u{301}' => !matches!(last, Some('г' | 'к')),
        '\u{300}'..='\u{36F}'
        | '\u{1AB0}'..='\u{1AFF}'
        | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}'
        | '\u{FE20}'..='\u{FE2F}' => true,
        // Hebrew points and what Arabic writes above and below its letters.
        '\u{591}'..='\u{6FF}' | '\u{897}'..='\u{8FF}' => {
            CATEGORY.get(character) == GeneralCategory::NonspacingMark
        }
        _ => false,
    }
}

/// Appends the base letter of one that Unicode does not take apart.
fn push_letter(letter: char, parts: &mut String) {
    let base = match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ⱥ' => "a",
        'ƀ' | 'ɓ' => "b",
        'ƈ' | 'ȼ' => "c",
        'đ' | 'ð' | 'ɖ' | 'ɗ' | 'ƌ' => "d",
        'ɇ' | 'ɛ' | 'ə' | 'ǝ' => "e",
        'ƒ' => "f",
        'ǥ' | 'ɠ' => "g",
        'ħ' | 'ⱨ' => "h",
        'ı' | 'ɨ' => "i",
        'ɉ' => "j",
        'ĸ' | 'ƙ' | 'ⱪ' => "k",
        'ł' | 'ƚ' | 'ɫ' | 'ⱡ' => "l",
        'ŋ' | 'ɲ' | 'ƞ' => "n",
        'ø' | 'ɔ' | 'ɵ' => "o",
        'ƥ' | 'ᵽ' => "p",
        'ɍ' | 'ɽ' => "r",
        'ŧ' | 'ƭ' | 'ʈ' | 'ⱦ' => "t",
        'ʉ' => "u",
        'ʋ' => "v",
        'ⱳ' => "w",
        'ɏ' | 'ƴ' => "y",
        'ƶ' | 'ȥ' | 'ⱬ' => "z",
        // Strokes and tails of Cyrillic letters.
        'ґ' | 'ғ' => "г",
        'қ' => "к",
        'ң' => "н",
        'ө' => "о",
        'ұ' | 'ү' => "у",
        'ҳ' => "х",
        'ҷ' => "ч",
        // Forms at the end of a Hebrew word.
        'ך' => "כ",
        'ם' => "מ",
        'ן' => "נ",
        'ף' => "פ",
        'ץ' => "צ",
        // One letter by the keyboards of several languages.
        'ٱ' => "ا",
        'ى' | 'ی' => "ي",
        'ک' => "ك",
        // What a telephone makes of an apostrophe and a hyphen.
        '\u{2018}' | '\u{2019}' | '\u{2BB}' | '\u{2BC}' => "'",
        '\u{2010}' => "-",
        other => return parts.push(ascii_digit(other).unwrap_or(other)),
    };
    parts.push_str(base);
}

fn ascii_digit(character: char) -> Option<char> {
    if !('\u{660}'..'\u{181A}').contains(&character) {
        return None;
    }
    let zero = ZEROS.iter().rfind(|zero| **zero <= u32::from(character))?;
    char::from_digit(u32::from(character) - zero, 10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_that_are_one() {
        for (key, names) in [
            ("olwechsel", &["Ölwechsel", "O\u{308}LWECHSEL"][..]),
            ("wroclaw lodz", &["Wrocław Łódź", "  WROCŁAW\u{a0} łódź\n"]),
            ("strasse", &["Straße", "STRASSE", "STRAẞE"]),
            ("orsted aeroe", &["Ørsted Ærøe"]),
            ("thordur", &["Þórður"]),
            ("diyarbakir", &["Diyarbakır", "DİYARBAKIR"]),
            ("ijsselmeer coeur", &["Ĳsselmeer Cœur"]),
            ("nguyen djinh", &["Nguyễn Djinh", "NGUYỄN DJINH"]),
            ("οδοσ αθηνα", &["Οδός Αθήνα", "ΟΔΟΣ ΑΘΗΝΑ", "οδος αθηνα"]),
            ("елка", &["Ёлка", "елка", "ЁЛКА"]),
            ("николай", &["Николай", "НИКОЛАИ\u{306}"]),
            ("שלומ", &["שָׁלוֹם", "שלום"]),
            ("محمد", &["مُحَمَّد", "محـــمد", "مح\u{fe77}مد"]),
            ("احمد", &["أحمد", "احمد"]),
            ("ab77 ガ", &["ＡＢ７７\u{3000}ｶﾞ", "Ab77 ガ"]),
            ("한국", &["한국", "\u{1112}\u{1161}\u{11ab}국"]),
            ("37", &["३७", "٣٧", "37"]),
            ("o'brien", &["O’Brien", "O'BRIEN"]),
            (
                "ab",
                &["\u{feff}a\u{ad}\u{200b}b\u{2060}", "A\0B", "a\u{fe0f}b"],
            ),
            (
                "",
                &[
                    "",
                    " \u{a0}\u{3000}\t",
                    "\u{200d}\u{feff}",
                    "\u{3164}",
                    "\u{2800}",
                    "\u{301}",
                ],
            ),
        ] {
            for name in names {
                assert_eq!(name_key(name), key, "{name:?}");
            }
        }
    }

    #[test]
    fn names_that_are_two() {
        for (one, other) in [
            ("が", "か"),
            ("ぱ", "ば"),
            ("कि", "की"),
            ("край", "краи"),
            ("її", "іі"),
            ("ที่", "ที"),
            ("a b", "ab"),
        ] {
            assert_ne!(name_key(one), name_key(other));
        }
    }

    #[test]
    fn names_are_sorted_beside_their_base_letters() {
        let sorted = [
            "Åberg", "abt", "Čapek", "cod", "Élan", "emil", "Øre", "Oslo", "Żuk",
        ];
        assert!(sorted.is_sorted_by_key(|name| name_key(name)));
    }

    #[test]
    fn addresses_that_are_one() {
        for (key, address) in [
            ("ada.byron@example.com", " Ada.Byron@EXAMPLE.com"),
            ("jörg@xn--mller-kva.example", "JÖRG@MÜLLER.example"),
            (
                "jörg@xn--mller-kva.example",
                "jo\u{308}rg@xn--mller-kva.example",
            ),
            ("οδοσ@example.com", "ΟΔΟΣ@example.com"),
            ("жанна@xn--e1afmkfd.example", "ЖАННА@пример.example"),
            ("\"a@b\"@example.com", "\"A@b\"@example.com"),
            ("root", "ROOT"),
            ("a@xn--\u{e4}", "A@XN--\u{c4}"),
        ] {
            assert_eq!(email_key(address), key);
            assert_eq!(email_key(key), key);
        }
        assert_ne!(email_key("jorg@example.com"), email_key("jörg@example.com"));
        assert_ne!(email_key("mıke@example.com"), email_key("mike@example.com"));
    }

    /// Characters whose folding could meet that of their neighbours.
    fn tricky() -> impl Strategy<Value = String> {
        let some = "aZéßıİŁиУгІ \u{300}\u{301}\u{306}\u{308}\u{323}\u{345}\u{34f}\u{3099}カか\u{1100}\u{1161}\u{11a8}한\u{93c}क\
                    \u{200b}\u{ad}\0\u{1}\u{a0}´゛ﬁ½Ⅷ㍿ﷺ\u{640}\u{fe71}\u{fe7c}\u{64b}שׁ\u{5bc}ΐᾳςǰŉƛʼ’\u{2126}\u{e31}\u{e48}";
        let some: Vec<char> = some.chars().collect();
        let one = prop_oneof![prop::sample::select(some), any::<char>()];
        prop::collection::vec(one, 0..24).prop_map(|all| all.into_iter().collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn the_key_of_a_key_is_itself(name in tricky()) {
            let key = name_key(&name);
            prop_assert_eq!(name_key(&key), key);
        }

        #[test]
        fn the_key_of_an_addresses_key_is_itself(local in tricky(), domain in "[\\p{L}\\p{N}.-]{0,12}") {
            let key = email_key(&format!("{local}@{domain}"));
            prop_assert_eq!(email_key(&key), key);
        }

        #[test]
        fn case_and_form_make_no_other_name(name in tricky()) {
            let key = name_key(&name);
            prop_assert_eq!(name_key(&NFC.normalize(&name)), key.clone());
            prop_assert_eq!(name_key(&NFKD.normalize(&name)), key.clone());
            prop_assert_eq!(name_key(&name.to_lowercase()), key);
        }

        #[test]
        fn a_key_has_no_blank_at_its_ends_nor_two_in_it(name in tricky()) {
            let key = name_key(&name);
            prop_assert_eq!(key.trim(), &key);
            prop_assert!(!key.contains("  ") && !key.contains(is_invisible));
        }
    }
}
