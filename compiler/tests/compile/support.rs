//! Policies in, objects out.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use tenantry::emit::{Artifacts, Compiled, compile};
use tenantry::module::{LEN_EXPORT, READ_EXPORT};
use tenantry::policy::Policy;
use tenantry::resolve;
use wasm_encoder::{
    CodeSection, ExportKind, ExportSection, Function, FunctionSection, MemorySection, MemoryType, Module, TypeSection,
    ValType,
};

/// The project's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every reference policy and every policy of these tests.
pub fn policies() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("policies"), root().join("compiler/tests/compile/policies")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of policies") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if fs::read_to_string(&path).is_ok_and(|text| text.contains("\nkind: MeshPolicy")) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Loads a policy file that has no error.
pub fn load(path: &Path) -> Policy {
    let loaded = resolve::load(path);
    let messages: Vec<&str> = loaded.diagnostics.iter().map(|it| it.message.as_str()).collect();
    loaded.policy.unwrap_or_else(|| panic!("{}: {messages:#?}", path.display()))
}

/// Loads a policy from its text.
pub fn policy(text: &str) -> Policy {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("policy.yaml");
    fs::write(&path, text).expect("writable");
    load(&path)
}

/// The Cogniverse policy, changed: every `(from, to)` has to be there.
pub fn cogniverse(changes: &[(&str, &str)]) -> Policy {
    changed("policies/cogniverse.yaml", changes)
}

/// The production policy of these tests, changed.
pub fn production(changes: &[(&str, &str)]) -> Policy {
    changed("compiler/tests/compile/policies/production.yaml", changes)
}

fn changed(path: &str, changes: &[(&str, &str)]) -> Policy {
    let mut text = fs::read_to_string(root().join(path)).expect("a policy");
    for (from, to) in changes {
        assert!(text.contains(from), "{path} has no `{from}`");
        text = text.replace(from, to);
    }
    policy(&text)
}

/// A module with nothing but the filter's table exports, so that goldens do not change with every build of the filter.
pub fn stand_in() -> Vec<u8> {
    let mut module = Module::new();
    let mut types = TypeSection::new();
    types.ty().function([], [ValType::I32]);
    types.ty().function([ValType::I32; 3], []);
    module.section(&types);
    let mut functions = FunctionSection::new();
    functions.function(0).function(1);
    module.section(&functions);
    let mut memory = MemorySection::new();
    memory.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
    module.section(&memory);
    let mut exports = ExportSection::new();
    exports.export(LEN_EXPORT, ExportKind::Func, 0).export(READ_EXPORT, ExportKind::Func, 1);
    module.section(&exports);
    let mut code = CodeSection::new();
    let mut len = Function::new([]);
    len.instructions().unreachable().end();
    let mut read = Function::new([]);
    read.instructions().unreachable().end();
    code.function(&len).function(&read);
    module.section(&code);
    module.finish()
}

/// Compiles every cluster with the stand-in module.
pub fn compiled(policy: &Policy) -> Compiled {
    compile(policy, &stand_in(), None).expect("the policy compiles")
}

/// The objects of one cluster.
pub struct Objects(Vec<Value>);

/// Everything in the files that `kubectl apply -k` reads for a cluster.
pub fn applied(policy: &Policy, cluster: &str) -> Objects {
    let compiled = compiled(policy);
    let kustomization = &parse(&compiled.artifacts, &format!("{cluster}/kustomization.yaml"))[0];
    let files = kustomization["resources"].as_array().expect("a list of files");
    let files = files.iter().map(|file| format!("{cluster}/{}", file.as_str().expect("a path")));
    Objects(files.flat_map(|file| parse(&compiled.artifacts, &file)).collect())
}

/// The documents of one file.
pub fn parse(artifacts: &Artifacts, path: &str) -> Vec<Value> {
    let bytes = artifacts.get(path).unwrap_or_else(|| panic!("no file `{path}`"));
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    serde_saphyr::from_multiple(text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

impl Objects {
    /// Every object.
    pub fn all(&self) -> &[Value] {
        &self.0
    }

    /// Every object of a kind.
    pub fn of(&self, kind: &str) -> Vec<&Value> {
        self.0.iter().filter(|object| object["kind"] == kind).collect()
    }

    /// The object of that kind and name.
    pub fn get(&self, kind: &str, name: &str) -> &Value {
        let found: Vec<&Value> =
            self.of(kind).into_iter().filter(|object| object["metadata"]["name"] == name).collect();
        match found.as_slice() {
            [one] => one,
            _ => panic!("{} objects are called {kind} {name}", found.len()),
        }
    }
}

/// Items of a list, none when it is absent.
pub fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Every string in a value, keys included.
pub fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        Value::Object(fields) => {
            fields.iter().flat_map(|(key, value)| [key.clone()].into_iter().chain(strings(value))).collect()
        }
        _ => Vec::new(),
    }
}
