//! `break` and `continue`, and blocks with a label.

use proc_macro2::Span;
use syn::spanned::Spanned;

use super::{
    Reader,
    env::{Bind, Slot, Want},
    flow::{Exit, Keep},
};

impl Reader<'_> {
    /// `break` and `continue`.
    pub fn leave_loop(
        &mut self,
        label: Option<&syn::Lifetime>,
        value: Bind,
        breaks: bool,
        span: Span,
    ) {
        self.leave_named(label.map(|label| label.ident.to_string()), value, breaks, span);
    }

    /// As [`Reader::leave_loop`], by a label that may be one of the macro's own.
    pub fn leave_named(&mut self, name: Option<String>, value: Bind, breaks: bool, span: Span) {
        if self.gone {
            return;
        }
        self.guard();
        let exit = self.exits.iter().rev().find(|exit| match &name {
            Some(name) => exit.label.as_ref() == Some(name),
            None => exit.is_loop,
        });
        let Some(exit) = exit else {
            // The compiler reports it in the function itself.
            self.gone = true;
            return;
        };
        let (flag, slot) = (if breaks { exit.broken } else { exit.continued }, exit.value);
        // `continue` has no value, and leaves that of a `break` in another round alone.
        if breaks {
            let value = self.settle(value, span);
            self.env.set(&Slot::whole(slot), value);
        }
        self.env.set(&Slot::whole(flag), Bind::Known(true));
        self.gone = true;
    }

    /// `'a: { .. break 'a value .. }`.
    pub fn labeled_block(&mut self, label: &syn::Label, block: &syn::Block, want: &Want) -> Bind {
        let span = block.span();
        let label = label.name.ident.to_string();
        self.labeled(label, span, |reader| reader.block(block, want))
    }

    /// A block that is left by its label.
    pub fn labeled(
        &mut self,
        label: String,
        span: Span,
        read: impl FnOnce(&mut Self) -> Bind,
    ) -> Bind {
        self.guard();
        let outer = std::mem::take(&mut self.ops);
        let height = self.open.len();
        let len = self.env.variables.len() + 3;
        let broken = self.env.add(Bind::Known(false), None, span);
        let continued = self.env.add(Bind::Known(false), None, span);
        let value = self.env.add(Bind::Uninit, None, span);
        let label = Some(label);
        self.exits.push(Exit { label, is_loop: false, broken, continued, value });
        let last = read(self);
        if !self.gone {
            self.guard();
            let last = self.settle(last, span);
            self.env.set(&Slot::whole(value), last);
        }
        self.exits.pop();
        // Every way out of the block ends here, but those that leave more than it.
        let mut keep: Vec<usize> = (0..len).collect();
        keep.retain(|index| *index != broken && *index != continued);
        self.close(height, Keep::Only(&keep));
        self.env.variables.truncate(len);
        let inner = std::mem::replace(&mut self.ops, outer);
        self.ops.extend(inner);
        self.gone = self.has_left();
        self.maybe = !self.gone && self.may_have_left();
        self.env.get(&Slot::whole(value)).clone()
    }
}
