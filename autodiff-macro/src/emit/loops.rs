//! Loops and the records of their iterations.

use super::{
    body::{Bound, Printer},
    expr::{Expr, Precedence},
    types,
};
use crate::ir::{
    Adaptor, Callee, Constant, For, Form, Int, Op, OpKind, Range, Records, Region, Storage, Type,
    ValueId, Var, While, visit,
};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

impl<'a> Printer<'a> {
    /// The exit flag at the end of `region`, as a `break` in the arms of its last branch. `false` if that cannot be.
    pub(super) fn plan_breaks(&mut self, region: &'a Region, exit: ValueId) -> bool {
        let Some(Op { kind: OpKind::If { cond, then, otherwise, outs }, .. }) =
            region.ops.iter().rev().find(|op| !self.plan.is_silent(op))
        else {
            return false;
        };
        if *cond == exit
            && outs.iter().all(|out| match out {
                Var::Value(value) => !self.variables.declares(*value),
                Var::Memory(_) => false,
            })
        {
            self.breaks_on.insert(exit);
            return true;
        }
        let Some(at) = outs.iter().position(|out| *out == Var::Value(exit)) else { return false };
        if self.plan.count(exit) != 1 {
            return false;
        }
        let is_flag = |region: &Region| match region.yields[at] {
            Var::Value(value) => {
                self.plan.constant(value).is_some() || self.plan.is_folded(value) || {
                    region.ops.iter().any(|op| match &op.kind {
                        OpKind::If { outs, .. } => outs.contains(&Var::Value(value)),
                        _ => false,
                    })
                }
            }
            Var::Memory(_) => false,
        };
        if !is_flag(then) || !is_flag(otherwise) {
            return false;
        }
        self.breaks.insert(exit);
        true
    }

    /// A loop's body with the assignments to what it carries, and its way out.
    fn loop_body(&mut self, body: &'a Region, exit: Option<ValueId>) -> TokenStream {
        self.loop_body_until(body, body.ops.len(), exit, None)
    }

