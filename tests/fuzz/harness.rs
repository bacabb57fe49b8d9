//! Takes seeds apart and together again, gives what comes of it to a target, and keeps as new seeds
//! what the target answered in a way that was not seen before.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use std::{env, fs};

use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};

/// For how long a target is tried where nobody says more.
const USUAL: Duration = Duration::from_millis(500);

/// The longest input, in bytes.
const LONGEST: usize = 8 << 10;

/// How many seeds are kept.
const MOST_SEEDS: usize = 2_000;

/// What a target says of an input: how it was answered, in a few words that repeat, or what is
/// wrong.
pub(crate) type Verdict = Result<String, String>;

/// Tries a target on seeds and on what comes of them, for as long as is asked for.
pub(crate) fn fuzz(
    name: &str,
    seeds: &[&[u8]],
    words: &[&[u8]],
    target: impl Fn(&[u8]) -> Verdict,
) {
    if let Some(path) = env::var_os("POCKETDESK_FUZZ_INPUT") {
        let input = fs::read(path).expect("the input is there");
        judge(name, &input, &target);
        return;
    }
    let seconds = env::var("POCKETDESK_FUZZ_SECONDS").ok();
    let length = seconds.map_or(USUAL, |text| {
        Duration::from_secs(text.parse().expect("POCKETDESK_FUZZ_SECONDS is a number"))
    });
    let mut rng = StdRng::from_rng(&mut rand::rng());
    let mut known: Vec<Vec<u8>> = seeds.iter().map(|seed| seed.to_vec()).collect();
    let mut seen = HashSet::new();
    let (began, mut count) = (Instant::now(), 0_u64);
    for seed in &known {
        seen.insert(judge(name, seed, &target));
    }
    while began.elapsed() < length {
        let mut input = known[rng.random_range(0..known.len())].clone();
        for _ in 0..rng.random_range(1..6) {
            let other = &known[rng.random_range(0..known.len())];
            change(&mut input, other, words, &mut rng);
        }
        input.truncate(LONGEST);
        count += 1;
        if seen.insert(judge(name, &input, &target)) && known.len() < MOST_SEEDS {
            known.push(input);
        }
    }
    println!("{name}: {count} inputs, {} answers", seen.len());
}

/// Gives an input to the target; where that is wrong, says where the input is kept.
fn judge(name: &str, input: &[u8], target: &impl Fn(&[u8]) -> Verdict) -> String {
    let verdict = catch_unwind(AssertUnwindSafe(|| target(input)));
    let wrong = match verdict {
        Ok(Ok(answer)) => return answer,
        Ok(Err(wrong)) => wrong,
        Err(_) => "it panicked".to_owned(),
    };
    let mut hasher = DefaultHasher::new();
    input.hash(&mut hasher);
    let path =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{:x}", hasher.finish()));
    fs::write(&path, input).expect("the input is kept");
    panic!("{name}: {wrong}\nthe input is in {}", path.display());
}

/// One change: bytes go, come, are repeated or replaced, at a place by chance.
fn change(input: &mut Vec<u8>, other: &[u8], words: &[&[u8]], rng: &mut StdRng) {
    let at = rng.random_range(0..=input.len());
    let end = rng.random_range(at..=input.len().min(at + 64));
    match rng.random_range(0..7) {
        0 if at < input.len() => input[at] = rng.random(),
        1 => drop(input.drain(at..end)),
        2 => {
            let piece = input[at..end].to_vec();
            let times = rng.random_range(1..20);
            input.splice(at..at, piece.repeat(times));
        }
        3 if !other.is_empty() => {
            let from = rng.random_range(0..other.len());
            let to = rng.random_range(from..=other.len().min(from + 256));
            input.splice(at..end, other[from..to].iter().copied());
        }
        4 => input.truncate(at),
        5 => {
            let mut bytes = [0; 3];
            rng.fill_bytes(&mut bytes);
            input.splice(at..at, bytes);
        }
        _ => {
            let word = words[rng.random_range(0..words.len())];
            input.splice(at..end.min(at + word.len()), word.iter().copied());
        }
    }
}
