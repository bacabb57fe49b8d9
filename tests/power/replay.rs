//! The log of a disk, and the files as a cut of the power leaves them.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Bytes before the data of an entry: kind, file, place, length.
const HEAD: usize = 14;

/// What was done to the database (0) and to its log (1), in order.
pub(crate) struct Log {
    entries: Vec<Entry>,
    length: u64,
}

struct Entry {
    /// How long the log was with it.
    end: u64,
    file: usize,
    what: What,
}

#[derive(Clone)]
enum What {
    Write { at: usize, data: Vec<u8> },
    Truncate(usize),
    Sync,
}

impl Log {
    pub(crate) fn read(path: &Path) -> Self {
        let bytes = std::fs::read(path).expect("the log");
        let (mut entries, mut at) = (Vec::new(), 0);
        while let Some(head) = bytes.get(at..at + HEAD) {
            let place = u64::from_le_bytes(head[2..10].try_into().expect("eight bytes"));
            let length = u32::from_le_bytes(head[10..14].try_into().expect("four bytes"));
            let (place, length) = (place.try_into().expect("a place"), length as usize);
            // The process was killed: its last entry may be cut.
            let Some(data) = bytes.get(at + HEAD..at + HEAD + length) else {
                break;
            };
            at += HEAD + length;
            entries.push(Entry {
                end: at as u64,
                file: head[1].into(),
                what: match head[0] {
                    b'W' => What::Write {
                        at: place,
                        data: data.to_vec(),
                    },
                    b'T' => What::Truncate(place),
                    b'S' => What::Sync,
                    other => panic!("an entry of the kind {other}"),
                },
            });
        }
        Self {
            length: at as u64,
            entries,
        }
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }
}

/// Which syncs count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sync {
    AsDone,
    /// Of the log only those before the database is written, and those of its header.
    BeforeCheckpointsAlone,
}

/// What is surely on the disk, and what may be.
pub(crate) struct Disk {
    files: [Vec<u8>; 2],
    pending: [Vec<What>; 2],
    sync: Sync,
    next: usize,
}

impl Disk {
    pub(crate) fn new(database: Vec<u8>, sync: Sync) -> Self {
        Self {
            files: [database, Vec::new()],
            pending: [Vec::new(), Vec::new()],
            sync,
            next: 0,
        }
    }

    /// Goes on until the log was so long.
    pub(crate) fn run(&mut self, log: &Log, end: u64) {
        while let Some(entry) = log.entries.get(self.next).filter(|one| one.end <= end) {
            self.next += 1;
            let is_header = matches!(self.pending[1].last(), Some(What::Write { at: 0, .. }));
            let counts = self.sync == Sync::AsDone
                || entry.file == 0
                || is_header
                || log.entries.get(self.next).is_none_or(|next| next.file == 0);
            match &entry.what {
                What::Sync if counts => {
                    for what in self.pending[entry.file].drain(..) {
                        apply(&mut self.files[entry.file], &what);
                    }
                }
                What::Sync => {}
                other => self.pending[entry.file].push(other.clone()),
            }
        }
    }

    /// Writes the files as they are after a cut now: one of `chance` writes that were not synced
    /// is there, none where it is 0.
    pub(crate) fn after_the_cut(&self, folder: &Path, chance: u32, seed: usize) {
        let mut dice = StdRng::seed_from_u64(seed as u64);
        let names = ["pocketdesk.db", "pocketdesk.db-wal"];
        for ((name, file), pending) in names.iter().zip(&self.files).zip(&self.pending) {
            let mut file = file.clone();
            for what in pending {
                if chance > 0 && dice.random_range(0..chance) == 0 {
                    apply(&mut file, what);
                }
            }
            File::create(folder.join(name))
                .and_then(|mut out| out.write_all(&file))
                .expect("a file");
        }
    }
}

fn apply(file: &mut Vec<u8>, what: &What) {
    match what {
        What::Write { at, data } => {
            if file.len() < at + data.len() {
                file.resize(at + data.len(), 0);
            }
            file[*at..at + data.len()].copy_from_slice(data);
        }
        What::Truncate(length) => file.resize(*length, 0),
        What::Sync => {}
    }
}