    /// As [`Self::loop_body`], of the operations before `end`; ends with the record, if there is one, as its value.
    fn loop_body_until(
        &mut self,
        body: &'a Region,
        end: usize,
        exit: Option<ValueId>,
        record: Option<&[Var]>,
    ) -> TokenStream {
        let next: Vec<ValueId> = body.yields.iter().filter_map(|var| var.value()).collect();
        let pending =
            body.params.iter().zip(&next).any(|(param, next)| {
                self.plan.is_folded(*next) || !self.variables.same(*param, *next)
            });
        let breaks = exit.is_some_and(|exit| !pending && self.plan_breaks(body, exit));
        let mut tokens = TokenStream::new();
        self.statements(&body.ops[..end], &mut tokens);
        if let Some(fields) = record {
            let record = self.record_of(fields);
            if !pending {
                tokens.extend(record);
                return tokens;
            }
            let name = self.fresh("saved", Span::mixed_site());
            tokens.extend(quote!(let #name = #record;));
            self.assignments(&body.params, &next, &mut tokens);
            tokens.extend(name.into_token_stream());
            return tokens;
        }
        match exit {
            Some(exit) if !breaks => {
                let mut reads = Vec::new();
                self.plan.leaves_of(self.function, exit, &mut reads);
                let reads_carried = reads
                    .iter()
                    .any(|read| body.params.iter().any(|param| self.variables.same(*param, *read)));
                let mut condition = self.tokens(exit);
                if reads_carried && pending {
                    let name = self.fresh("done", Span::mixed_site());
                    tokens.extend(quote!(let #name = #condition;));
                    condition = name.into_token_stream();
                }
                self.assignments(&body.params, &next, &mut tokens);
                match self.plan.constant(exit) {
                    Some(Constant::Bool(false)) => {}
                    Some(Constant::Bool(true)) => tokens.extend(quote!(break;)),
                    _ => tokens.extend(quote!(if #condition { break; })),
                }
            }
            _ => self.assignments(&body.params, &next, &mut tokens),
        }
        tokens
    }

    /// Declares or sets what a loop carries.
    fn loop_start(&mut self, params: &[ValueId], inits: &[ValueId], out: &mut TokenStream) {
        let (mut targets, mut values) = (Vec::new(), Vec::new());
        for (param, init) in params.iter().zip(inits) {
            if !self.variables.loop_declares(*param) {
                targets.push(*param);
                values.push(*init);
                continue;
            }
            let name = self.value_name(*param);
            let ty = self.ty(*param);
            let annotation = (self.plan.constant(*init).is_some()
                && types::is_known(ty)
                && !matches!(ty, Type::Bool))
            .then(|| {
                let ty = types::tokens(ty, self.runtime);
                quote!(: #ty)
            });
            let init = self.tokens(*init);
            let mutable = self.variables.is_mutable(*param).then(|| quote!(mut));
            out.extend(quote!(let #mutable #name #annotation = #init;));
        }
        self.assignments(&targets, &values, out);
    }

    pub fn for_loop(&mut self, f: &'a For, span: Span, out: &mut TokenStream) {
        self.make_room(f, span, out);
        self.loop_start(&f.body.params, &f.inits, out);
        let typed = self.needs_type(f.index, &f.body);
        let range = self.range(f.index, &f.range, typed, span);
        let index = if self.plan.count(f.index) == 0 {
            quote!(_)
        } else {
            self.value_name(f.index).into_token_stream()
        };
        let mut taken_off = TokenStream::new();
        // Room for all records at once, and none is asked whether it fits. (Beside an inner loop that is no cost.)
        if let (None, None, Some(Op { kind: OpKind::Push { tape, fields }, .. })) =
            (&f.records, f.exit, f.body.ops.last())
            && self.function.tapes[tape.index()].storage == Storage::Heap
            && is_innermost(&f.body)
        {
            let body = self.loop_body_until(&f.body, f.body.ops.len() - 1, None, Some(fields));
            let (tape, range) = (self.tape_name(*tape), range.at(Precedence::Postfix));
            out.extend(quote_spanned!(span=> #tape.extend(#range.map(|#index| { #body }));));
            return;
        }
        let (pattern, iterator, entry) = match &f.records {
            None => (index, range.at(Precedence::Lowest), TokenStream::new()),
            Some(records) => {
                let range = range.at(Precedence::Postfix);
                let tape = self.tape_name(records.tape);
                let whole = self.whole_tapes.contains(&records.tape);
                // What a workspace holds stays there.
                let own = self.context.workspace.is_none();
                let leaves_room = own && whole && self.replays(&f.body);
                let (fields, entry) = self.record_pattern(records, leaves_room);
                let zipped = if leaves_room {
                    let runtime = self.runtime;
                    quote_spanned!(span=> ::core::iter::from_fn(|| #runtime::revolve::take(&mut #tape)))
                } else if whole {
                    quote_spanned!(span=> #tape.iter().rev())
                } else {
                    let rest = self.fresh("rest", Span::mixed_site());
                    let count = match f.range.adaptors[..] {
                        [] | [Adaptor::Rev] if !f.range.inclusive && self.is_sized(f.index) => {
                            quote!(len())
                        }
                        _ => quote!(count()),
                    };
                    out.extend(quote_spanned!(span=> let #rest = #tape.len() - #range.#count;));
                    taken_off = match self.popped.contains(&records.tape) {
                        true => quote!(#tape.truncate(#rest);),
                        false => quote!(#tape = &#tape[..#rest];),
                    };
                    quote_spanned!(span=> #tape[#rest..].iter().rev())
                };
                (quote!((#index, #fields)), quote_spanned!(span=> #range.zip(#zipped)), entry)
            }
        };
        let body = self.loop_body(&f.body, f.exit);
        out.extend(quote_spanned!(span=> for #pattern in #iterator { #entry #body }));
        out.extend(taken_off);
    }

    /// Whether each iteration makes others again, so that what is no longer needed should leave room for their states.
    fn replays(&self, body: &Region) -> bool {
        let mut found = false;
        visit::walk(body, &mut |op| {
            if let OpKind::CallSweep { callee: Callee::Local(of), tangents: None, .. } = &op.kind {
                found |= self.function.locals[*of].replay.is_some();
            }
        });
        found
    }

    /// Whether ranges of the index tell their length.
    fn is_sized(&self, index: ValueId) -> bool {
        !matches!(self.ty(index), Type::Int(Int::I64 | Int::U64 | Int::I128 | Int::U128))
    }

    /// What each record is taken apart into: scalars copied, the rest borrowed.
    /// `owned`: it is taken off the tape.
    fn record_pattern(&mut self, records: &Records, owned: bool) -> (TokenStream, TokenStream) {
        let mut entry = TokenStream::new();
        let fields: Vec<_> = records
            .fields
            .iter()
            .map(|field| match field {
                Var::Value(value) => {
                    let name = self.value_name(*value);
                    if types::is_copy(self.ty(*value)) {
                        quote!(#name)
                    } else {
                        self.context.references.insert(*value);
                        quote!(ref #name)
                    }
                }
                Var::Memory(memory) => {
                    let name = self.memory_name(*memory);
                    if self.plan.written.contains(memory) {
                        entry.extend(quote!(let mut #name = #name.clone();));
                    } else if let Some((_, bound)) = self.context.memories.get_mut(memory) {
                        *bound = Bound::Reference;
                    }
                    quote!(ref #name)
                }
            })
            .collect();
        let pattern = match &fields[..] {
            [field] => quote!(#field),
            fields => quote!((#(#fields),*)),
        };
        if owned {
            return (pattern, entry);
        }
        let pattern = quote!(&#pattern);
        // `&ref x` borrows what `x` alone would.
        let pattern = match (&records.fields[..], &fields[..]) {
            ([field], [_]) if self.is_borrowed(*field) => {
                let name = match field {
                    Var::Value(value) => self.value_name(*value),
                    Var::Memory(memory) => self.memory_name(*memory),
                };
                quote!(#name)
            }
            _ => pattern,
        };
        (pattern, entry)
    }

    fn is_borrowed(&self, field: Var) -> bool {
        match field {
            Var::Value(value) => !types::is_copy(self.ty(value)),
            Var::Memory(_) => true,
        }
    }

    /// `start..end` with its adaptors. `typed`: nothing in the body tells the type of the index.
    fn range(&self, index: ValueId, range: &Range, typed: bool, span: Span) -> Expr {
        let ty = self.ty(index);
        let literals =
            self.plan.constant(range.start).is_some() && self.plan.constant(range.end).is_some();
        let start = self.value(range.start).at(Precedence::Or);
        let end = match self.plan.constant(range.end) {
            Some(constant) if literals && typed => {
                types::suffixed(constant, ty, self.runtime, span)
                    .unwrap_or_else(|| self.value(range.end))
            }
            _ => self.value(range.end),
        };
        // `rev` after these asks how many there are, which not every range says.
        let counted = range
            .adaptors
            .iter()
            .position(|adaptor| matches!(adaptor, Adaptor::StepBy(_) | Adaptor::Take(_)))
            .is_some_and(|first| range.adaptors[first..].contains(&Adaptor::Rev));
        let small = matches!(ty, Type::Int(Int::I8 | Int::U8 | Int::I16 | Int::U16));
        let large = matches!(ty, Type::Int(Int::I64 | Int::U64 | Int::I128 | Int::U128));
        let tokens = if !range.inclusive {
            let end = end.at(Precedence::Or);
            quote_spanned!(span=> #start..#end)
        } else if counted && !small && !large {
            let end = end.at(Precedence::Sum);
            quote_spanned!(span=> #start..#end + 1)
        } else {
            let end = end.at(Precedence::Or);
            quote_spanned!(span=> #start..=#end)
        };
        let mut expr = Expr::new(tokens, Precedence::Lowest);
        let mut sized = !large;
        for adaptor in &range.adaptors {
            let receiver = expr.at(Precedence::Postfix);
            expr = Expr::atom(match adaptor {
                Adaptor::Rev if counted && !sized => {
                    sized = true;
                    let runtime = self.runtime;
                    quote_spanned!(span=>
                        #receiver.collect::<#runtime::alloc::vec::Vec<_>>().into_iter().rev()
                    )
                }
                Adaptor::Rev => quote_spanned!(span=> #receiver.rev()),
                Adaptor::StepBy(step) => {
                    let step = self.tokens(*step);
                    quote_spanned!(span=> #receiver.step_by(#step))
                }
                Adaptor::Take(count) => {
                    let count = self.tokens(*count);
                    quote_spanned!(span=> #receiver.take(#count))
                }
            });
        }
        expr
    }

    /// Whether the index is cast, or a method is called on it, so that its type must be known beforehand; or that is so of the
    /// index of an inner loop that begins or ends with it.
    fn needs_type(&self, index: ValueId, body: &Region) -> bool {
        let mut found = false;
        visit::walk(body, &mut |op| {
            if let OpKind::For(inner) = &op.kind {
                let mut ends = Vec::new();
                for end in [inner.range.start, inner.range.end] {
                    self.plan.leaves_of(self.function, end, &mut ends);
                }
                found |= ends.contains(&index) && self.needs_type(inner.index, &inner.body);
            }
            let receiver = match &op.kind {
                OpKind::Cast { arg, .. } => Some(*arg),
                OpKind::Opaque { form: Form::Method(..), args, .. } => args.first().copied(),
                OpKind::Rule { args, .. } if self.ty(args[0]).is_int() => args.first().copied(),
                _ => None,
            };
            if let Some(receiver) = receiver {
                let mut reads = Vec::new();
                self.plan.leaves_of(self.function, receiver, &mut reads);
                let is_operator = matches!(&op.kind, OpKind::Rule { rule, .. } if super::expression::is_operator(*rule));
                found |= reads.contains(&index) && !is_operator;
            }
        });
        found
    }

    pub fn while_loop(&mut self, w: &'a While, span: Span, out: &mut TokenStream) {
        self.loop_start(&w.body.params, &w.inits, out);
        let [Var::Value(cond)] = w.cond.yields[..] else { return };
        if self.plan.only_expressions(&w.cond) {
            let body = self.loop_body(&w.body, w.exit);
            match self.plan.constant(cond) {
                Some(Constant::Bool(true)) => out.extend(quote_spanned!(span=> loop { #body })),
                _ => {
                    let cond = self.tokens(cond);
                    out.extend(quote_spanned!(span=> while #cond { #body }));
                }
            }
            return;
        }
        let mut head = TokenStream::new();
        self.statements(&w.cond.ops, &mut head);
        let leave = self.not(cond).tokens();
        let body = self.loop_body(&w.body, w.exit);
        out.extend(quote_spanned!(span=> loop {
            #head
            if #leave { break; }
            #body
        }));
    }

    pub fn push(
        &mut self,
        tape: crate::ir::TapeId,
        fields: &[Var],
        span: Span,
        out: &mut TokenStream,
    ) {
        let name = self.tape_name(tape);
        let record = self.record_of(fields);
        out.extend(quote_spanned!(span=> #name.push(#record);));
    }

    fn record_of(&self, fields: &[Var]) -> TokenStream {
        let values: Vec<_> = fields.iter().map(|field| self.recorded(*field)).collect();
        match &values[..] {
            [value] => value.clone(),
            values => quote!((#(#values),*)),
        }
    }

    fn recorded(&self, field: Var) -> TokenStream {
        match field {
            Var::Value(value) => self.tokens(value),
            // Moves what is owned; a parameter or a view is copied.
            Var::Memory(memory) if self.bound(memory) == Bound::Reference => {
                match self.function.memory(memory).ty {
                    Type::Slice(_) | Type::Vec(_) => {
                        let memory = self.memory_tokens(memory);
                        quote!(#memory.to_vec())
                    }
                    _ => {
                        let memory = self.memory_tokens(memory);
                        quote!(#memory.clone())
                    }
                }
            }
            Var::Memory(memory) => self.memory_tokens(memory),
        }
    }

    pub fn tape_name(&self, tape: crate::ir::TapeId) -> proc_macro2::Ident {
        match self.tapes.get(&tape) {
            Some(name) => name.clone(),
            None => proc_macro2::Ident::new(&format!("tape_{}", tape.0), Span::mixed_site()),
        }
    }
}

/// Whether there is no loop in the region.
fn is_innermost(region: &Region) -> bool {
    let mut innermost = true;
    visit::walk(region, &mut |op| {
        innermost &= !matches!(op.kind, OpKind::For(_) | OpKind::While(_));
    });
    innermost
}

/// The tapes whose only reading loop stands outside all loops: it takes all records there are.
pub fn whole_tapes(body: &Region) -> crate::maps::HashSet<crate::ir::TapeId> {
    fn readers(region: &Region, nested: bool, found: &mut Vec<(crate::ir::TapeId, bool)>) {
        for op in &region.ops {
            if let OpKind::For(f) = &op.kind
                && let Some(records) = &f.records
            {
                found.push((records.tape, nested));
            }
            let is_loop = matches!(op.kind, OpKind::For(_) | OpKind::While(_));
            for inner in visit::regions(op) {
                readers(inner, nested || is_loop, found);
            }
        }
    }
    let mut found = Vec::new();
    readers(body, false, &mut found);
    found
        .iter()
        .filter(|(tape, nested)| {
            !nested && found.iter().filter(|(other, _)| other == tape).count() == 1
        })
        .map(|(tape, _)| *tape)
        .collect()
}
