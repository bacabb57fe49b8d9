//! The marks that our mails carry, so that what comes back is known: who may answer in which
//! ticket, which mail bounced, and what is our own. Each holds a mac that only this desk can
//! make. Whether a ticket is there, and what its secret is, the caller knows.

use std::fmt;

use subtle::ConstantTimeEq;

use super::address::{plus_part, with_plus};
use crate::base::input::Email;
use crate::base::seal::Sealer;

/// Bytes of a mac: 80 bits, 16 letters of base32.
const MAC: usize = 10;
const MAC_LETTERS: usize = 16;

/// RFC 4648 in lower case: it survives whoever changes the case of an address.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The header that each of our mails has.
pub const LOOP_HEADER: &str = "X-Desk-Loop";

/// What a token lets its person do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Answer as a customer or collaborator.
    Customer,
    /// Answer as an agent.
    Agent,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Customer => b"c",
            Self::Agent => b"a",
        }
    }
}

/// `TICKET-USER-MAC`: names a ticket and a person. It proves nothing before
/// [`purpose`](Token::purpose) has been asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// The id of the ticket.
    pub ticket: i64,
    /// The id of the person.
    pub user: i64,
    mac: [u8; MAC],
}

impl Token {
    /// The token of a person in a ticket; `secret` is the ticket's own (`reply_token`).
    pub fn make(sealer: &Sealer, purpose: Purpose, ticket: i64, secret: &str, user: i64) -> Self {
        let mac = mac_of(
            sealer,
            purpose.label(),
            &[secret.as_bytes(), &user.to_be_bytes()],
        );
        Self { ticket, user, mac }
    }

    /// What it lets its person do in the ticket with this secret; `None` when it was not made
    /// here, for another ticket or for another person.
    pub fn purpose(&self, sealer: &Sealer, secret: &str) -> Option<Purpose> {
        let both = [Purpose::Customer, Purpose::Agent];
        both.into_iter().find(|purpose| {
            let own = Self::make(sealer, *purpose, self.ticket, secret, self.user);
            own.mac.ct_eq(&self.mac).into()
        })
    }

    /// Reads a token that stands alone, in capitals or not.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let token = Self {
            ticket: number(parts.next()?)?,
            user: number(parts.next()?)?,
            mac: mac(parts.next()?)?,
        };
        parts.next().is_none().then_some(token)
    }

    /// The id of a mail, `d.TOKEN.NONCE@DOMAIN`, without brackets. The nonce is a number that
    /// no other mail has.
    pub fn message_id(&self, nonce: u64, domain: &str) -> String {
        format!("d.{self}.{nonce:x}@{domain}")
    }

    /// The first of a mail's references, the same in each: `t.TOKEN@DOMAIN`.
    pub fn root_id(&self, domain: &str) -> String {
        format!("t.{self}@{domain}")
    }

    /// `local+TOKEN@domain`; nothing where the local part would be too long.
    pub fn reply_address(&self, mailbox: &Email) -> Option<Email> {
        with_plus(mailbox, &self.to_string())
    }

    /// The end of the footer: `ref TOKEN`.
    pub fn footer(&self) -> String {
        format!("ref {self}")
    }

    /// The token in one of our ids, without brackets, whatever its domain.
    pub fn in_message_id(id: &str) -> Option<Self> {
        let local = id.split('@').next()?;
        let (kind, rest) = local.split_once('.')?;
        match kind {
            "d" | "D" => Self::parse(rest.split_once('.')?.0),
            "t" | "T" => Self::parse(rest),
            _ => None,
        }
    }

    /// The token behind the plus of an address.
    pub fn in_address(email: &Email) -> Option<Self> {
        Self::parse(plus_part(email)?.1)
    }

    /// The tokens of all footers in a text, quoted or not, in their order, 50 at most.
    pub fn in_text(text: &str) -> Vec<Self> {
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        let mut words = text
            .split(|letter: char| !is_part(letter))
            .filter(|word| !word.is_empty());
        let mut found = Vec::new();
        let mut is_behind_ref = false;
        while let (Some(word), true) = (words.next(), found.len() < 50) {
            found.extend(Self::parse(word).filter(|_| is_behind_ref));
            is_behind_ref = word.eq_ignore_ascii_case("ref");
        }
        found
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mac = base32(&self.mac);
        write!(f, "{}-{}-{mac}", digits(self.ticket), digits(self.user))
    }
}

/// Whoever has a token may answer: logs name whose it is and no more.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}, {}, ***)", self.ticket, self.user)
    }
}

/// `ID.MAC`: names one mail that we sent. Where it stands, it proves that we made it for that
/// place: one from a return path is none for the loop header.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The id of the mail.
    pub id: i64,
    mac: [u8; MAC],
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Bounce,
    Loop,
    MessageId,
}

