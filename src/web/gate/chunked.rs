//! The chunked coding of RFC 9112 section 7.1, read strictly. Knows nothing of sockets:
//! it is given bytes as they come, in pieces of any size.

use super::refusal::Refusal;

/// Sixteen hexadecimal digits are all of a `u64`.
const MOST_DIGITS: u8 = 16;
/// Extensions mean nothing to us; nobody needs a long one.
const LONGEST_EXTENSION: usize = 1024;
/// Trailers are read past, within reason.
const LONGEST_TRAILERS: usize = 8 * 1024;

/// Where in the coding the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Size { size: u64, digits: u8 },
    Extension { size: u64, length: usize },
    SizeEnd { size: u64 },
    Data { left: u64 },
    DataReturn,
    DataEnd,
    TrailerStart,
    Trailer,
    TrailerEnd,
    LastEnd,
    Done,
}

/// A reader of one chunked body.
#[derive(Debug)]
pub(super) struct Decoder {
    state: State,
    trailers: usize,
}

impl Decoder {
    pub(super) const fn new() -> Self {
        Self {
            state: State::Size { size: 0, digits: 0 },
            trailers: 0,
        }
    }

    /// Whether the last chunk and its trailers have been read.
    pub(super) fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Reads on, hands the data to `put`, and says how many bytes of `input` belong to this body.
    pub(super) fn feed<E: From<Refusal>>(
        &mut self,
        input: &[u8],
        mut put: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<usize, E> {
        let mut used = 0;
        while used < input.len() && self.state != State::Done {
            if let State::Data { left } = self.state {
                let rest = &input[used..];
                let take = usize::try_from(left).map_or(rest.len(), |left| left.min(rest.len()));
                put(&rest[..take])?;
                used += take;
                self.state = match left - take as u64 {
                    0 => State::DataReturn,
                    left => State::Data { left },
                };
            } else {
                self.state = self.step(input[used])?;
                used += 1;
            }
        }
        Ok(used)
    }

    /// The state after one byte that is not data.
    fn step(&mut self, byte: u8) -> Result<State, Refusal> {
        match (self.state, byte) {
            (State::Size { size, digits }, _) => size_step(size, digits, byte),
            (State::Extension { size, .. }, b'\r') => Ok(State::SizeEnd { size }),
            (State::Extension { size, length }, _)
                if length < LONGEST_EXTENSION && is_text(byte) =>
            {
                Ok(State::Extension {
                    size,
                    length: length + 1,
                })
            }
            (State::SizeEnd { size: 0 } | State::TrailerEnd, b'\n') => Ok(State::TrailerStart),
            (State::SizeEnd { size }, b'\n') => Ok(State::Data { left: size }),
            (State::DataReturn, b'\r') => Ok(State::DataEnd),
            (State::DataEnd, b'\n') => Ok(State::Size { size: 0, digits: 0 }),
            (State::TrailerStart, b'\r') => Ok(State::LastEnd),
            (State::LastEnd, b'\n') => Ok(State::Done),
            (State::Trailer, b'\r') => Ok(State::TrailerEnd),
            (State::TrailerStart | State::Trailer, _)
                if self.trailers < LONGEST_TRAILERS && is_text(byte) =>
            {
                self.trailers += 1;
                Ok(State::Trailer)
            }
            _ => Err(MALFORMED),
        }
    }
}

const MALFORMED: Refusal = Refusal::invalid("The request's chunked body is malformed.");

/// A size is plain hexadecimal, at least one digit, straight to CRLF or `;`.
fn size_step(size: u64, digits: u8, byte: u8) -> Result<State, Refusal> {
    match (byte, char::from(byte).to_digit(16)) {
        (_, Some(digit)) if digits < MOST_DIGITS => Ok(State::Size {
            size: (size << 4) | u64::from(digit),
            digits: digits + 1,
        }),
        (b'\r', _) if digits > 0 => Ok(State::SizeEnd { size }),
        (b';', _) if digits > 0 => Ok(State::Extension { size, length: 0 }),
        _ => Err(MALFORMED),
    }
}

/// Whether a byte may stand in a line: no control except the tab.
fn is_text(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7f)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The data of a whole body, and what came after it.
    type Decoded = Option<(Vec<u8>, Vec<u8>)>;

