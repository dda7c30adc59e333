//! Puts a tenant table into the filter module as a passive data segment.
//!
//! Proxies share a passive segment between all their workers, and neither parse it nor keep it in `pluginConfig`.
//! The built filter exports two functions whose bodies are stubs; the new module gets real ones:
//!
//! - [`LEN_EXPORT`]`() -> i32`: the table's length in bytes;
//! - [`READ_EXPORT`]`(dst: i32, offset: i32, len: i32)`: copies a piece of it into memory.
//!
//! Every other byte of every section is copied as it stands.

use std::ops::Range;
use wasm_encoder::{CodeSection, DataCountSection, Encode, Function, Module, RawSection, SectionId};
use wasmparser::{
    BinaryReaderError, CompositeInnerType, ExternalKind, FunctionBody, Operator, Parser, Payload, TypeRef, ValType,
};

/// Export of the filter that returns the length of the embedded table, 0 without one.
pub const LEN_EXPORT: &str = "tenantry_table_len";
/// Export of the filter that copies a piece of the embedded table into its memory.
pub const READ_EXPORT: &str = "tenantry_table_read";

/// Why a table could not be put into a module.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// The base is not a WebAssembly module.
    // The reader shows, after a dash and over many lines, the bytes that it would rather have met.
    #[error("the base is not a WebAssembly module: {}, at byte {}", .0.message().split(" - ").next().unwrap_or_default(), .0.offset())]
    Malformed(#[from] BinaryReaderError),
    /// The base is not the Tenantry filter: an export is absent or has another type.
    #[error("the base module has no function export `{name}` of type {signature}, so it is not the Tenantry filter")]
    NotTheFilter {
        /// The export looked for.
        name: &'static str,
        /// The type it should have.
        signature: &'static str,
    },
    /// The base already carries a table.
    #[error("the base module already carries a table of {0} bytes; embed into the built filter instead")]
    AlreadyEmbedded(i32),
    /// A WebAssembly data segment cannot be larger than 2³¹ − 1 bytes here.
    #[error("the table is {0} bytes long; a module can carry at most 2147483647")]
    TooLarge(usize),
}

/// A copy of the filter module `base` that carries `table`.
///
/// The same input gives the same bytes.
///
/// # Errors
/// When `base` is not a module, not the Tenantry filter, or carries a table already; and when `table` is too large.
pub fn embed(base: &[u8], table: &[u8]) -> Result<Vec<u8>, EmbedError> {
    let len = i32::try_from(table.len()).map_err(|_| EmbedError::TooLarge(table.len()))?;
    let layout = Layout::of(base)?;
    let mut module = Module::new();
    let mut code = CodeSection::new();
    for payload in Parser::new(0).parse_all(base) {
        let payload = payload?;
        match &payload {
            Payload::CodeSectionStart { .. } => {
                module.section(&DataCountSection { count: layout.segments + 1 });
            }
            Payload::CodeSectionEntry(body) => {
                let index = layout.imported + code.len();
                if index == layout.len_function {
                    code.function(&len_body(len));
                } else if index == layout.read_function {
                    code.function(&read_body(layout.segments));
                } else {
                    code.raw(slice(base, body.range()));
                }
                if layout.imported + code.len() == layout.functions {
                    module.section(&code);
                    if layout.segments == 0 {
                        module.section(&RawSection { id: SectionId::Data.into(), data: &data_section(0, &[], table) });
                    }
                }
            }
            Payload::DataCountSection { .. } => {}
            Payload::DataSection(reader) => {
                // The section starts with its count, which changes; the segments after it do not.
                let content = slice(base, reader.range());
                let segments = content.get(leb_len(content)..).unwrap_or_default();
                let data = &data_section(reader.count(), segments, table);
                module.section(&RawSection { id: SectionId::Data.into(), data });
            }
            _ => {
                if let Some((id, range)) = payload.as_section() {
                    module.section(&RawSection { id, data: slice(base, range) });
                }
            }
        }
    }
    Ok(module.finish())
}

/// Checks that `base` is the built filter without a table, as [`embed`] does, for a table that goes elsewhere.
///
/// # Errors
/// When `base` is not a module, not the Tenantry filter, or carries a table already.
pub fn verify(base: &[u8]) -> Result<(), EmbedError> {
    Layout::of(base).map(|_| ())
}

