//! Room on tapes: in front of a loop with loops inside, for what all of them push, where the numbers of iterations are known there.
//! A vector that grows record by record is moved again and again, and its pages are fetched anew in each call.
//!
//! Where a push stands in a branch, the number is an upper bound, and no more than [`MOST`] records get room.

use crate::maps::HashSet;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::{body::Printer, expr::Precedence};
use crate::ir::{
    Adaptor, Constant, For, Int, OpKind, Region, Storage, TapeId, Type, ValueId, Var, visit,
};

/// Records that get room where it is not known that they are made.
const MOST: usize = 1 << 15;

/// What is pushed on one tape.
struct Pushed<'a> {
    tape: TapeId,
    loops: Vec<&'a For>,
    /// In a branch.
    perhaps: bool,
}

impl<'a> Printer<'a> {
    pub fn make_room(&mut self, f: &'a For, span: Span, out: &mut TokenStream) {
        let mut inside: HashSet<ValueId> = f.body.params.iter().copied().chain([f.index]).collect();
        let (mut read, mut nested) = (HashSet::default(), false);
        visit::walk(&f.body, &mut |op| {
            for var in visit::operands(op).defines {
                if let Var::Value(value) = var {
                    inside.insert(value);
                }
            }
            for region in visit::regions(op) {
                inside.extend(region.params.iter().copied());
            }
            if let OpKind::For(inner) = &op.kind {
                nested = true;
                inside.insert(inner.index);
                if let Some(records) = &inner.records {
                    read.insert(records.tape);
                    inside.extend(records.fields.iter().filter_map(|var| var.value()));
                }
            }
        });
        if !nested || f.records.is_some() || !self.is_counted(f, &HashSet::default()) {
            return;
        }
        let mut all = Vec::new();
        self.pushed(&f.body, &mut vec![f], false, &inside, &mut all);
        for Pushed { tape, loops, perhaps } in all {
            let heap = self.function.tapes[tape.index()].storage == Storage::Heap;
            if !heap || read.contains(&tape) || !self.roomy.insert(tape) {
                continue;
            }
            let mut counts = loops.iter().map(|f| self.count(f, span));
            let Some(first) = counts.next() else { continue };
            let product = counts.fold(first, |all, count| quote!(#all.saturating_mul(#count)));
            let name = self.tape_name(tape);
            let most = proc_macro2::Literal::usize_unsuffixed(MOST);
            let records = if perhaps { quote!(#product.min(#most)) } else { product };
            out.extend(quote_spanned!(span=> #name.reserve(#records);));
        }
    }

    fn pushed(
        &self,
        region: &'a Region,
        loops: &mut Vec<&'a For>,
        perhaps: bool,
        inside: &HashSet<ValueId>,
        all: &mut Vec<Pushed<'a>>,
    ) {
        for op in &region.ops {
            match &op.kind {
                OpKind::Push { tape, .. } => {
                    all.push(Pushed { tape: *tape, loops: loops.clone(), perhaps });
                }
                OpKind::For(f) if f.records.is_none() && self.is_counted(f, inside) => {
                    loops.push(f);
                    self.pushed(&f.body, loops, perhaps, inside, all);
                    loops.pop();
                }
                OpKind::If { then, otherwise, .. } => {
                    for arm in [then, otherwise] {
                        self.pushed(arm, loops, true, inside, all);
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether the number of iterations is known in front of the loop around, in which the values of `inside` are made.
    fn is_counted(&self, f: &For, inside: &HashSet<ValueId>) -> bool {
        let known =
            |value: ValueId| !inside.contains(&value) || self.plan.constant(value).is_some();
        f.exit.is_none()
            && matches!(f.range.adaptors[..], [] | [Adaptor::Rev])
            && !f.range.inclusive
            && self.function.value(f.index).ty == Type::Int(Int::Usize)
            && known(f.range.start)
            && known(f.range.end)
    }

    fn count(&self, f: &For, span: Span) -> TokenStream {
        let end = self.plan.constant(f.range.end);
        if let (Some(Constant::Int(0)), None) = (self.plan.constant(f.range.start), end) {
            return self.value(f.range.end).at(Precedence::Postfix).to_token_stream();
        }
        let [start, end] =
            [f.range.start, f.range.end].map(|value| self.value(value).at(Precedence::Or));
        quote_spanned!(span=> (#start..#end).len())
    }
}
