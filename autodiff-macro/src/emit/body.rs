//! The printer: a region of the IR as Rust statements, the way a careful person would write them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::{
    expr::{Expr, Precedence},
    names::{self, Unique, hygienic},
    plan::Plan,
    types,
    variables::Variables,
    workspace::Lent,
};
use crate::{
    ir::{Function, Growth, Init, MemoryId, Op, OpKind, Region, Type, ValueId, Var, visit},
    maps::{HashMap, HashSet},
    rules::Rule,
};

/// What the name of a memory denotes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    Owned,
    Reference,
    /// A slot: `get()` is `None` if nobody reads it.
    Optional,
}

/// What the printed statements find already bound.
#[derive(Debug, Clone, Default)]
pub struct Context {
    pub values: HashMap<ValueId, Ident>,
    pub memories: HashMap<MemoryId, (Ident, Bound)>,
    /// Values whose name denotes a reference to them.
    pub references: HashSet<ValueId>,
    pub unique: Unique,
    /// Where the sweeps take their vectors from, if the caller keeps them.
    pub workspace: Option<Ident>,
}

pub struct Printer<'a> {
    pub function: &'a Function,
    pub plan: Plan<'a>,
    pub variables: Variables,
    pub runtime: &'a TokenStream,
    pub context: Context,
    /// Loop exits that are printed as `break` in an arm.
    pub breaks: HashSet<ValueId>,
    /// Conditions of a loop's last branch that are also its exit: their first arm ends with `break`.
    pub breaks_on: HashSet<ValueId>,
    /// Tapes that have one reading loop, which no other loop holds: it reads all of them.
    pub whole_tapes: HashSet<crate::ir::TapeId>,
    /// Tapes that the same sweep pushes and reads.
    pub popped: HashSet<crate::ir::TapeId>,
    pub tapes: HashMap<crate::ir::TapeId, Ident>,
    /// Tapes that a loop around has made room for.
    pub roomy: HashSet<crate::ir::TapeId>,
    /// The compiler is asked about what was presumed: once, in the function that is always there.
    pub asks: bool,
    /// Vectors that are taken from the workspace.
    pub lent: HashMap<MemoryId, Lent>,
}

