//! Branches, loops, and the tapes that loops read.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::{body::Printer, names::hygienic, types};
use crate::ir::{Constant, Op, OpKind, Region, ValueId, Var};

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
        let tail_exit = results.exit.and_then(|i| region.yields[i].value());
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
            .filter_map(|(target, i)| Some((*target, region.yields[*i].value()?)))
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
}
