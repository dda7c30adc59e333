//! Examples in rules' docs are parts of a policy. This lays them over a whole one.

use crate::harness::Fixture;
use tenantry::diagnostic::Rule;

/// A key at some depth, with the lines that belong to it and the comments right above it.
struct Section<'a> {
    key: &'a str,
    lines: Vec<&'a str>,
}

/// Lays a fragment over a policy. A section written as a block of keys is merged key by key; a section in
/// flow style, a list and everything deeper replaces what is there. What follows `---` comes last as it is.
pub fn merge(base: &str, fragment: &str) -> String {
    let (fragment, documents) = fragment.split_at(fragment.find("---\n").unwrap_or(fragment.len()));
    let mut sections = split(base.lines(), 0);
    for section in split(fragment.lines(), 0) {
        match sections.iter_mut().find(|it| it.key == section.key) {
            None => sections.push(section),
            Some(old) if is_block(old) && is_block(&section) => lay_over(old, &section),
            Some(old) => {
                let blank = old.lines.last().is_some_and(|it| it.is_empty());
                old.lines = section.lines;
                old.lines.extend(blank.then_some(""));
            }
        }
    }
    let merged: String = sections.iter().flat_map(|it| &it.lines).map(|line| format!("{line}\n")).collect();
    merged + documents
}

fn lay_over<'a>(old: &mut Section<'a>, new: &Section<'a>) {
    let (head, tail) = split_head(old);
    let new = split(split_head(new).1.iter().copied(), 2);
    let kept = split(tail.iter().copied(), 2).into_iter().filter(|old| new.iter().all(|it| it.key != old.key));
    let children: Vec<_> = kept.collect();
    // Empty lines between sections go to the end of this one.
    let filled = children.into_iter().chain(new).flat_map(|it| it.lines).filter(|it| !it.is_empty());
    old.lines = head.iter().copied().chain(filled).chain([""]).collect();
}

fn split_head<'a, 's>(section: &'s Section<'a>) -> (&'s [&'a str], &'s [&'a str]) {
    let at = section.lines.iter().position(|it| !it.starts_with('#')).map_or(0, |it| it + 1);
    section.lines.split_at(at)
}

fn split<'a>(lines: impl Iterator<Item = &'a str>, indent: usize) -> Vec<Section<'a>> {
    let mut sections: Vec<Section<'a>> = Vec::new();
    let mut above = Vec::new();
    for line in lines {
        let content = line.trim_start();
        let here = line.len() - content.len() == indent;
        if here && content.starts_with('#') {
            above.push(line);
        } else if let Some((key, _)) = content.split_once(':').filter(|_| here && !content.starts_with('-')) {
            above.push(line);
            sections.push(Section { key, lines: std::mem::take(&mut above) });
        } else if let Some(section) = sections.last_mut() {
            section.lines.append(&mut above);
            section.lines.push(line);
        }
    }
    if let Some(section) = sections.last_mut() {
        section.lines.append(&mut above);
    }
    sections
}

fn is_block(section: &Section<'_>) -> bool {
    let (head, tail) = split_head(section);
    head.last().is_some_and(|it| it.ends_with(':')) && tail.first().is_some_and(|it| !it.trim_start().starts_with('-'))
}

/// The fenced blocks under a heading of a rule's docs, as (info string, text).
pub fn blocks(rule: &Rule, heading: &str) -> Vec<(String, String)> {
    let docs = rule.docs();
    let mut lines = docs.lines().skip_while(|line| *line != format!("## {heading}")).skip(1);
    let mut blocks: Vec<(String, String)> = Vec::new();
    let mut open = false;
    while let Some(line) = lines.next().filter(|line| open || !line.starts_with("## ")) {
        match (line.strip_prefix("```"), open) {
            (Some(info), false) => blocks.push((info.to_owned(), String::new())),
            (None, true) => blocks.last_mut().expect("an open block").1.extend([line, "\n"]),
            (Some(_), true) | (None, false) => {}
        }
        open ^= line.starts_with("```");
    }
    blocks
}

/// The policy that the blocks under a heading make: `yaml` is a fragment, `yaml whole` a whole policy and
/// `csv NAME` a file beside it. None if there is no YAML.
pub fn fixture(rule: &Rule, heading: &str) -> Option<Fixture> {
    let blocks = blocks(rule, heading);
    let policy = blocks.iter().find_map(|(info, text)| match info.as_str() {
        "yaml" => Some(Fixture::fragment(text)),
        "yaml whole" => Some(Fixture::whole(text)),
        _ => None,
    })?;
    let files = blocks.iter().filter_map(|(info, text)| Some((info.strip_prefix("csv ")?, text)));
    Some(files.fold(policy, |policy, (name, text)| policy.with(name, text)))
}