impl Place {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Bounce => b"bounce",
            Self::Loop => b"loop",
            Self::MessageId => b"id",
        }
    }
}

impl Mark {
    /// Where bounces of a mail go, `local+b.ID.MAC@domain`; nothing where that is too long.
    pub fn bounce_address(sealer: &Sealer, id: i64, mailbox: &Email) -> Option<Email> {
        let mark = Self::make(sealer, Place::Bounce, id);
        with_plus(mailbox, &format!("b.{}", mark.text()))
    }

    /// What stands in [`LOOP_HEADER`].
    pub fn loop_value(sealer: &Sealer, id: i64) -> String {
        Self::make(sealer, Place::Loop, id).text()
    }

    /// The id of a mail of no ticket, `m.ID.MAC@DOMAIN`, without brackets.
    pub fn message_id(sealer: &Sealer, id: i64, domain: &str) -> String {
        format!(
            "m.{}@{domain}",
            Self::make(sealer, Place::MessageId, id).text()
        )
    }

    /// The mark in an address that bounces go to.
    pub fn in_address(email: &Email) -> Option<Self> {
        let plus = plus_part(email)?.1;
        let (kind, rest) = plus.split_once('.')?;
        let is_bounce = kind.eq_ignore_ascii_case("b");
        Self::parse(rest, Place::Bounce).filter(|_| is_bounce)
    }

    /// The mark in the value of [`LOOP_HEADER`].
    pub fn in_loop_header(value: &str) -> Option<Self> {
        Self::parse(value.trim(), Place::Loop)
    }

    /// The mark in the id of a mail of no ticket.
    pub fn in_message_id(id: &str) -> Option<Self> {
        let rest = id.split('@').next()?.strip_prefix(['m', 'M'])?;
        Self::parse(rest.strip_prefix('.')?, Place::MessageId)
    }

    /// Whether this desk made it.
    pub fn is_ours(&self, sealer: &Sealer) -> bool {
        let own = Self::make(sealer, self.place, self.id);
        own.mac.ct_eq(&self.mac).into()
    }

    fn make(sealer: &Sealer, place: Place, id: i64) -> Self {
        let mac = mac_of(sealer, place.label(), &[&id.to_be_bytes()]);
        Self { id, mac, place }
    }

    fn parse(text: &str, place: Place) -> Option<Self> {
        let (id, rest) = text.split_once('.')?;
        let (id, mac) = (number(id)?, mac(rest)?);
        Some(Self { id, mac, place })
    }

    fn text(&self) -> String {
        format!("{}.{}", digits(self.id), base32(&self.mac))
    }
}

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mark({}, ***)", self.id)
    }
}

fn mac_of(sealer: &Sealer, label: &[u8], parts: &[&[u8]]) -> [u8; MAC] {
    let parts = [&[b"mail".as_slice(), label], parts].concat();
    let fingerprint = sealer.fingerprint(&parts);
    std::array::from_fn(|at| fingerprint.get(at).copied().unwrap_or_default())
}

/// A number in base 32, without zeros before it.
fn digits(number: i64) -> String {
    let mut rest = number.unsigned_abs();
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(ALPHABET[(rest % 32) as usize]));
        rest /= 32;
        if rest == 0 {
            return letters.into_iter().rev().collect();
        }
    }
}

fn number(text: &str) -> Option<i64> {
    if text.is_empty() || text.len() > 13 {
        return None;
    }
    let mut number: i64 = 0;
    for letter in text.bytes() {
        number = number
            .checked_mul(32)?
            .checked_add(i64::from(value(letter)?))?;
    }
    // One number is written in one way.
    digits(number).eq_ignore_ascii_case(text).then_some(number)
}

fn base32(mac: &[u8; MAC]) -> String {
    let bits = mac
        .iter()
        .fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
    let letter = |at: usize| ALPHABET[(bits >> (5 * (MAC_LETTERS - 1 - at)) & 31) as usize];
    (0..MAC_LETTERS).map(|at| char::from(letter(at))).collect()
}

fn mac(text: &str) -> Option<[u8; MAC]> {
    if text.len() != MAC_LETTERS {
        return None;
    }
    let mut bits = 0u128;
    for letter in text.bytes() {
        bits = bits << 5 | u128::from(value(letter)?);
    }
    let bytes = bits.to_be_bytes();
    bytes[bytes.len() - MAC..].try_into().ok()
}

