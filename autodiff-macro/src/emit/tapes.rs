//! Tapes in the sweeps: how they are declared, and where those that one sweep fills are taken by the other.

use proc_macro2::TokenStream;
use quote::quote;

use super::{body::Printer, names::hygienic, sweeps::Site, workspace};
use crate::ir::{Storage, TapeId};

impl Site<'_> {
    pub fn tape_declarations(&self, printer: &mut Printer, tapes: &[TapeId]) -> TokenStream {
        let mut declarations = TokenStream::new();
        for tape in tapes {
            let info = &self.reverse.tapes[tape.index()];
            let name = printer.fresh(&format!("tape_{}", info.name), hygienic(self.name.span()));
            printer.tapes.insert(*tape, name.clone());
            let ty = self.kept.tape_type(*tape);
            let runtime = &self.runtime;
            if let Some(workspace) = &printer.context.workspace
                && info.storage == Storage::Heap
                && workspace::keeps(info)
            {
                let new = workspace::stack(workspace);
                let ty = self.kept.tape_type(*tape);
                declarations.extend(quote!(let #name: &mut #ty = #new;));
                continue;
            }
            let new = match info.storage {
                Storage::Heap => quote!(#runtime::alloc::vec::Vec::new()),
                Storage::Inline(_) => quote!(#runtime::Stack::new()),
            };
            declarations.extend(quote!(let mut #name: #ty = #new;));
        }
        declarations
    }

    /// Tapes of sweeps that go together: what one loop pushes another pops soon after.
    pub(super) fn popped_tapes(&self, printer: &mut Printer) -> TokenStream {
        let runtime = &self.runtime;
        let mut declarations = TokenStream::new();
        let mut tapes: Vec<_> = printer.popped.iter().copied().collect();
        tapes.sort();
        for tape in tapes {
            let info = &printer.function.tapes[tape.index()];
            let name = printer.fresh(&format!("tape_{}", info.name), hygienic(self.name.span()));
            let lent = printer.context.workspace.as_ref().filter(|_| workspace::keeps(info));
            declarations.extend(match (&info.storage, lent) {
                (Storage::Heap, Some(workspace)) => {
                    let new = workspace::stack(workspace);
                    quote!(let #name = #new;)
                }
                (Storage::Heap, None) => quote!(let mut #name = #runtime::alloc::vec::Vec::new();),
                (Storage::Inline(records), _) => {
                    let records = proc_macro2::Literal::u64_unsuffixed(*records);
                    quote!(let mut #name: #runtime::Stack<_, #records> = #runtime::Stack::new();)
                }
            });
            printer.tapes.insert(tape, name);
        }
        declarations
    }
}

impl Printer<'_> {
    /// The declaration of a tape whose records have the type of what is pushed.
    pub(super) fn untyped_tape(&mut self, tape: TapeId, span: proc_macro2::Span) -> TokenStream {
        let (info, runtime) = (&self.function.tapes[tape.index()], self.runtime);
        let name = self.fresh(&format!("tape_{}", info.name), hygienic(span));
        self.tapes.insert(tape, name.clone());
        match info.storage {
            Storage::Heap => quote!(let mut #name = #runtime::alloc::vec::Vec::new();),
            Storage::Inline(records) => {
                let records = proc_macro2::Literal::u64_unsuffixed(records);
                quote!(let mut #name: #runtime::Stack<_, #records> = #runtime::Stack::new();)
            }
        }
    }

    /// Both sweeps in one body: the reverse one takes the records of the tapes that the forward one has `filled`.
    pub(super) fn both_halves(&mut self, cut: usize, filled: &[TapeId], body: &mut TokenStream) {
        let (forward, reverse) = self.function.body.ops.split_at(cut);
        self.statements(forward, body);
        for tape in filled.iter().filter(|tape| !self.whole_tapes.contains(tape)) {
            let name = self.tape_name(*tape);
            body.extend(quote!(let mut #name = #name.as_slice();));
        }
        self.statements(reverse, body);
    }
}