impl<'a> Printer<'a> {
    /// Prints `body`; `tail` is what is read after it.
    pub fn new(
        function: &'a Function,
        body: &'a Region,
        barrier: usize,
        tail: &[Var],
        context: Context,
        runtime: &'a TokenStream,
    ) -> Printer<'a> {
        let optional: HashSet<MemoryId> = (0..function.memories.len() as u32)
            .map(MemoryId)
            .filter(|memory| {
                let root = function.root(*memory);
                matches!(context.memories.get(&root), Some((_, Bound::Optional)))
            })
            .collect();
        let plan = Plan::new(function, body, barrier, tail, &optional);
        let variables = Variables::new(function, &plan, body, tail);
        let mut printer = Printer {
            function,
            plan,
            variables,
            runtime,
            context,
            breaks: HashSet::default(),
            breaks_on: HashSet::default(),
            whole_tapes: HashSet::default(),
            asks: false,
            popped: HashSet::default(),
            tapes: HashMap::default(),
            roomy: HashSet::default(),
            lent: HashMap::default(),
        };
        if printer.context.workspace.is_some() {
            printer.lent = super::workspace::lent(function, body);
        }
        printer.name_all(body);
        printer
    }

    fn name_all(&mut self, region: &Region) {
        for op in &region.ops {
            if !self.plan.is_silent(op) {
                for var in visit::operands(op).defines {
                    self.name(var);
                }
            }
            if let OpKind::For(f) = &op.kind {
                f.body.params.iter().for_each(|param| self.name(Var::Value(*param)));
            }
            if let OpKind::Alloc { memory, init } = &op.kind
                && (matches!(init, Init::Global(_)) || self.lent.contains_key(memory))
                && let Some((_, bound)) = self.context.memories.get_mut(memory)
            {
                *bound = Bound::Reference;
            }
            if let OpKind::While(w) = &op.kind {
                w.body.params.iter().for_each(|param| self.name(Var::Value(*param)));
            }
            visit::region_entries(op).into_iter().for_each(|var| self.name(var));
            for nested in visit::regions(op) {
                self.name_all(nested);
            }
        }
    }

    fn name(&mut self, var: Var) {
        match var {
            Var::Value(value) => {
                let value = self.variables.representative(value);
                if self.context.values.contains_key(&value) {
                    return;
                }
                let members = self.variables.members(value);
                let named = std::iter::once(&value)
                    .chain(members)
                    .find_map(|value| self.function.value(*value).name.as_deref());
                let info = self.function.value(value);
                let base = named.unwrap_or_else(|| names::of_type(&info.ty));
                let ident = self.context.unique.name(base, info.span);
                self.context.values.insert(value, ident);
            }
            Var::Memory(memory) => {
                if self.context.memories.contains_key(&memory) {
                    return;
                }
                let info = self.function.memory(memory);
                let base = info.name.as_deref().unwrap_or("buffer");
                let ident = self.context.unique.name(base, info.span);
                let bound = match info.origin {
                    crate::ir::Origin::View(_) => Bound::Reference,
                    _ => Bound::Owned,
                };
                self.context.memories.insert(memory, (ident, bound));
            }
        }
    }

    /// A new name that nothing else has.
    pub fn fresh(&mut self, base: &str, span: Span) -> Ident {
        self.context.unique.name(base, span)
    }

    pub fn value_name(&self, value: ValueId) -> Ident {
        let value = self.variables.representative(value);
        match self.context.values.get(&value) {
            Some(ident) => ident.clone(),
            // Named before it is printed; a name that is not found is the compiler's to report.
            None => Ident::new(&format!("value_{}", value.0), Span::mixed_site()),
        }
    }

    pub fn memory_name(&self, memory: MemoryId) -> Ident {
        match self.context.memories.get(&memory) {
            Some((ident, _)) => ident.clone(),
            None => Ident::new(&format!("memory_{}", memory.0), Span::mixed_site()),
        }
    }

    pub fn bound(&self, memory: MemoryId) -> Bound {
        self.context.memories.get(&memory).map_or(Bound::Owned, |(_, bound)| *bound)
    }

    pub fn ty(&self, value: ValueId) -> &'a Type {
        &self.function.value(value).ty
    }

    // ---- values ----

    /// The expression for a value: its name, or the operation itself if it is written where it is used.
    pub fn value(&self, value: ValueId) -> Expr {
        match self.plan.definitions.get(&value) {
            Some(op) if self.plan.is_folded(value) => self.expression(op),
            Some(Op { kind: OpKind::Const { value: constant, .. }, span }) => {
                self.constant(constant, self.ty(value), hygienic(*span))
            }
            _ => Expr::atom(self.value_name(value).into_token_stream()),
        }
    }

    pub fn tokens(&self, value: ValueId) -> TokenStream {
        self.value(value).tokens()
    }

    // ---- statements ----

    pub fn statements(&mut self, ops: &'a [Op], out: &mut TokenStream) {
        for op in ops {
            self.statement(op, out);
        }
    }

    pub fn statement(&mut self, op: &'a Op, out: &mut TokenStream) {
        if self.plan.is_silent(op) {
            return;
        }
        let span = hygienic(op.span);
        match &op.kind {
            OpKind::Const { .. } => {}
            OpKind::Rule { out: value, .. }
            | OpKind::Compare { out: value, .. }
            | OpKind::Not { out: value, .. }
            | OpKind::Cast { out: value, .. }
            | OpKind::Opaque { out: value, .. }
            | OpKind::Select { out: value, .. }
            | OpKind::Given { out: value, .. }
            | OpKind::Len { out: value, .. }
            | OpKind::Matches { out: value, .. }
            | OpKind::Load { out: value, .. }
            | OpKind::Some { out: value, .. }
            | OpKind::None { out: value } => self.define(op, *value, out),
            OpKind::Vector { growth: Growth::Pop { out: Some(Var::Value(value)) }, .. } => {
                self.define(op, *value, out);
            }
            OpKind::Unwrap { out: value, arg } => self.unwrap(*value, *arg, span, out),
            OpKind::If { .. } => self.branch(op, out),
            OpKind::For(f) => self.for_loop(f, span, out),
            OpKind::While(w) => self.while_loop(w, span, out),
            OpKind::Sort(sort) => self.sort(sort, span, out),
            OpKind::Push { tape, fields } => self.push(*tape, fields, span, out),
            OpKind::Effect { tokens, bindings } => self.effect(tokens, bindings, out),
            OpKind::Call { .. }
            | OpKind::CallForward { .. }
            | OpKind::CallReverse { .. }
            | OpKind::CallSweep { .. }
            | OpKind::CallSlopes { .. }
            | OpKind::CallTangent { .. } => self.call(op, out),
            _ => self.memory_statement(op, out),
        }
        if self.asks {
            out.extend(self.presumed_after(op));
        }
    }

    /// `let name = expression;`, or the assignment of a variable that is there already.
    fn define(&mut self, op: &Op, value: ValueId, out: &mut TokenStream) {
        let name = self.value_name(value);
        if !self.variables.declares(value) {
            let statement = self.assignment_of(op, value);
            out.extend(statement);
            return;
        }
        if self.plan.count(value) == 0
            && !self.variables.is_mutable(value)
            && matches!(op.kind, OpKind::Rule { .. })
            && self.ty(value).is_float()
        {
            return;
        }
        let mutable = self.variables.is_mutable(value).then(|| quote!(mut));
        let expression = self.expression(op).tokens();
        let operands = visit::operands(op);
        let ty = self.ty(value);
        let annotation = (operands.places.is_empty()
            && !operands.uses.is_empty()
            && operands.uses.iter().all(|value| self.is_literal(*value))
            && types::is_known(ty))
        .then(|| {
            let ty = types::tokens(ty, self.runtime);
            quote!(: #ty)
        });
        out.extend(quote!(let #mutable #name #annotation = #expression;));
    }

    /// `variable = expression;`, as `+=` where that is the same.
    fn assignment_of(&self, op: &Op, target: ValueId) -> TokenStream {
        let name = self.value_name(target);
        if let OpKind::Rule { rule, args, .. } = &op.kind
            && let [left, right] = args[..]
            && let Some(operator) = compound(*rule)
            && self.is_variable(left, target)
        {
            let right = self.tokens(right);
            return quote!(#name #operator #right;);
        }
        let expression = self.expression(op).tokens();
        quote!(#name = #expression;)
    }

    /// Whether the expression for `value` is just the variable of `target`.
    pub fn is_variable(&self, value: ValueId, target: ValueId) -> bool {
        !self.plan.is_folded(value)
            && self.plan.constant(value).is_none()
            && self.variables.same(value, target)
    }

    /// Assigns `values` to the variables of `targets`, as if all at once; identities are left out.
    pub fn assignments(&self, targets: &[ValueId], values: &[ValueId], out: &mut TokenStream) {
        let mut open: Vec<(ValueId, ValueId, Vec<ValueId>)> = targets
            .iter()
            .zip(values)
            .filter(|(target, value)| !self.is_variable(**value, **target))
            .map(|(target, value)| {
                let mut reads = Vec::new();
                self.plan.leaves_of(self.function, *value, &mut reads);
                (*target, *value, reads)
            })
            .collect();
        while !open.is_empty() {
            // One whose variable no other still reads.
            let free = (0..open.len()).find(|i| {
                open.iter().enumerate().all(|(j, (_, _, reads))| {
                    j == *i || !reads.iter().any(|read| self.variables.same(*read, open[*i].0))
                })
            });
            let Some(free) = free else { break };
            let (target, value, _) = open.remove(free);
            out.extend(self.assign(target, value));
        }
        if !open.is_empty() {
            let names = open.iter().map(|(target, ..)| self.value_name(*target));
            let values = open.iter().map(|(_, value, _)| self.tokens(*value));
            out.extend(quote!((#(#names),*) = (#(#values),*);));
        }
    }

    fn assign(&self, target: ValueId, value: ValueId) -> TokenStream {
        match self.plan.definitions.get(&value) {
            Some(op) if self.plan.is_folded(value) => self.assignment_of(op, target),
            _ => {
                let name = self.value_name(target);
                let value = self.tokens(value);
                quote!(#name = #value;)
            }
        }
    }

    fn unwrap(&mut self, value: ValueId, arg: ValueId, span: Span, out: &mut TokenStream) {
        let name = self.value_name(value);
        let arg_tokens = self.tokens(arg);
        let borrowed = match self.ty(value) {
            Type::Float(_) | Type::Int(_) | Type::Bool => quote!(#arg_tokens),
            _ => {
                self.context.references.insert(value);
                if self.context.references.contains(&arg) {
                    quote!(#arg_tokens)
                } else {
                    quote!(&#arg_tokens)
                }
            }
        };
        out.extend(quote_spanned!(span=>
            let ::core::option::Option::Some(#name) = #borrowed else {
                ::core::unreachable!()
            };
        ));
    }

    /// The user's own statement: his names stand for generated ones.
    fn effect(&mut self, tokens: &TokenStream, bindings: &[(Ident, Var)], out: &mut TokenStream) {
        let bind = super::effect::captured(tokens, bindings);
        let mut lets = TokenStream::new();
        let mut replaced: HashMap<String, TokenStream> = HashMap::default();
        for (name, var) in bindings {
            let (value, by_reference) = match var {
                Var::Value(value) => (self.value(*value).at(Precedence::Postfix), None),
                Var::Memory(memory) => {
                    let is_scalar_behind = self.bound(*memory) == Bound::Reference;
                    let whole = self.memory_tokens(*memory);
                    (
                        whole.clone(),
                        Some(if is_scalar_behind { quote!(&*#whole) } else { quote!(&#whole) }),
                    )
                }
            };
            if bind.contains(&name.to_string()) {
                let bound = by_reference.unwrap_or(match var {
                    // A text that is used again stays.
                    Var::Value(of) if *self.ty(*of) == Type::Opaque && self.plan.count(*of) > 1 => {
                        quote!(#value.clone())
                    }
                    _ => value,
                });
                lets.extend(quote!(let #name = #bound;));
            } else {
                replaced.insert(name.to_string(), value);
            }
        }
        let tokens = super::effect::replace(tokens.clone(), &replaced);
        if lets.is_empty() {
            out.extend(quote!(#tokens;));
        } else {
            out.extend(quote!({ #lets #tokens; }));
        }
    }
}

fn compound(rule: Rule) -> Option<TokenStream> {
    Some(match rule {
        Rule::Add => quote!(+=),
        Rule::Sub => quote!(-=),
        Rule::Mul => quote!(*=),
        Rule::Div => quote!(/=),
        Rule::Rem => quote!(%=),
        _ => return None,
    })
}

pub fn respan(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            token.set_span(span);
            token
        })
        .collect()
}
