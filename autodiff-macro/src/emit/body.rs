//! The printer: a region of the IR as Rust statements, the way a careful person would write them.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::{
    expr::{Expr, Precedence},
    names::{self, Unique, hygienic},
    plan::{Logical, Plan},
    types,
    variables::Variables,
    workspace::Lent,
};
use crate::{
    ir::{
        Comparison, Constant, Float, Form, Function, Growth, Init, MemoryId, Op, OpKind, Region,
        Type, ValueId, Var, visit,
    },
    rules::{Rule, row},
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
#[derive(Debug, Default)]
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
            breaks: HashSet::new(),
            breaks_on: HashSet::new(),
            whole_tapes: HashSet::new(),
            asks: false,
            popped: HashSet::new(),
            tapes: HashMap::new(),
            lent: HashMap::new(),
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

    pub fn constant(&self, constant: &Constant, ty: &Type, span: Span) -> Expr {
        match constant {
            Constant::Tokens(tokens) if tokens.is_empty() => {
                let runtime = self.runtime;
                Expr::atom(quote_spanned!(span=> #runtime::Blank::BLANK))
            }
            Constant::Float(_, Some(digits)) => match digits.parse::<TokenStream>() {
                Ok(tokens) => Expr::literal(respan(tokens, span), digits.starts_with('-')),
                Err(_) => Expr::atom(TokenStream::new()),
            },
            Constant::Float(value, None) => types::float(*value, ty, self.runtime, span),
            Constant::Int(value) => {
                let literal = proc_macro2::Literal::u128_unsuffixed(value.unsigned_abs());
                if *value < 0 {
                    Expr::literal(quote_spanned!(span=> -#literal), true)
                } else {
                    Expr::literal(literal.into_token_stream(), false)
                }
            }
            Constant::Bool(value) => Expr::atom(quote_spanned!(span=> #value)),
            Constant::None => {
                let runtime = self.runtime;
                Expr::atom(quote_spanned!(span=> #runtime::NoDerivative))
            }
            Constant::Tokens(tokens) => Expr::atom(tokens.clone()),
        }
    }

    /// The operation as an expression.
    pub fn expression(&self, op: &Op) -> Expr {
        let span = hygienic(op.span);
        match &op.kind {
            OpKind::Rule { rule, args, .. } => self.rule(*rule, args, span),
            OpKind::Compare { op, args: [a, b], .. } => {
                self.value(*a).binary(comparison(*op, span), Precedence::Compare, self.value(*b))
            }
            OpKind::Not { arg, .. } => self.not(*arg),
            OpKind::Cast { arg, ty: ty @ Type::Float(Float::Generic(name)), .. } => {
                if self.ty(*arg) == ty {
                    return self.value(*arg);
                }
                let (runtime, of) = (self.runtime, name.tokens());
                let number = match self.ty(*arg) {
                    Type::Float(Float::Generic(_)) => self.wide(*arg, span).tokens(),
                    _ => self.value(*arg).cast(quote!(f64)).tokens(),
                };
                Expr::atom(quote_spanned!(span=> #runtime::generic::number::<#of>(#number)))
            }
            OpKind::Cast { arg, ty: Type::Unknown, .. } => {
                let (runtime, of) = (self.runtime, self.value(*arg).at(Precedence::Prefix));
                Expr::atom(quote_spanned!(span=> #runtime::again(&#of)))
            }
            OpKind::Cast { arg, ty, .. } => {
                let value = match self.ty(*arg) {
                    Type::Float(Float::Generic(_)) if *ty == Type::Float(Float::F64) => {
                        return self.wide(*arg, span);
                    }
                    Type::Float(Float::Generic(_)) => self.wide(*arg, span),
                    _ => self.value(*arg),
                };
                value.cast(match ty {
                    // The only scalar beside numbers and `bool` that `as` goes to.
                    Type::Opaque => quote!(char),
                    ty => types::tokens(ty, self.runtime),
                })
            }
            OpKind::Opaque { form, args, .. } => self.opaque(form, args, span),
            OpKind::Select { cond, args: [a, b], .. } => {
                match self.plan.selected(self.function, *cond, [*a, *b]) {
                    Some(logical) => self.logical(*cond, logical, span),
                    None => Expr::conditional(self.value(*cond), self.value(*a), self.value(*b)),
                }
            }
            OpKind::Given { value, .. } => self.value(*value),
            OpKind::Len { place, .. } => {
                let base = self.place(place).at(Precedence::Postfix);
                // A `len` of the user's that counts nothing, but has a derivative, must not pass for one that does.
                Expr::atom(match self.function.place_type(place) {
                    Type::Named(_) | Type::Unknown => {
                        quote_spanned!(span=> ::core::primitive::usize::from(#base.len()))
                    }
                    _ => quote_spanned!(span=> #base.len()),
                })
            }
            OpKind::Matches { place, pattern, .. } => {
                let place = self.place(place).at(Precedence::Or);
                Expr::atom(quote_spanned!(span=> ::core::matches!(#place, #pattern)))
            }
            OpKind::Load { out, place } => self.load(place, self.ty(*out).clone(), span),
            OpKind::Vector { place, .. } => self.pop(place, span),
            OpKind::If { cond, then, otherwise, .. } => {
                match self.plan.logical(*cond, then, otherwise) {
                    Some(logical) => self.logical(*cond, logical, span),
                    None => Expr::atom(TokenStream::new()),
                }
            }
            OpKind::Some { arg, .. } => {
                let mut arg_tokens = self.tokens(*arg);
                if matches!(self.ty(*arg), Type::Kept(_) | Type::KeptTangent(_)) {
                    // A call that is not always made may be a recursive one.
                    let runtime = self.runtime;
                    arg_tokens =
                        quote_spanned!(span=> #runtime::alloc::boxed::Box::new(#arg_tokens));
                }
                let arg = arg_tokens;
                Expr::atom(quote_spanned!(span=> ::core::option::Option::Some(#arg)))
            }
            OpKind::None { .. } => Expr::atom(quote_spanned!(span=> ::core::option::Option::None)),
            _ => Expr::atom(TokenStream::new()),
        }
    }

    fn logical(&self, cond: ValueId, logical: Logical, span: Span) -> Expr {
        let and = || quote_spanned!(span=> &&);
        match logical {
            Logical::And(right) => {
                self.value(cond).binary(and(), Precedence::And, self.value(right))
            }
            Logical::Or(right) => {
                let or = quote_spanned!(span=> ||);
                self.value(cond).binary(or, Precedence::Or, self.value(right))
            }
            Logical::NotAnd(right) => {
                self.not(cond).binary(and(), Precedence::And, self.value(right))
            }
        }
    }

    fn rule(&self, rule: Rule, args: &[ValueId], span: Span) -> Expr {
        if rule == Rule::Add && *self.ty(args[0]) == Type::Unknown {
            // The adjoints of what goes from one call to another: maybe arrays.
            let (runtime, a, b) = (self.runtime, self.tokens(args[0]), self.tokens(args[1]));
            return Expr::atom(quote_spanned!(span=> #runtime::plus(#a, #b)));
        }
        if let Some((operator, precedence)) = operator(rule, span) {
            return self.value(args[0]).binary(operator, precedence, self.value(args[1]));
        }
        if rule == Rule::Neg {
            return self.value(args[0]).negated();
        }
        if let Type::Float(Float::Generic(_)) = self.ty(args[0]) {
            let (runtime, name) = (self.runtime, names::ident(row(rule).name, span));
            let args = args.iter().map(|arg| self.tokens(*arg));
            return Expr::atom(quote_spanned!(span=> #runtime::generic::#name(#(#args),*)));
        }
        let integer = self.ty(args[0]).is_int();
        let name = match rule {
            Rule::Powi if integer => "pow",
            _ => row(rule).name,
        };
        let others = args[1..].iter().map(|arg| self.value(*arg)).collect();
        self.receiver_literal(args[0]).method(span, name, &TokenStream::new(), others)
    }

    /// Made of literals alone, which do not tell their type.
    fn is_literal(&self, value: ValueId) -> bool {
        match self.plan.definitions.get(&value).map(|op| &op.kind) {
            Some(OpKind::Const { .. }) => true,
            Some(OpKind::Rule { args, .. }) => {
                self.plan.is_folded(value) && args.iter().all(|arg| self.is_literal(*arg))
            }
            _ => false,
        }
    }

    /// A literal that a method is called on needs its type.
    pub(super) fn receiver_literal(&self, value: ValueId) -> Expr {
        match self.plan.constant(value) {
            Some(constant @ (Constant::Float(..) | Constant::Int(_))) => {
                let span = hygienic(self.function.value(value).span);
                types::suffixed(constant, self.ty(value), self.runtime, span)
                    .unwrap_or_else(|| self.value(value))
            }
            _ => match self.plan.definitions.get(&value).map(|op| &op.kind) {
                Some(OpKind::Rule { rule: Rule::Neg, args, .. }) if self.plan.is_folded(value) => {
                    self.receiver_literal(args[0]).negated()
                }
                Some(OpKind::Rule { rule, args, .. }) if self.plan.is_folded(value) => {
                    match (operator(*rule, hygienic(self.function.value(value).span)), &args[..]) {
                        // `(0.5 + 0.25).sin()`: the first literal tells the type of all.
                        (Some((operator, precedence)), [left, right]) if self.is_literal(value) => {
                            self.receiver_literal(*left).binary(
                                operator,
                                precedence,
                                self.value(*right),
                            )
                        }
                        _ => self.value(value),
                    }
                }
                _ => self.value(value),
            },
        }
    }

    fn opaque(&self, form: &Form, args: &[ValueId], span: Span) -> Expr {
        match form {
            Form::Method(name, turbofish) => {
                let by_reference = takes_references(name);
                let others = args[1..].iter().map(|arg| {
                    let arg = self.value(*arg);
                    if by_reference {
                        let arg = arg.at(Precedence::Prefix);
                        quote!(&#arg)
                    } else {
                        arg.tokens()
                    }
                });
                let receiver = self.receiver_literal(args[0]).at(Precedence::Postfix);
                Expr::atom(quote_spanned!(span=> #receiver.#name #turbofish(#(#others),*)))
            }
            Form::Path(path) => {
                let args = args.iter().map(|arg| self.tokens(*arg));
                Expr::atom(quote_spanned!(span=> #path(#(#args),*)))
            }
            Form::Binary(operator) => {
                use syn::BinOp::*;
                let precedence = match operator {
                    BitOr(_) => Precedence::BitOr,
                    BitXor(_) => Precedence::BitXor,
                    BitAnd(_) => Precedence::BitAnd,
                    Shl(_) | Shr(_) => Precedence::Shift,
                    Add(_) | Sub(_) => Precedence::Sum,
                    Mul(_) | Div(_) | Rem(_) => Precedence::Product,
                    _ => Precedence::Compare,
                };
                self.value(args[0]).binary(quote!(#operator), precedence, self.value(args[1]))
            }
            Form::Not => self.value(args[0]).not(),
            Form::Matches(pattern) => {
                let arg = self.tokens(args[0]);
                Expr::atom(quote_spanned!(span=> ::core::matches!(#arg, #pattern)))
            }
            Form::Tuple | Form::Array => {
                let parts = args.iter().map(|arg| self.tokens(*arg));
                Expr::atom(match form {
                    Form::Tuple => quote_spanned!(span=> (#(#parts),*)),
                    _ => quote_spanned!(span=> [#(#parts),*]),
                })
            }
            Form::Macro { path, names, blocks } => {
                let args = names.iter().zip(args).map(|(name, arg)| {
                    let arg = match *blocks && !self.is_constant(*arg) {
                        true => {
                            let arg = self.tokens(*arg);
                            quote_spanned!(span=> { #arg })
                        }
                        false => self.tokens(*arg),
                    };
                    match name {
                        Some(name) => quote_spanned!(span=> #name = #arg),
                        None => arg,
                    }
                });
                Expr::atom(quote_spanned!(span=> #path!(#(#args),*)))
            }
        }
    }

    /// A number of a generic type as an `f64`.
    fn wide(&self, value: ValueId, span: Span) -> Expr {
        let (runtime, value) = (self.runtime, self.tokens(value));
        Expr::atom(quote_spanned!(span=> #runtime::generic::to_f64(#value)))
    }

    fn is_constant(&self, value: ValueId) -> bool {
        matches!(self.plan.definitions.get(&value).map(|op| &op.kind), Some(OpKind::Const { .. }))
    }

    /// `!value`; a comparison of integers is turned round.
    pub fn not(&self, value: ValueId) -> Expr {
        if self.plan.is_folded(value)
            && let Some(Op { kind: OpKind::Compare { op, args: [a, b], .. }, span }) =
                self.plan.definitions.get(&value)
            && self.ty(*a).is_int()
        {
            let span = hygienic(*span);
            return self.value(*a).binary(
                comparison(inverse(*op), span),
                Precedence::Compare,
                self.value(*b),
            );
        }
        if self.plan.is_folded(value)
            && let Some(Op { kind: OpKind::Not { arg, .. }, .. }) =
                self.plan.definitions.get(&value)
        {
            return self.value(*arg);
        }
        self.value(value).not()
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
        let mut replaced: HashMap<String, TokenStream> = HashMap::new();
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
                let bound = by_reference.unwrap_or(value);
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

fn operator(rule: Rule, span: Span) -> Option<(TokenStream, Precedence)> {
    Some(match rule {
        Rule::Add => (quote_spanned!(span=> +), Precedence::Sum),
        Rule::Sub => (quote_spanned!(span=> -), Precedence::Sum),
        Rule::Mul => (quote_spanned!(span=> *), Precedence::Product),
        Rule::Div => (quote_spanned!(span=> /), Precedence::Product),
        Rule::Rem => (quote_spanned!(span=> %), Precedence::Product),
        _ => return None,
    })
}

pub fn is_operator(rule: Rule) -> bool {
    operator(rule, Span::call_site()).is_some() || rule == Rule::Neg
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

fn comparison(comparison: Comparison, span: Span) -> TokenStream {
    match comparison {
        Comparison::Eq => quote_spanned!(span=> ==),
        Comparison::Ne => quote_spanned!(span=> !=),
        Comparison::Lt => quote_spanned!(span=> <),
        Comparison::Le => quote_spanned!(span=> <=),
        Comparison::Gt => quote_spanned!(span=> >),
        Comparison::Ge => quote_spanned!(span=> >=),
    }
}

fn inverse(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Eq => Comparison::Ne,
        Comparison::Ne => Comparison::Eq,
        Comparison::Lt => Comparison::Ge,
        Comparison::Le => Comparison::Gt,
        Comparison::Gt => Comparison::Le,
        Comparison::Ge => Comparison::Lt,
    }
}

/// The methods of scalars whose arguments are references.
fn takes_references(method: &Ident) -> bool {
    ["total_cmp", "partial_cmp", "cmp", "eq", "ne", "lt", "le", "gt", "ge"]
        .iter()
        .any(|name| method == name)
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