fn value(letter: u8) -> Option<u8> {
    match letter.to_ascii_lowercase() {
        letter @ b'a'..=b'z' => Some(letter - b'a'),
        letter @ b'2'..=b'7' => Some(letter - b'2' + 26),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use proptest::prelude::*;

    static OWN: LazyLock<Sealer> = LazyLock::new(sealer);
    static OTHER: LazyLock<Sealer> = LazyLock::new(sealer);

    fn sealer() -> Sealer {
        Sealer::open(tempfile::tempdir().unwrap().path()).unwrap()
    }

    fn token(purpose: Purpose, ticket: i64, secret: &str, user: i64) -> Token {
        Token::make(&OWN, purpose, ticket, secret, user)
    }

    #[test]
    fn a_token_fits_no_other_ticket_person_purpose_or_desk() {
        let made = token(Purpose::Customer, 7, "secret", 12);
        assert_eq!(made.purpose(&OWN, "secret"), Some(Purpose::Customer));
        assert_eq!(made.purpose(&OWN, "other"), None);
        assert_eq!(made.purpose(&OTHER, "secret"), None);
        assert_eq!(Token { user: 13, ..made }.purpose(&OWN, "secret"), None);
        let agent = token(Purpose::Agent, 7, "secret", 12);
        assert_eq!(agent.purpose(&OWN, "secret"), Some(Purpose::Agent));
        assert_ne!(agent, made);
        assert!(!format!("{made:?}").contains(&base32(&made.mac)));
    }

    #[test]
    fn it_is_found_where_programs_leave_it() {
        let made = token(Purpose::Customer, 4_711, "secret", 99);
        let address = made.reply_address(&Email::parse("help@example.com").unwrap());
        assert_eq!(Token::in_address(&address.unwrap()), Some(made));
        let too_long = Email::parse(&format!("{}@example.com", "x".repeat(50))).unwrap();
        assert_eq!(made.reply_address(&too_long), None);
        for text in [
            made.footer(),
            format!("> > REF\u{a0}{}.", made.to_string().to_uppercase()),
            format!("hello\r\n> ref\r\n> {made}\r\n"),
            format!("ref ref\n{made}"),
        ] {
            assert_eq!(Token::in_text(&text), [made], "{text}");
        }
        assert_eq!(
            Token::in_text(&format!("{made} prefix-{made} ref x {made}")),
            []
        );
        for id in ["", "d.", "t.x@y", "x@y", "d.a-b-c.d@e"] {
            assert_eq!(Token::in_message_id(id), None, "{id}");
        }
    }

    #[test]
    fn marks_hold_for_their_place() {
        let mailbox = Email::parse("help@example.com").unwrap();
        let bounce = Mark::bounce_address(&OWN, 5, &mailbox).unwrap();
        let mark = Mark::in_address(&bounce).unwrap();
        assert!(mark.id == 5 && mark.is_ours(&OWN) && !mark.is_ours(&OTHER));
        assert!(!Mark { id: 6, ..mark }.is_ours(&OWN));
        let value = Mark::loop_value(&OWN, 5);
        assert!(
            Mark::in_loop_header(&format!(" {value} "))
                .unwrap()
                .is_ours(&OWN)
        );
        let elsewhere = format!("help+b.{value}@example.com");
        let elsewhere = Mark::in_address(&Email::parse(&elsewhere).unwrap());
        assert!(!elsewhere.unwrap().is_ours(&OWN));
        let id = Mark::message_id(&OWN, 5, "example.com");
        assert!(Mark::in_message_id(&id).unwrap().is_ours(&OWN));
        assert_eq!(Mark::in_message_id("mail@example.com"), None);
    }

    proptest! {
        #[test]
        fn every_token_comes_back(ticket in 0..=i64::MAX, user in 0..=i64::MAX, nonce: u64, secret in ".{0,40}") {
            let made = token(Purpose::Agent, ticket, &secret, user);
            prop_assert_eq!(Token::parse(&made.to_string()), Some(made));
            prop_assert_eq!(Token::parse(&made.to_string().to_uppercase()), Some(made));
            prop_assert_eq!(Token::in_message_id(&made.message_id(nonce, "x.org")), Some(made));
            prop_assert_eq!(Token::in_message_id(&made.root_id("x.org")), Some(made));
            prop_assert!(made.to_string().len() <= 44);
        }

        #[test]
        fn no_other_letters_are_a_token(text in any::<String>(), at in 0usize..30, letter in "[a-z2-7]") {
            prop_assert!(Token::parse(&text).is_none_or(|token| token.purpose(&OWN, "s").is_none()));
            let made = token(Purpose::Customer, 1_000, "s", 1_000);
            let mut changed = made.to_string();
            let at = at % changed.len();
            if !changed[at..].starts_with(['-', letter.chars().next().unwrap()]) {
                changed.replace_range(at..=at, &letter);
                // The ticket's number is not in the mac: its secret is.
                let read = Token::parse(&changed).filter(|read| read.ticket == made.ticket);
                prop_assert!(read.is_none_or(|read| read.purpose(&OWN, "s").is_none()));
            }
        }
    }
}
