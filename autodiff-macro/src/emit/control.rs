//! Branches, loops, and the tapes that loops read.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::{
    body::{Bound, Printer},
    expr::{Expr, Precedence},
    names::hygienic,
    types,
};
use crate::ir::{
    Adaptor, Constant, For, Form, Int, Op, OpKind, Range, Records, Region, Storage, Type, ValueId,
    Var, While, visit,
};

/// How an arm of a branch ends.
struct Results<'r> {
    /// Variables that are there already: assigned.
    assigned: &'r [(ValueId, usize)],
    /// New ones: the arm's value.
    fresh: &'r [usize],
    /// A loop's exit: `break`.
    exit: Option<usize>,
    /// It ends with `break` in any case.
    leaves: bool,
}

struct Arm {
    tokens: TokenStream,
    /// It is nothing but another branch: `else if`.
    is_branch: bool,
    /// It ends with `break`.
    leaves: bool,
}

impl<'a> Printer<'a> {
    pub fn branch(&mut self, op: &'a Op, out: &mut TokenStream) {
        let OpKind::If { outs, .. } = &op.kind else { return };
        let fresh: Vec<usize> = (0..outs.len())
            .filter(|i| match outs[*i] {
                Var::Value(value) => {
                    self.variables.declares(value) && !self.breaks.contains(&value)
                }
                Var::Memory(_) => true,
            })
            .collect();
        let branch = self.branch_tokens(op, &fresh);
        if fresh.is_empty() {
            out.extend(branch);
            return;
        }
        let names: Vec<_> = fresh
            .iter()
            .map(|i| match outs[*i] {
                Var::Value(value) => {
                    let name = self.value_name(value);
                    let mutable = self.variables.is_mutable(value).then(|| quote!(mut));
                    quote!(#mutable #name)
                }
                Var::Memory(memory) => {
                    let name = self.memory_name(memory);
                    let mutable = self.plan.written.contains(&memory).then(|| quote!(mut));
                    quote!(#mutable #name)
                }
            })
            .collect();
        let annotation = self.branch_annotation(op, &fresh);
        match &names[..] {
            [name] => out.extend(quote!(let #name #annotation = #branch;)),
            names => out.extend(quote!(let (#(#names),*) #annotation = #branch;)),
        }
    }

    /// The results' types, if one of them is a literal in both arms, which do not tell it.
    fn branch_annotation(&self, op: &Op, fresh: &[usize]) -> Option<TokenStream> {
        let OpKind::If { then, otherwise, outs, .. } = &op.kind else { return None };
        let is_literal = |region: &Region, i: usize| match region.yields[i] {
            Var::Value(value) => self.plan.constant(value).is_some(),
            Var::Memory(_) => false,
        };
        let is_float = |i: usize| matches!(outs[i], Var::Value(value) if self.ty(value).is_float());
        fresh
            .iter()
            .any(|i| is_float(*i) && is_literal(then, *i) && is_literal(otherwise, *i))
            .then_some(())?;
        let types = fresh.iter().map(|i| match outs[*i] {
            Var::Value(value) if types::is_known(self.ty(value)) => {
                types::tokens(self.ty(value), self.runtime)
            }
            _ => quote!(_),
        });
        match fresh {
            [_] => Some(quote!(: #(#types)*)),
            _ => Some(quote!(: (#(#types),*))),
        }
    }

    /// `if c { .. } else { .. }`; as a statement if `fresh` is empty.
    fn branch_tokens(&mut self, op: &'a Op, fresh: &[usize]) -> TokenStream {
        let OpKind::If { cond, then, otherwise, outs } = &op.kind else {
            return TokenStream::new();
        };
        let span = hygienic(op.span);
        let mut assigned = Vec::new();
        let mut exit = None;
        for (i, var) in outs.iter().enumerate() {
            if let Var::Value(value) = var {
                if self.breaks.contains(value) {
                    exit = Some(i);
                } else if !fresh.contains(&i) {
                    assigned.push((*value, i));
                }
            }
        }
        let leaves = self.breaks_on.remove(cond);
        let results = Results { assigned: &assigned, fresh, exit, leaves };
        let then = self.arm(then, &results);
        let results = Results { leaves: false, ..results };
        let otherwise = self.arm(otherwise, &results);
        let condition = self.tokens(*cond);
        if fresh.is_empty() {
            if otherwise.tokens.is_empty() {
                let then = then.tokens;
                return quote_spanned!(span=> if #condition { #then });
            }
            if then.tokens.is_empty() {
                let condition = self.not(*cond).tokens();
                let otherwise = otherwise.tokens;
                return quote_spanned!(span=> if #condition { #otherwise });
            }
            // After `break`, what follows needs no `else`.
            if then.leaves {
                let (then, rest) = (then.tokens, otherwise.tokens);
                return quote_spanned!(span=> if #condition { #then } #rest);
            }
            if otherwise.leaves && !otherwise.is_branch {
                let condition = self.not(*cond).tokens();
                let (rest, leave) = (then.tokens, otherwise.tokens);
                return quote_spanned!(span=> if #condition { #leave } #rest);
            }
        }
        let then = then.tokens;
        let rest = otherwise.tokens;
        if otherwise.is_branch {
            quote_spanned!(span=> if #condition { #then } else #rest)
        } else {
            quote_spanned!(span=> if #condition { #then } else { #rest })
        }
    }

    fn arm(&mut self, region: &'a Region, results: &Results) -> Arm {
        if let Some(arm) = self.chained(region, results) {
            return arm;
        }
        let mut tokens = TokenStream::new();
        let tail_exit = results.exit.and_then(|i| match region.yields[i] {
            Var::Value(value) => Some(value),
            Var::Memory(_) => None,
        });
        let nested_break = tail_exit.is_some_and(|exit| {
            let pending = results.assigned.iter().any(|(target, i)| match region.yields[*i] {
                Var::Value(value) => !self.variables.same(*target, value),
                Var::Memory(_) => true,
            });
            !pending && self.plan_breaks(region, exit)
        });
        self.statements(&region.ops, &mut tokens);
        let (targets, values): (Vec<_>, Vec<_>) = results
            .assigned
            .iter()
            .filter_map(|(target, i)| match region.yields[*i] {
                Var::Value(value) => Some((*target, value)),
                Var::Memory(_) => None,
            })
            .unzip();
        let mut results_before = Vec::new();
        // What an expression reads may be moved out beside it.
        let moves = results.fresh.iter().any(|i| matches!(region.yields[*i], Var::Memory(_)));
        for i in results.fresh {
            let value = self.yielded(region.yields[*i]);
            let folded =
                matches!(region.yields[*i], Var::Value(value) if self.plan.is_folded(value));
            results_before.push(
                if moves && folded || self.reads_any(region.yields[*i], &targets, &values) {
                    let name = self.fresh("result", Span::mixed_site());
                    tokens.extend(quote!(let #name = #value;));
                    name.into_token_stream()
                } else {
                    value
                },
            );
        }
        let mut exit_condition = tail_exit.map(|exit| self.tokens(exit));
        if let (Some(exit), false) = (tail_exit, nested_break)
            && self.reads_any(Var::Value(exit), &targets, &values)
        {
            let name = self.fresh("done", Span::mixed_site());
            let condition = exit_condition.take();
            tokens.extend(quote!(let #name = #condition;));
            exit_condition = Some(name.into_token_stream());
        }
        self.assignments(&targets, &values, &mut tokens);
        let mut leaves = results.leaves;
        if leaves {
            tokens.extend(quote!(break;));
        }
        if let Some(exit) = tail_exit
            && !nested_break
        {
            match self.plan.constant(exit) {
                Some(Constant::Bool(true)) => {
                    tokens.extend(quote!(break;));
                    leaves = true;
                }
                Some(Constant::Bool(false)) => {}
                _ => tokens.extend(quote!(if #exit_condition { break; })),
            }
        }
        match &results_before[..] {
            [] => {}
            [value] => tokens.extend(value.clone()),
            values => tokens.extend(quote!((#(#values),*))),
        }
        Arm { tokens, is_branch: false, leaves }
    }

    /// An arm that only holds a branch whose results are its own: `else if`.
    fn chained(&mut self, region: &'a Region, results: &Results) -> Option<Arm> {
        if results.exit.is_some() || results.leaves {
            return None;
        }
        let mut visible = region.ops.iter().filter(|op| !self.plan.is_silent(op));
        let op = visible.next()?;
        if visible.next().is_some() {
            return None;
        }
        let OpKind::If { outs, .. } = &op.kind else { return None };
        let value_of = |i: usize| region.yields[i];
        // Each new result is a result of the inner branch, in order, and is read nowhere else.
        let mut inner = Vec::new();
        for i in results.fresh {
            let at = outs.iter().position(|out| *out == value_of(*i))?;
            if let Var::Value(value) = outs[at]
                && (!self.variables.declares(value) || self.plan.count(value) != 1)
            {
                return None;
            }
            inner.push(at);
        }
        for (i, out) in outs.iter().enumerate() {
            let fresh = match out {
                Var::Value(value) => self.variables.declares(*value),
                Var::Memory(_) => true,
            };
            if fresh && !inner.contains(&i) {
                return None;
            }
        }
        for (target, i) in results.assigned {
            match value_of(*i) {
                Var::Value(value)
                    if self.variables.same(*target, value)
                        && self.plan.constant(value).is_none() => {}
                _ => return None,
            }
        }
        let tokens = self.branch_tokens(op, &inner);
        Some(Arm { tokens, is_branch: true, leaves: false })
    }

    /// Whether the expression for `var` reads a variable that is about to be assigned.
    fn reads_any(&self, var: Var, targets: &[ValueId], values: &[ValueId]) -> bool {
        let Var::Value(value) = var else { return false };
        let mut reads = Vec::new();
        self.plan.leaves_of(self.function, value, &mut reads);
        targets.iter().zip(values).any(|(target, value)| {
            !self.is_variable(*value, *target)
                && reads.iter().any(|read| self.variables.same(*read, *target))
        })
    }

    pub fn yielded(&self, var: Var) -> TokenStream {
        match var {
            Var::Value(value) => self.tokens(value),
            Var::Memory(memory) => self.memory_tokens(memory),
        }
    }

    /// The exit flag at the end of `region`, as a `break` in the arms of its last branch. `false` if that cannot be.
    fn plan_breaks(&mut self, region: &'a Region, exit: ValueId) -> bool {
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
        let next: Vec<ValueId> = body
            .yields
            .iter()
            .filter_map(|var| match var {
                Var::Value(value) => Some(*value),
                Var::Memory(_) => None,
            })
            .collect();
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
                let (fields, entry) = self.record_pattern(records);
                let range = range.at(Precedence::Postfix);
                let tape = self.tape_name(records.tape);
                let whole = self.whole_tapes.contains(&records.tape);
                let zipped = if whole {
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

    /// Whether ranges of the index tell their length.
    fn is_sized(&self, index: ValueId) -> bool {
        !matches!(self.ty(index), Type::Int(Int::I64 | Int::U64 | Int::I128 | Int::U128))
    }

    /// What each record is taken apart into: scalars copied, the rest borrowed.
    fn record_pattern(&mut self, records: &Records) -> (TokenStream, TokenStream) {
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
            [field] => quote!(&#field),
            fields => quote!(&(#(#fields),*)),
        };
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

    /// Whether the index is cast, or a method is called on it, so that its type must be known beforehand.
    fn needs_type(&self, index: ValueId, body: &Region) -> bool {
        let mut found = false;
        visit::walk(body, &mut |op| {
            let receiver = match &op.kind {
                OpKind::Cast { arg, .. } => Some(*arg),
                OpKind::Opaque { form: Form::Method(..), args, .. } => args.first().copied(),
                OpKind::Rule { args, .. } if self.ty(args[0]).is_int() => args.first().copied(),
                _ => None,
            };
            if let Some(receiver) = receiver {
                let mut reads = Vec::new();
                self.plan.leaves_of(self.function, receiver, &mut reads);
                let is_operator = matches!(&op.kind, OpKind::Rule { rule, .. } if super::body::is_operator(*rule));
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
pub fn whole_tapes(body: &Region) -> std::collections::HashSet<crate::ir::TapeId> {
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
