use super::state::STATE_DIR;
use super::*;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

fn artifacts(files: &[(&str, &str)]) -> Artifacts {
    let mut artifacts = Artifacts::default();
    for (path, text) in files {
        artifacts.add(*path, *text);
    }
    artifacts
}

/// An output directory, and runs of one policy in it.
struct Output(TempDir);

impl Output {
    fn new() -> Self {
        Self(TempDir::new().expect("temporary directory"))
    }

    fn with(files: &[(&str, &str)]) -> Self {
        let output = Self::new();
        output.write(files).expect("nothing is in the way");
        output
    }

    fn dir(&self) -> &Path {
        self.0.path()
    }

    fn at(&self, path: &str) -> PathBuf {
        self.dir().join(path)
    }

    fn write(&self, files: &[(&str, &str)]) -> Result<Summary, WriteError> {
        write(self.dir(), "shop", &artifacts(files), &Scope::Everything)
    }

    fn check(&self, files: &[(&str, &str)]) -> Differences {
        check(self.dir(), "shop", &artifacts(files), &Scope::Everything).expect("readable")
    }

    fn put(&self, path: &str, text: &str) {
        fs::create_dir_all(self.at(path).parent().expect("a parent")).expect("directories");
        fs::write(self.at(path), text).expect("write");
    }

    fn read(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.at(path)).ok()
    }

    /// Every file but the state, with its text.
    fn files(&self) -> Vec<(String, String)> {
        fn walk(root: &Path, at: &Path, found: &mut Vec<(String, String)>) {
            for entry in fs::read_dir(at).expect("readable") {
                let path = entry.expect("entry").path();
                if path.is_dir() {
                    walk(root, &path, found);
                } else {
                    let name = path.strip_prefix(root).expect("below").to_string_lossy().into_owned();
                    found.push((name, fs::read_to_string(&path).expect("text")));
                }
            }
        }
        let mut found = Vec::new();
        walk(self.dir(), self.dir(), &mut found);
        found.retain(|(path, _)| !path.starts_with(STATE_DIR));
        found.sort();
        found
    }
}

