//! What links the record's entries, so that a change of one, or of their number, shows.
//!
//! Each entry's link is a keyed hash (HMAC-SHA-256) over the link before it, its number and its text; the key is in the
//! keychain. The last link, and the last keyed one, are also kept apart, in a sealed file, so that a record whose end was
//! cut off shows it. Where there is no keychain, links are plain SHA-256 and marked unkeyed: nothing is blocked.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Entry;
use crate::api::Checksum;
use crate::durable;
use crate::keychain::AuditKey;
use crate::view::{AuditVerdict, BrokenEntry};

/// An entry's place in the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its number, from 1.
    pub number: u64,
    /// Whether its hash is keyed.
    pub keyed: bool,
    /// The hash over the link before it, its number and its text.
    pub hash: Checksum,
}

/// What links entries: the key, where there is one, and the file that keeps the chain's ends.
#[derive(Clone)]
pub struct Chain {
    key: Option<AuditKey>,
    ends: PathBuf,
}

/// Where the record ended when it was last written, kept apart from it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Ends {
    /// Its last entry.
    last: Sealed,
    /// Its last entry whose hash is keyed: without the key nobody can move it back.
    keyed: Option<Sealed>,
}

/// A link, with a hash over it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Sealed {
    link: Link,
    seal: Checksum,
}

impl Chain {
    /// A chain whose ends are kept in the data folder.
    pub fn new(key: Option<AuditKey>, data_folder: &Path) -> Self {
        Self { key, ends: data_folder.join("audit-head.json") }
    }

    /// Whether its links are keyed.
    pub fn has_key(&self) -> bool {
        self.key.is_some()
    }

    /// The same chain with a key.
    #[must_use]
    pub fn with_key(&self, key: AuditKey) -> Self {
        Self { key: Some(key), ends: self.ends.clone() }
    }

    /// The link of a new entry after `before`.
    pub fn link(&self, before: Option<&Link>, text: &str) -> Link {
        let number = before.map_or(1, |link| link.number + 1);
        let hash = self.hash(self.has_key(), before, number, text);
        Link { number, keyed: self.has_key(), hash }
    }

    /// Keeps the record's end apart. Called after the entry is committed: an end that is one behind, or not there behind
    /// the first entry, is no sign of a change. One that another process kept meanwhile, and that is further on, stays.
    pub fn seal(&self, head: &Link) -> std::io::Result<()> {
        let before = self.read_ends();
        if before.as_ref().is_some_and(|ends| ends.last.link.number >= head.number) {
            return Ok(());
        }
        let last = Sealed { link: head.clone(), seal: self.seal_of(head) };
        let keyed = if head.keyed { Some(last.clone()) } else { before.and_then(|ends| ends.keyed) };
        let text = serde_json::to_vec(&Ends { last, keyed })?;
        // The window and the command may seal at once: each writes a file of its own.
        let folder = self.ends.parent().unwrap_or(Path::new("."));
        let mut part = tempfile::Builder::new().prefix("audit-head.").suffix(".part").tempfile_in(folder)?;
        part.write_all(&text)?;
        durable::replace(part, &self.ends)
    }

    /// Begins to check a record, before it is read: its ends are not ahead of it then.
    pub fn check(self) -> Check {
        Check {
            ends: self.read_ends(),
            last: None,
            first_keyed: None,
            found: 0,
            lacks_key: false,
            verdict: AuditVerdict { entries: 0, unkeyed: 0, broken: None, broken_entry: None },
            chain: self,
        }
    }

    fn hash(&self, keyed: bool, before: Option<&Link>, number: u64, text: &str) -> Checksum {
        let previous = before.map(|link| link.hash.to_string()).unwrap_or_default();
        let parts: [&[u8]; 3] = [previous.as_bytes(), &number.to_be_bytes(), text.as_bytes()];
        match &self.key {
            Some(key) if keyed => keyed_hash(key, parts),
            _ => Checksum::new(parts.into_iter().fold(Sha256::new(), Digest::chain_update).finalize().into()),
        }
    }

    fn seal_of(&self, link: &Link) -> Checksum {
        self.hash(link.keyed, Some(link), link.number, "head")
    }

    fn read_ends(&self) -> Option<Ends> {
        serde_json::from_slice(&fs::read(&self.ends).ok()?).ok()
    }
}

impl Ends {
    /// Each end once.
    fn all(&self) -> impl Iterator<Item = &Sealed> {
        let keyed = self.keyed.as_ref().filter(|keyed| keyed.link != self.last.link);
        [Some(&self.last), keyed].into_iter().flatten()
    }
}

