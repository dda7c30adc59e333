//! Files made to hurt: each is refused with a clear diagnostic, in bounded time and memory.

use crate::support::{cpu_time, load_bytes};
use std::fmt::Write as _;
use std::time::Duration;

/// The largest file that is read at all is 4 MiB. A debug build gets files of a size that it reads in the same time.
const SIZE: usize = if cfg!(debug_assertions) { 256 << 10 } else { (4 << 20) - 64 };

/// What one file may take.
const LONGEST: Duration = Duration::from_secs(10);

fn fill(unit: &str) -> String {
    unit.repeat(SIZE / unit.len())
}

fn each(line: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for number in 0.. {
        let line = line(number);
        if text.len() + line.len() > SIZE {
            break;
        }
        text.push_str(&line);
    }
    text
}

/// Every value is nine times the one before: nine lines stand for a thousand million values.
fn alias_bomb() -> String {
    let mut text = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (from, to) in ('a'..='y').zip('b'..='z') {
        let _ = writeln!(text, "{to}: &{to} [{}]", vec![format!("*{from}"); 9].join(", "));
    }
    text
}

/// Name, text, and a code that has to be among the answer's.
fn corpus() -> Vec<(&'static str, String, &'static str)> {
    vec![
        ("alias bomb", alias_bomb(), "TN0007"),
        ("anchors", each(|n| format!("- &a{n} x\n")), "TN0007"),
        ("aliases of nothing", fill("- *x\n"), "TN0007"),
        ("merge keys", fill("- {<<: {a: b}}\n"), "TN0008"),
        ("python objects", fill("- !!python/object/apply:os.system [x]\n"), "TN0009"),
        ("depth of lists", fill("["), "TN0013"),
        ("depth of mappings", fill("{a: "), "TN0013"),
        ("depth of both", fill("[{a: "), "TN0013"),
        ("depth of block lists", fill("- "), "TN0013"),
        ("depth of block mappings", (0..1_000).map(|n| format!("{:n$}a:\n", "")).collect(), "TN0013"),
        ("depth of explicit keys", fill("? "), "TN0013"),
        ("a million values", "-\n".repeat(1_100_000), "TN0014"),
        ("a million values in brackets", format!("[{}]", "a,".repeat(1_100_000)), "TN0014"),
        ("repeated keys", fill("again: and again\n"), "TN0010"),
        ("unknown fields", each(|n| format!("f{n}: 1\n")), "TN0101"),
        ("wrong tenants", format!("tenants:\n{}", each(|n| format!("  t{n}: {{unknown: 1, field: 2}}\n"))), "TN0101"),
        ("unknown clusters", format!("tenants:\n{}", each(|n| format!("  t{n}: {{cluster: c{n}}}\n"))), "TN0102"),
        ("a long line", format!("a: {}", fill("x")), "TN0101"),
        ("a long key", format!("{}: 1", fill("x")), "TN0005"),
        ("a long quoted key", format!("{{\"{}\": 1}}", fill("x")), "TN0101"),
        ("a long number", format!("mesh: {{istio: {}}}", fill("9")), "TN0103"),
        ("a long name", format!("metadata: {{name: {}}}", fill("a")), "TN0104"),
        ("a text without an end", format!("a: \"{}", fill("x")), "TN0005"),
        ("escapes", format!("a: \"{}\"", fill("\\x41")), "TN0101"),
        ("colons", format!("a: [{}", fill(":")), "TN0005"),
        ("hashes", fill("#"), "TN0015"),
        ("comments", fill("# x\n"), "TN0015"),
        ("line ends", fill("\n"), "TN0015"),
        ("tabs", fill("\t"), "TN0015"),
        ("directives", fill("%TAG ! x\n"), "TN0005"),
        ("documents", fill("---\n"), "TN0012"),
        ("a block text", format!("a: |\n{}", fill("  x\n")), "TN0101"),
        ("a folded text", format!("a: >\n{}", fill("  x\n\n")), "TN0101"),
        ("a mistake in every section", fill("a: [\n"), "TN0005"),
        ("a mistake in every entry", format!("a:\n{}", fill("  b: [\n")), "TN0005"),
        ("tabs in every section", fill("a:\n\tb\n"), "TN0006"),
        ("letters beyond ASCII", format!("a: [{}", fill("éééééé, ")), "TN0005"),
        ("control characters", fill("\u{1}"), "TN0004"),
        ("reordering characters", fill("a: \u{202e}b\n"), "TN0004"),
    ]
}

#[test]
fn the_corpus_is_refused_in_bounded_time() {
    let mut slowest = (Duration::ZERO, "");
    for (name, text, code) in corpus() {
        let start = cpu_time();
        let (_directory, loaded) = load_bytes(text.as_bytes(), &[]);
        let took = cpu_time().saturating_sub(start);
        println!("{name:30} {took:>10.1?} {:3} diagnostics", loaded.diagnostics.len());
        slowest = slowest.max((took, name));
        assert!(loaded.policy.is_none(), "{name}");
        assert!(loaded.diagnostics.iter().any(|it| it.rule.code == code), "{name}: {:?}", loaded.diagnostics.first());
        assert!(loaded.diagnostics.len() < 500, "{name}: a report must not be as long as the file");
        let longest = loaded.diagnostics.iter().map(|it| it.message.len()).max().unwrap_or(0);
        assert!(longest < 2_000, "{name}: a message of {longest} bytes");
        assert!(took < LONGEST, "{name} took {took:?}");
    }
    println!("slowest: {slowest:?}");
}

/// The files that need the most memory, through the command, with 1 GiB of address space to be had.
#[cfg(target_os = "linux")]
#[test]
fn the_corpus_is_refused_in_bounded_memory() {
    use std::process::Command;
    const KIBIBYTES: usize = 1 << 20;
    const HEAVIEST: &[&str] = &[
        "alias bomb",
        "depth of both",
        "a million values",
        "a million values in brackets",
        "repeated keys",
        "a mistake in every section",
        "letters beyond ASCII",
    ];

    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("policy.yaml");
    for (name, text, _) in corpus().into_iter().filter(|(name, ..)| HEAVIEST.contains(name)) {
        std::fs::write(&path, text).expect("the policy");
        let output = Command::new("sh")
            .args(["-c", &format!("ulimit -v {KIBIBYTES}; exec \"$0\" check \"$1\"")])
            .args([env!("CARGO_BIN_EXE_tenantry").as_ref(), path.as_os_str()])
            .output()
            .expect("sh runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}: {errors:.2000}");
        assert!(errors.contains("error[TN00") || errors.contains("error[TN01"), "{name}: {errors:.2000}");
    }
}

#[test]
fn a_hundred_megabytes_are_refused_unread() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("policy.yaml");
    std::fs::File::create(&path).and_then(|file| file.set_len(100 << 20)).expect("a file of holes");
    let start = cpu_time();
    let loaded = tenantry::resolve::load(&path);
    let took = cpu_time().saturating_sub(start);
    let found: Vec<_> = loaded.diagnostics.iter().map(|it| it.rule.code).collect();
    assert_eq!(found, ["TN0002"]);
    assert!(took < Duration::from_millis(200), "{took:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn an_endless_file_is_refused() {
    let loaded = tenantry::resolve::load("/dev/zero".as_ref());
    let found: Vec<_> = loaded.diagnostics.iter().map(|it| it.rule.code).collect();
    assert_eq!(found, ["TN0002"]);
}