fn owned(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn writes_into_a_directory_that_does_not_exist_yet() {
    let output = Output::new();
    let dir = output.at("deep/down");
    let summary = write(&dir, "shop", &artifacts(&[("us/a.yaml", "1")]), &Scope::Everything).expect("writable");
    assert_eq!(summary.written, ["us/a.yaml"]);
    assert_eq!(fs::read_to_string(dir.join("us/a.yaml")).expect("written"), "1");
}

#[test]
fn a_second_run_changes_nothing() {
    let output = Output::with(&[("us/a.yaml", "1"), ("b", "2")]);
    let state = output.read(".tenantry/state.json");
    let summary = output.write(&[("us/a.yaml", "1"), ("b", "2")]).expect("writable");
    assert_eq!(summary, Summary { written: vec![], unchanged: 2, removed: vec![] });
    assert_eq!(output.read(".tenantry/state.json"), state);
}

#[test]
fn removes_what_it_wrote_and_no_longer_needs_with_the_directories_it_leaves_empty() {
    let output = Output::with(&[("us/deep/a.yaml", "1"), ("us/b.yaml", "2"), ("eu/c.yaml", "3")]);
    output.put("eu/mine.txt", "keep");
    let summary = output.write(&[("us/b.yaml", "2")]).expect("writable");
    assert_eq!(summary.removed, ["eu/c.yaml", "us/deep/a.yaml"]);
    assert_eq!(output.files(), owned(&[("eu/mine.txt", "keep"), ("us/b.yaml", "2")]));
    assert!(!output.at("us/deep").exists());
}

#[test]
fn never_touches_a_file_that_it_did_not_write() {
    let output = Output::with(&[("a", "1")]);
    output.put("us/notes.txt", "mine");
    output.put("b", "mine too");
    output.write(&[("a", "2"), ("us/c", "3")]).expect("writable");
    assert_eq!(output.read("us/notes.txt").as_deref(), Some("mine"));
    assert_eq!(output.read("b").as_deref(), Some("mine too"));
}

#[test]
fn a_file_that_it_did_not_write_in_the_way_is_an_error_and_nothing_is_written() {
    let output = Output::new();
    output.put("us/a.yaml", "mine");
    let error = output.write(&[("a", "1"), ("us/a.yaml", "2")]).expect_err("in the way");
    assert!(matches!(&error, WriteError::InTheWay(paths) if *paths == ["us/a.yaml"]), "{error}");
    assert_eq!(output.files(), owned(&[("us/a.yaml", "mine")]));
    assert!(!output.at(STATE_DIR).exists(), "not even a state");
}

#[test]
fn a_file_that_happens_to_be_right_is_adopted() {
    let output = Output::new();
    output.put("a", "1");
    assert_eq!(output.write(&[("a", "1")]).expect("nothing in the way").unchanged, 1);
    assert_eq!(output.write(&[]).expect("ours now").removed, ["a"]);
}

#[test]
fn a_directory_or_a_file_where_the_other_should_be_is_in_the_way() {
    let output = Output::new();
    output.put("a/inside", "mine");
    output.put("b", "mine");
    let error = output.write(&[("a", "1"), ("b/c", "2")]).expect_err("in the way");
    assert!(matches!(&error, WriteError::InTheWay(paths) if *paths == ["a", "b"]), "{error}");
}

#[test]
fn its_own_file_gives_way_to_a_directory() {
    let output = Output::with(&[("a", "1")]);
    output.write(&[("a/b", "2")]).expect("its own file");
    assert_eq!(output.files(), owned(&[("a/b", "2")]));
}

#[test]
fn a_file_changed_by_hand_is_an_error_and_nothing_is_written() {
    let output = Output::with(&[("a", "1"), ("b", "1")]);
    output.put("a", "edited");
    let error = output.write(&[("a", "2"), ("b", "2")]).expect_err("edited");
    assert!(matches!(&error, WriteError::ChangedByHand(paths) if *paths == ["a"]), "{error}");
    assert_eq!(output.files(), owned(&[("a", "edited"), ("b", "1")]));
    // Neither is it removed when it is no longer needed.
    assert!(matches!(output.write(&[("b", "2")]), Err(WriteError::ChangedByHand(_))));
    fs::remove_file(output.at("a")).expect("the way out");
    output.write(&[("a", "2"), ("b", "2")]).expect("written anew");
    assert_eq!(output.files(), owned(&[("a", "2"), ("b", "2")]));
}

#[test]
fn a_cut_off_run_leaves_a_state_that_the_next_one_mends() {
    let output = Output::with(&[("a", "1"), ("b", "1")]);
    // As a run to version 2 leaves it that dies after its first rename and in the middle of its second file.
    let mut state = State::load(output.dir()).expect("state");
    for path in ["a", "b"] {
        state.pending.entry(path.to_owned()).or_default().insert(crate::module::oci::sha256(b"2"));
    }
    state.save(output.dir(), "shop").expect("saved");
    output.put("a", "2");
    output.put(".tenantry-x1y2z3.tmp", "half of");
    // The next run goes to version 3: `a` is neither as the last finished run left it nor as it should be.
    let summary = output.write(&[("a", "3"), ("b", "3")]).expect("nobody's edits");
    assert_eq!(summary.written, ["a", "b"]);
    assert_eq!(output.files(), owned(&[("a", "3"), ("b", "3")]));
    assert!(State::load(output.dir()).expect("state").pending.is_empty());
}

#[test]
fn an_error_while_writing_leaves_whole_files_and_a_state_that_the_next_run_mends() {
    let output = Output::with(&[("a", "1"), ("us/b", "1")]);
    let mut state = State::load(output.dir()).expect("state");
    // The directory turns into something unwritable between the comparison and the writing.
    let wanted = artifacts(&[("a", "2"), ("us/b", "2")]);
    let differences = compare::compare(output.dir(), &state, &wanted, &Scope::Everything).expect("readable");
    fs::remove_file(output.at("us/b")).expect("remove");
    fs::remove_dir(output.at("us")).expect("remove");
    output.put("us", "somebody's");
    let result = apply::apply(output.dir(), "shop", state, &wanted, &Scope::Everything, differences);
    assert!(matches!(result, Err(WriteError::Io { .. })), "{result:?}");
    assert_eq!(output.read("a").as_deref(), Some("2"));
    fs::remove_file(output.at("us")).expect("remove");
    output.write(&[("a", "3"), ("us/b", "3")]).expect("`a` is known to be ours");
    state = State::load(output.dir()).expect("state");
    assert!(state.pending.is_empty());
    assert_eq!(output.files(), owned(&[("a", "3"), ("us/b", "3")]));
}

#[test]
fn no_path_leaves_the_directory() {
    let output = Output::new();
    for path in ["../a", "/etc/a", "us/../../a", "", "us//../../a", "./../a", "us\\..\\a"] {
        let result = output.write(&[(path, "1")]);
        assert!(matches!(result, Err(WriteError::Outside(_))), "`{path}`: {result:?}");
    }
    assert!(output.files().is_empty());
}

#[cfg(unix)]
#[test]
fn no_symbolic_link_is_followed_out_of_the_directory() {
    let elsewhere = TempDir::new().expect("temporary directory");
    fs::write(elsewhere.path().join("a"), "theirs").expect("write");
    for link in ["us", "us/a", STATE_DIR] {
        let output = Output::new();
        fs::create_dir_all(output.at(link).parent().expect("a parent")).expect("directories");
        let target = if link == "us/a" { elsewhere.path().join("a") } else { elsewhere.path().to_owned() };
        std::os::unix::fs::symlink(target, output.at(link)).expect("symlink");
        let result = output.write(&[("us/a", "1")]);
        assert!(matches!(result, Err(WriteError::NotAFile(_))), "{link}: {result:?}");
        assert_eq!(fs::read_to_string(elsewhere.path().join("a")).expect("untouched"), "theirs");
        assert_eq!(fs::read_dir(elsewhere.path()).expect("readable").count(), 1);
    }
}

#[test]
fn a_part_of_the_directory_is_compiled_without_the_rest() {
    let output = Output::with(&[("us/a", "1"), ("eu/a", "1"), ("eu/b", "1")]);
    let scope = Scope::Below(vec!["us".to_owned()]);
    write(output.dir(), "shop", &artifacts(&[("us/a", "2")]), &scope).expect("writable");
    assert_eq!(output.files(), owned(&[("eu/a", "1"), ("eu/b", "1"), ("us/a", "2")]));
    // The next whole run still knows the rest.
    assert_eq!(output.write(&[("us/a", "2"), ("eu/a", "1")]).expect("writable").removed, ["eu/b"]);
}

#[test]
fn check_names_what_is_missing_stale_extra_or_edited_and_touches_nothing() {
    let output = Output::with(&[("stale", "1"), ("extra", "1"), ("edited", "1"), ("same", "1")]);
    output.put("edited", "by hand");
    output.put("foreign", "mine");
    let before = (output.files(), output.read(".tenantry/state.json"));
    let found = output.check(&[("stale", "2"), ("edited", "1"), ("same", "1"), ("missing", "1"), ("foreign", "1")]);
    assert_eq!(found.stale, ["stale"]);
    assert_eq!(found.extra, ["extra"]);
    assert_eq!(found.changed_by_hand, ["edited"]);
    assert_eq!(found.missing, ["missing"]);
    assert_eq!(found.in_the_way, ["foreign"]);
    assert_eq!(found.unchanged, 1);
    assert_eq!((output.files(), output.read(".tenantry/state.json")), before);

    let nowhere = output.at("nowhere");
    let found = check(&nowhere, "shop", &artifacts(&[("a", "1")]), &Scope::Everything).expect("an empty place");
    assert_eq!(found.missing, ["a"]);
    assert!(!nowhere.exists());
}

#[test]
fn the_output_of_another_policy_is_not_replaced() {
    let output = Output::with(&[("a", "1")]);
    let result = write(output.dir(), "other", &artifacts(&[]), &Scope::Everything);
    assert!(matches!(result, Err(WriteError::OtherPolicy { .. })), "{result:?}");
    assert_eq!(output.read("a").as_deref(), Some("1"));
}

#[test]
fn a_malformed_state_is_an_error() {
    for text in ["", "{}", "[]", r#"{"version": 2, "policy": "shop", "files": {}}"#] {
        let output = Output::with(&[("a", "1")]);
        output.put(".tenantry/state.json", text);
        let result = output.write(&[("a", "2")]);
        assert!(matches!(result, Err(WriteError::State { .. })), "`{text}`: {result:?}");
        assert_eq!(output.read("a").as_deref(), Some("1"));
    }
}

#[test]
fn two_runs_do_not_write_at_once() {
    let output = Output::with(&[("a", "1")]);
    let lock = state::lock(output.dir()).expect("free");
    assert!(matches!(output.write(&[("a", "2")]), Err(WriteError::Busy(_))));
    drop(lock);
    output.write(&[("a", "2")]).expect("free again");
}

#[cfg(unix)]
#[test]
fn files_are_readable_by_everyone() {
    use std::os::unix::fs::PermissionsExt as _;
    let output = Output::with(&[("us/a", "1")]);
    assert_eq!(fs::metadata(output.at("us/a")).expect("written").permissions().mode() & 0o777, 0o644);
}