/// An entry that may have been changed, if it still is one.
fn as_it_reads(text: &str) -> Option<BrokenEntry> {
    let Entry { at, event, .. } = serde_json::from_str(text).ok()?;
    Some(BrokenEntry { at, contract_number: event.contract().map(|contract| contract.number.clone()) })
}

fn keyed_hash(key: &AuditKey, parts: [&[u8]; 3]) -> Checksum {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
    parts.into_iter().for_each(|part| mac.update(part));
    Checksum::new(mac.finalize().into_bytes().into())
}

/// A check of a record under way: fed every entry in order, then asked for its verdict.
pub struct Check {
    chain: Chain,
    ends: Option<Ends>,
    last: Option<Link>,
    first_keyed: Option<u64>,
    /// Ends that were found in the record.
    found: usize,
    /// Whether entries were passed over because the key that they are compared with is not at hand.
    lacks_key: bool,
    verdict: AuditVerdict,
}

impl Check {
    /// Takes the next entry.
    pub fn read(&mut self, text: &str, link: Link) {
        self.verdict.entries += 1;
        self.verdict.unkeyed += u64::from(!link.keyed);
        let expected = self.last.as_ref().map_or(1, |last| last.number + 1);
        if link.number != expected {
            self.breaks(format!("Entry {expected} is missing."), None);
        } else if link.keyed && !self.chain.has_key() {
            self.lacks_key = true;
        } else if self.chain.hash(link.keyed, self.last.as_ref(), link.number, text) != link.hash {
            self.breaks(format!("Entry {} was changed.", link.number), Some(text));
        }
        self.found += self.ends.iter().flat_map(Ends::all).filter(|end| end.link == link).count();
        self.first_keyed = self.first_keyed.or(link.keyed.then_some(link.number));
        self.last = Some(link);
    }

    /// What was found, the ends that are kept apart included; `None` where that takes a key that is not at hand, and
    /// nothing is wrong with the rest.
    pub fn verdict(mut self) -> Option<AuditVerdict> {
        if let Some(how) = self.wrong_at_its_end() {
            self.breaks(how, None);
        }
        let is_known = self.verdict.broken.is_some() || !self.lacks_key;
        is_known.then_some(self.verdict)
    }

    fn wrong_at_its_end(&self) -> Option<String> {
        let missing = || Some("The kept end of the record is missing or was changed.".to_owned());
        let Some(ends) = &self.ends else {
            let is_due = self.last.as_ref().is_some_and(|last| last.number > 1) || self.chain.ends.exists();
            return if is_due { missing() } else { None };
        };
        let can_be_read = |end: &&Sealed| self.chain.has_key() || !end.link.keyed;
        if ends.all().filter(can_be_read).any(|end| end.seal != self.chain.seal_of(&end.link)) {
            return missing();
        }
        let last = ends.last.link.number;
        if ends.all().count() != self.found {
            return Some(format!("Entries up to {last} were cut off or replaced."));
        }
        let keyed_is_due = self.first_keyed.is_some_and(|first| first <= last);
        if keyed_is_due && ends.keyed.is_none() { missing() } else { None }
    }