    /// Decodes `input` cut at `cuts`; gives the data and what is left after the body.
    fn decode(input: &[u8], cuts: &[usize]) -> Result<Decoded, Refusal> {
        let mut decoder = Decoder::new();
        let mut data = Vec::new();
        let mut rest = Vec::new();
        let mut from = 0;
        for to in cuts.iter().copied().chain([input.len()]) {
            let piece = &input[from..to];
            let used = decoder.feed::<Refusal>(piece, |bytes| {
                data.extend_from_slice(bytes);
                Ok(())
            })?;
            rest.extend_from_slice(&piece[used..]);
            from = to;
        }
        Ok(decoder.is_done().then_some((data, rest)))
    }

    #[test]
    fn every_split_gives_the_same_data() {
        let input =
            b"4;a=\"b\"\r\nWiki\r\n6\r\npedia \r\nE\r\nin \r\n\r\nchunks.\r\n0\r\nX: y\r\n\r\nGET /";
        let expected = Some((b"Wikipedia in \r\n\r\nchunks.".to_vec(), b"GET /".to_vec()));
        for first in 0..=input.len() {
            for second in first..=input.len() {
                assert_eq!(decode(input, &[first, second]), Ok(expected.clone()));
            }
        }
    }

    #[test]
    fn sloppy_chunks_are_refused() {
        let long_extension = [b"1;".as_slice(), &[b'x'; 1025], b"\r\n"].concat();
        let long_trailers = [b"0\r\n".as_slice(), &[b'x'; 8193], b"\r\n\r\n"].concat();
        let table: &[&[u8]] = &[
            b"\r\n",
            b"x\r\n",
            b"+4\r\n",
            b"-1\r\n",
            b"0x4\r\n",
            b" 4\r\n",
            b"4 \r\n",
            b"4\n",
            b"4\rX",
            b";a\r\n",
            b"4\r\nWikiX",
            b"4\r\nWiki\n",
            b"4\r\nWiki\rX",
            b"00000000000000004\r\n",
            b"4;\0\r\n",
            b"4;a\nb\r\n",
            b"0\r\n\n",
            b"0\r\nA: b\n",
            b"0\r\n\rX",
            &long_extension,
            &long_trailers,
        ];
        for input in table {
            assert_eq!(
                decode(input, &[]),
                Err(MALFORMED),
                "{:?}",
                String::from_utf8_lossy(input)
            );
        }
    }

    #[test]
    fn a_body_that_stops_short_is_not_done() {
        let whole = b"4\r\nWiki\r\n0\r\n\r\n";
        for end in 0..whole.len() {
            assert_eq!(decode(&whole[..end], &[]), Ok(None));
        }
    }

    #[test]
    fn a_huge_claim_takes_no_memory() {
        assert_eq!(decode(b"FFFFFFFFFFFFFFFF\r\nabc", &[]), Ok(None));
    }

    proptest! {
        #[test]
        fn any_chunks_come_back_whole(
            chunks in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..50), 0..8),
            cut in any::<prop::sample::Index>(),
        ) {
            let mut input = Vec::new();
            for chunk in &chunks {
                input.extend_from_slice(format!("{:X}\r\n", chunk.len()).as_bytes());
                input.extend_from_slice(chunk);
                input.extend_from_slice(b"\r\n");
            }
            input.extend_from_slice(b"0\r\n\r\n");
            let cut = cut.index(input.len());
            prop_assert_eq!(decode(&input, &[cut]), Ok(Some((chunks.concat(), Vec::new()))));
        }

        #[test]
        fn no_bytes_make_it_panic(input in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&input, &[]);
        }
    }
}
