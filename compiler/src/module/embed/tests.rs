use super::{EmbedError, LEN_EXPORT, READ_EXPORT, embed};
use proptest::prelude::*;
use wasm_encoder::{
    CodeSection, ConstExpr, CustomSection, DataCountSection, DataSection, EntityType, ExportKind, ExportSection,
    Function, FunctionSection, ImportSection, MemorySection, MemoryType, Module, TypeSection, ValType,
};
use wasmparser::{Parser, Payload, Validator};

/// What a base module is made of.
#[derive(Clone, Copy, Debug)]
struct Shape {
    imports: u32,
    segments: u32,
    data_count: bool,
    read_first: bool,
}

fn base(shape: Shape) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([], [ValType::I32]);
    types.ty().function([ValType::I32; 3], []);
    let mut imports = ImportSection::new();
    for _ in 0..shape.imports {
        imports.import("env", "call", EntityType::Function(1));
    }
    let mut functions = FunctionSection::new();
    let mut exports = ExportSection::new();
    let mut code = CodeSection::new();
    let mut kinds = [LEN_EXPORT, READ_EXPORT];
    if shape.read_first {
        kinds.reverse();
    }
    for (at, name) in (shape.imports..).zip(kinds) {
        functions.function(u32::from(name == READ_EXPORT));
        exports.export(name, ExportKind::Func, at);
        let mut body = Function::new([(1, ValType::I32)]);
        if name == LEN_EXPORT {
            body.instructions().local_get(0);
        }
        body.instructions().end();
        code.function(&body);
    }
    let mut memory = MemorySection::new();
    memory.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
    let mut data = DataSection::new();
    for at in 0..shape.segments {
        data.active(0, &ConstExpr::i32_const(at.cast_signed() * 8), *b"old data");
    }

    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&memory).section(&exports);
    if shape.data_count {
        module.section(&DataCountSection { count: shape.segments });
    }
    module.section(&code);
    if shape.segments > 0 {
        module.section(&data);
    }
    module.section(&CustomSection { name: "kept".into(), data: (&b"as it is"[..]).into() });
    module.finish()
}

fn segments(module: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::DataSection(reader) = payload.expect("a module") {
            found.extend(reader.into_iter().map(|segment| segment.expect("a segment").data.to_vec()));
        }
    }
    found
}

proptest! {
    /// Whatever the base is made of: the result is valid, and holds the old segments and the table.
    #[test]
    fn embeds(
        imports in 0..3_u32, segment_count in 0..3_u32, data_count: bool, read_first: bool,
        table in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        // A data count section must be there when there are no data segments only if it says so.
        let base = base(Shape { imports, segments: segment_count, data_count, read_first });
        Validator::new().validate_all(&base).expect("the base is valid");
        let module = embed(&base, &table).expect("a base that can be embedded into");
        Validator::new().validate_all(&module).expect("the result is valid");
        let mut expected = segments(&base);
        expected.push(table);
        prop_assert_eq!(segments(&module), expected);
    }

    /// Arbitrary bytes and damaged modules are an error or a module, never a panic.
    #[test]
    fn survives_anything(mut bytes in proptest::collection::vec(any::<u8>(), 0..64), at in 0..120_usize, flip: u8) {
        let _ = embed(&bytes, b"table");
        let mut damaged = base(Shape { imports: 1, segments: 1, data_count: true, read_first: false });
        if let Some(byte) = damaged.get_mut(at) {
            *byte ^= flip;
        }
        let _ = embed(&damaged, b"table");
        damaged.truncate(at);
        let _ = embed(&damaged, b"table");
        bytes.splice(0..0, *b"\0asm\x01\0\0\0");
        let _ = embed(&bytes, b"table");
    }
}

#[test]
fn keeps_custom_sections() {
    let module = embed(&base(Shape { imports: 1, segments: 1, data_count: true, read_first: false }), b"table");
    let module = module.expect("a base that can be embedded into");
    let kept = Parser::new(0).parse_all(&module).any(|payload| {
        matches!(payload, Ok(Payload::CustomSection(section)) if section.name() == "kept" && section.data() == b"as it is")
    });
    assert!(kept);
}

#[test]
fn refuses_a_second_table() {
    let once = embed(&base(Shape { imports: 0, segments: 0, data_count: false, read_first: false }), b"first");
    let twice = embed(&once.expect("a base that can be embedded into"), b"second");
    assert!(matches!(twice, Err(EmbedError::AlreadyEmbedded(5))));
}

#[test]
fn refuses_another_module() {
    assert!(matches!(embed(&Module::new().finish(), b"table"), Err(EmbedError::NotTheFilter { .. })));
    assert!(matches!(embed(b"#!/bin/sh\n", b"table"), Err(EmbedError::Malformed(_))));
    assert!(matches!(embed(b"", b"table"), Err(EmbedError::Malformed(_))));
}
