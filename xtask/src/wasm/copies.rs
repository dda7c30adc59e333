//! Replaces `memory.copy` by a call of the module's own function, which is quicker for short pieces; see the plugin's
//! `copy.rs`.

use crate::error::{Error, Result};
use walrus::ir::{Call, Instr, InstrLocId, VisitorMut, dfs_pre_order_mut};
use walrus::{ExportItem, FunctionId, FunctionKind, Module};

/// The function, which is exported only until the module is stripped.
const COPY: &str = "tenantry_copy";

/// Replaces every `memory.copy` outside of the function itself.
pub fn replace(module: &mut Module) -> Result<()> {
    let found = module.exports.iter().find_map(|export| match export.item {
        ExportItem::Function(function) if export.name == COPY => Some(function),
        _ => None,
    });
    let copy = found.ok_or_else(|| Error::new(format!("the linked module does not export `{COPY}`")))?;
    let others: Vec<FunctionId> = module.funcs.iter().map(|function| function.id()).filter(|&id| id != copy).collect();
    for id in others {
        if let FunctionKind::Local(function) = &mut module.funcs.get_mut(id).kind {
            let entry = function.entry_block();
            dfs_pre_order_mut(&mut Replace { copy }, function, entry);
        }
    }
    Ok(())
}

struct Replace {
    copy: FunctionId,
}

impl VisitorMut for Replace {
    fn visit_instr_mut(&mut self, instr: &mut Instr, _: &mut InstrLocId) {
        if let Instr::MemoryCopy(_) = instr {
            *instr = Call { func: self.copy }.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{COPY, replace};
    use walrus::ir::{Instr, InstrLocId, Visitor, dfs_in_order};
    use walrus::{FunctionBuilder, FunctionId, Module, ValType};

    #[derive(Default)]
    struct Counts {
        copies: usize,
        calls: usize,
    }

    impl<'i> Visitor<'i> for Counts {
        fn visit_instr(&mut self, instr: &'i Instr, _: &'i InstrLocId) {
            self.copies += usize::from(matches!(instr, Instr::MemoryCopy(_)));
            self.calls += usize::from(matches!(instr, Instr::Call(_)));
        }
    }

    /// A function that copies at its top and in a block.
    fn copier(module: &mut Module) -> FunctionId {
        let memory = module.memories.iter().next().expect("a memory").id();
        let mut function = FunctionBuilder::new(&mut module.types, &[ValType::I32; 3], &[]);
        let args = [ValType::I32; 3].map(|ty| module.locals.add(ty));
        let mut body = function.func_body();
        args.iter().fold(&mut body, |body, arg| body.local_get(*arg)).memory_copy(memory, memory);
        body.block(None, |block| {
            args.iter().fold(block, |block, arg| block.local_get(*arg)).memory_copy(memory, memory);
        });
        function.finish(args.to_vec(), &mut module.funcs)
    }

    fn counts(module: &Module, id: FunctionId) -> (usize, usize) {
        let function = module.funcs.get(id).kind.unwrap_local();
        let mut counts = Counts::default();
        dfs_in_order(&mut counts, function, function.entry_block());
        (counts.copies, counts.calls)
    }

    #[test]
    fn replaces_all_but_its_own() {
        let mut module = Module::default();
        module.memories.add_local(false, false, 1, None, None);
        let (own, other) = (copier(&mut module), copier(&mut module));
        assert!(replace(&mut module).is_err(), "nothing to replace them by");
        module.exports.add(COPY, own);
        replace(&mut module).expect("it is there");
        assert_eq!((counts(&module, own), counts(&module, other)), ((2, 0), (0, 2)));
        walrus::Module::from_buffer(&module.emit_wasm()).expect("a valid module");
    }
}
