//! Sweeps that take their vectors from a workspace.
//!
//! What is lent is bound by reference, as a slice where nothing asks for the vector itself, and goes back at the end of the block in
//! which it was taken.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::{body::Printer, expr::Precedence, types};
use crate::{
    ir::{
        Float, Function, Init, MemoryId, OpKind, Region, TapeInfo, Type, Var,
        visit::{self, Access},
    },
    maps::{HashMap, HashSet},
};

/// As what a lent vector is bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lent {
    Slice,
    /// A function that is called may want to see the vector.
    Vector,
}

/// The vectors that can be lent: of floats, made with a length or as a copy, and never moved, resized or returned.
pub fn lent(function: &Function, body: &Region) -> HashMap<MemoryId, Lent> {
    let mut made = HashMap::default();
    let mut owned: HashSet<MemoryId> = HashSet::default();
    let yielded = |region: &Region, owned: &mut HashSet<MemoryId>| {
        owned.extend(region.yields.iter().filter_map(|var| match var {
            Var::Memory(memory) => Some(*memory),
            Var::Value(_) => None,
        }));
    };
    let outputs = function.outputs.iter().flat_map(|output| visit::shape_vars(&output.shape));
    owned.extend(outputs.filter_map(|var| match var {
        Var::Memory(memory) => Some(memory),
        Var::Value(_) => None,
    }));
    let mut called: HashSet<MemoryId> = HashSet::default();
    visit::walk(body, &mut |op| {
        visit::regions(op).into_iter().for_each(|region| yielded(region, &mut owned));
        let operands = visit::operands(op);
        match &op.kind {
            OpKind::Alloc { memory, init } => {
                let floats = match &function.memory(*memory).ty {
                    Type::Vec(of) => is_plain_float(of),
                    _ => false,
                };
                let fits = match init {
                    Init::Repeat { lens, .. } => lens.len() == 1,
                    Init::Copy(place) => match function.place_type(place) {
                        Type::Slice(of) | Type::Vec(of) => is_plain_float(&of),
                        _ => false,
                    },
                    _ => false,
                };
                if floats && fits {
                    made.insert(*memory, Lent::Slice);
                }
            }
            OpKind::Assign { to, .. } => owned.extend([*to]),
            OpKind::Vector { place, .. } => owned.extend([place.memory]),
            OpKind::Effect { .. } => {
                owned.extend(operands.places.iter().map(|(place, _)| place.memory));
            }
            OpKind::Call { .. }
            | OpKind::CallForward { .. }
            | OpKind::CallReverse { .. }
            | OpKind::CallSweep { .. }
            | OpKind::CallSlopes { .. }
            | OpKind::CallTangent { .. } => {
                called.extend(operands.places.iter().map(|(place, _)| place.memory));
            }
            _ => {}
        }
        let moved = operands.places.iter().filter(|(_, access)| *access == Access::Move);
        owned.extend(moved.map(|(place, _)| place.memory));
    });
    made.retain(|memory, lent| {
        if called.contains(memory) {
            *lent = Lent::Vector;
        }
        !owned.contains(memory)
    });
    made
}

fn is_plain_float(ty: &Type) -> bool {
    matches!(ty, Type::Float(Float::F32 | Float::F64))
}

/// Whether the records of a tape have a type that a workspace can keep.
pub fn keeps(tape: &TapeInfo) -> bool {
    fn plain(ty: &Type) -> bool {
        match ty {
            Type::Float(Float::F32 | Float::F64) | Type::Int(_) | Type::Bool => true,
            Type::Kept(_) => true,
            Type::Tuple(of) => of.iter().all(plain),
            Type::Array(of, _) => plain(of),
            _ => false,
        }
    }
    tape.fields.iter().all(plain)
}

impl Printer<'_> {
    /// The vector as a loan of the workspace's.
    pub(super) fn lent_from_workspace(
        &self,
        memory: MemoryId,
        init: &Init,
        span: Span,
    ) -> Option<TokenStream> {
        let lent = self.lent.get(&memory)?;
        let workspace = self.context.workspace.as_ref()?;
        let of = types::tokens(self.function.memory(memory).ty.element()?, self.runtime);
        let loan = match init {
            Init::Repeat { value, lens } => {
                let (value, len) = (self.tokens(*value), self.tokens(*lens.first()?));
                quote_spanned!(span=> #workspace.filled::<#of>(#len, #value))
            }
            Init::Copy(place) => {
                let place = self.place(place).at(Precedence::Postfix);
                quote_spanned!(span=> #workspace.copied::<#of>(&#place))
            }
            _ => return None,
        };
        Some(match lent {
            Lent::Slice => quote_spanned!(span=> &mut **#loan),
            Lent::Vector => quote_spanned!(span=> &mut *#loan),
        })
    }
}

/// An empty tape of the workspace's.
pub fn stack(workspace: &Ident) -> TokenStream {
    quote!(&mut *#workspace.stack())
}