    /// The first break is what is told; `text` is the entry's, where it is there.
    fn breaks(&mut self, how: String, text: Option<&str>) {
        if self.verdict.broken.is_none() {
            self.verdict.broken = Some(how);
            self.verdict.broken_entry = text.and_then(as_it_reads);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(folder: &Path, key: Option<u8>) -> Chain {
        Chain::new(key.map(|byte| AuditKey::from([byte; 32])), folder)
    }

    fn written(chain: &Chain, texts: &[&str]) -> Vec<(String, Link)> {
        let mut rows: Vec<(String, Link)> = Vec::new();
        for text in texts {
            let link = chain.link(rows.last().map(|row| &row.1), text);
            chain.seal(&link).unwrap();
            rows.push(((*text).to_owned(), link));
        }
        rows
    }

    fn verdict_if_any(chain: &Chain, rows: &[(String, Link)]) -> Option<AuditVerdict> {
        let mut check = chain.clone().check();
        rows.iter().for_each(|(text, link)| check.read(text, link.clone()));
        check.verdict()
    }

    fn verdict(chain: &Chain, rows: &[(String, Link)]) -> AuditVerdict {
        verdict_if_any(chain, rows).unwrap()
    }

    #[test]
    fn a_whole_record_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let chain = chain(folder.path(), Some(7));
        assert_eq!(verdict(&chain, &[]).broken, None);
        let rows = written(&chain, &["a", "b", "c"]);
        let found = verdict(&chain, &rows);
        assert_eq!((found.entries, found.unkeyed, found.broken), (3, 0, None));
    }

    #[test]
    fn change_removal_and_truncation_show() {
        let folder = tempfile::tempdir().unwrap();
        let chain = chain(folder.path(), Some(7));
        let rows = written(&chain, &["a", "b", "c"]);
        let mut changed = rows.clone();
        changed[1].0 = "x".into();
        assert_eq!(verdict(&chain, &changed).broken.unwrap(), "Entry 2 was changed.");
        let removed = [rows[0].clone(), rows[2].clone()];
        assert_eq!(verdict(&chain, &removed).broken.unwrap(), "Entry 2 is missing.");
        assert!(verdict(&chain, &rows[..2]).broken.unwrap().contains("cut off"));
        assert!(verdict(&chain, &[]).broken.unwrap().contains("cut off"));
    }

    #[test]
    fn a_program_that_ends_between_entry_and_head_is_no_forger() {
        let folder = tempfile::tempdir().unwrap();
        let chain = chain(folder.path(), Some(7));
        let mut rows = vec![("a".to_owned(), chain.link(None, "a"))];
        assert_eq!(verdict(&chain, &rows).broken, None, "no head yet");
        chain.seal(&rows[0].1).unwrap();
        rows.push(("b".to_owned(), chain.link(Some(&rows[0].1), "b")));
        assert_eq!(verdict(&chain, &rows).broken, None, "a head that is one behind");
        fs::remove_file(folder.path().join("audit-head.json")).unwrap();
        assert!(verdict(&chain, &rows).broken.unwrap().contains("missing"));
        fs::write(folder.path().join("audit-head.json"), "[]").unwrap();
        assert!(verdict(&chain, &rows[..1]).broken.unwrap().contains("missing or was changed"));
    }

    #[test]
    fn heads_may_be_kept_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let chain = chain(folder.path(), None);
        let rows = written(&chain, &["a", "b", "c", "d"]);
        std::thread::scope(|scope| {
            for (_, link) in &rows {
                scope.spawn(|| (0..50).for_each(|_| chain.seal(link).unwrap()));
            }
        });
        assert_eq!(verdict(&chain, &rows).broken, None);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
    }

    #[test]
    fn a_forger_without_the_key_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let ours = chain(folder.path(), Some(7));
        written(&ours, &["a", "b"]);
        let forged = written(&chain(folder.path(), Some(8)), &["a", "x"]);
        assert!(verdict(&ours, &forged).broken.is_some());
    }

    #[test]
    fn what_a_scheduler_without_a_keychain_adds_breaks_nothing_and_hides_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (keyed, unkeyed) = (chain(folder.path(), Some(7)), chain(folder.path(), None));
        let mut rows = written(&keyed, &["a", "b"]);
        let add = |chain: &Chain, rows: &mut Vec<(String, Link)>, text: &str| {
            let link = chain.link(rows.last().map(|row| &row.1), text);
            chain.seal(&link).unwrap();
            rows.push((text.to_owned(), link));
        };
        add(&unkeyed, &mut rows, "c");
        let found = verdict(&keyed, &rows);
        assert_eq!((found.entries, found.unkeyed, found.broken), (3, 1, None));
        add(&keyed, &mut rows, "d");
        assert_eq!(verdict(&keyed, &rows).broken, None);

        // Who has no key cuts the record back and seals the end of what they leave.
        let mut cut = vec![rows[0].clone()];
        fs::write(folder.path().join("audit-head.json"), "").unwrap();
        add(&unkeyed, &mut cut, "e");
        assert!(verdict(&keyed, &cut).broken.unwrap().contains("kept end"));
    }

    #[test]
    fn an_end_is_not_moved_back() {
        let folder = tempfile::tempdir().unwrap();
        let chain = chain(folder.path(), Some(7));
        let rows = written(&chain, &["a", "b"]);
        chain.seal(&rows[0].1).unwrap();
        assert!(verdict(&chain, &rows[..1]).broken.unwrap().contains("cut off"));
        assert_eq!(verdict(&chain, &rows).broken, None);
    }

    #[test]
    fn a_locked_keychain_is_no_change_and_hides_none() {
        let folder = tempfile::tempdir().unwrap();
        let (keyed, locked) = (chain(folder.path(), Some(7)), chain(folder.path(), None));
        let rows = written(&keyed, &["a", "b", "c"]);
        assert_eq!(verdict_if_any(&locked, &rows), None);
        let removed = [rows[0].clone(), rows[2].clone()];
        assert_eq!(verdict(&locked, &removed).broken.unwrap(), "Entry 2 is missing.");
        assert!(verdict(&locked, &rows[..2]).broken.unwrap().contains("cut off"));
    }

    #[test]
    fn entries_without_a_keychain_are_marked_and_block_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let chain = chain(folder.path(), None);
        let rows = written(&chain, &["a", "b"]);
        let found = verdict(&chain, &rows);
        assert_eq!((found.entries, found.unkeyed, found.broken), (2, 2, None));
    }
}