/// Where things are in the base module, in function and segment indices.
struct Layout {
    imported: u32,
    functions: u32,
    segments: u32,
    len_function: u32,
    read_function: u32,
}

impl Layout {
    fn of(base: &[u8]) -> Result<Self, EmbedError> {
        let mut types = Vec::new();
        let mut functions = Vec::new();
        let mut imported = 0;
        let mut segments = 0;
        let (mut len, mut read) = (None, None);
        let mut bodies = Vec::new();
        for payload in Parser::new(0).parse_all(base) {
            match payload? {
                Payload::TypeSection(reader) => {
                    for group in reader {
                        for ty in group?.into_types() {
                            types.push(ty.composite_type.inner);
                        }
                    }
                }
                Payload::ImportSection(reader) => {
                    for import in reader.into_imports() {
                        if let TypeRef::Func(ty) = import?.ty {
                            functions.push(ty);
                            imported += 1;
                        }
                    }
                }
                Payload::FunctionSection(reader) => {
                    for ty in reader {
                        functions.push(ty?);
                    }
                }
                Payload::ExportSection(reader) => {
                    for export in reader {
                        let export = export?;
                        if export.kind == ExternalKind::Func {
                            match export.name {
                                LEN_EXPORT => len = Some(export.index),
                                READ_EXPORT => read = Some(export.index),
                                _ => {}
                            }
                        }
                    }
                }
                Payload::CodeSectionEntry(body) => bodies.push(body),
                Payload::DataSection(reader) => segments = reader.count(),
                _ => {}
            }
        }
        let find = |index: Option<u32>, name, params: &[ValType], results: &[ValType], signature| {
            index
                .filter(|&index| index >= imported)
                .filter(|&index| {
                    let ty = functions.get(index as usize).and_then(|&ty| types.get(ty as usize));
                    matches!(ty, Some(CompositeInnerType::Func(ty)) if ty.params() == params && ty.results() == results)
                })
                .ok_or(EmbedError::NotTheFilter { name, signature })
        };
        let layout = Self {
            imported,
            functions: u32::try_from(functions.len()).unwrap_or(u32::MAX),
            segments,
            len_function: find(len, LEN_EXPORT, &[], &[ValType::I32], "() -> i32")?,
            read_function: find(read, READ_EXPORT, &[ValType::I32; 3], &[], "(i32, i32, i32) -> ()")?,
        };
        match bodies.get((layout.len_function - imported) as usize).map(constant).transpose()?.flatten() {
            Some(bytes) => Err(EmbedError::AlreadyEmbedded(bytes)),
            None => Ok(layout),
        }
    }
}

/// The constant that a body made by [`len_body`] returns.
fn constant(body: &FunctionBody<'_>) -> Result<Option<i32>, BinaryReaderError> {
    let mut operators = body.get_operators_reader()?;
    let Operator::I32Const { value } = operators.read()? else { return Ok(None) };
    Ok(matches!(operators.read()?, Operator::End).then_some(value))
}

fn len_body(len: i32) -> Function {
    let mut body = Function::new([]);
    body.instructions().i32_const(len).end();
    body
}

fn read_body(segment: u32) -> Function {
    let mut body = Function::new([]);
    body.instructions().local_get(0).local_get(1).local_get(2).memory_init(0, segment).end();
    body
}

/// The content of a data section: `count` segments as `segments` encodes them, then `table` as a passive one.
fn data_section(count: u32, segments: &[u8], table: &[u8]) -> Vec<u8> {
    const PASSIVE: u8 = 1;
    let mut content = Vec::with_capacity(segments.len() + table.len() + 16);
    (count + 1).encode(&mut content);
    content.extend_from_slice(segments);
    content.push(PASSIVE);
    table.encode(&mut content);
    content
}

fn slice(bytes: &[u8], range: Range<u64>) -> &[u8] {
    usize::try_from(range.start)
        .ok()
        .zip(usize::try_from(range.end).ok())
        .and_then(|(a, b)| bytes.get(a..b))
        .unwrap_or_default()
}

/// Bytes that the LEB128 number at the start of `bytes` takes.
fn leb_len(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|&&byte| byte & 0x80 != 0).count() + 1
}

#[cfg(test)]
mod tests;
