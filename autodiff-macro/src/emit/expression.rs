//! Operations that are expressions: constants, rules, casts, comparisons, and what passes through as it is.

use super::body::{Printer, respan};
use super::{
    expr::{Expr, Precedence},
    names::{self, hygienic},
    plan::Logical,
    types,
};
use crate::{
    ir::{Comparison, Constant, Float, Form, Op, OpKind, Type, ValueId},
    rules::{Rule, row},
};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

impl Printer<'_> {
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
            OpKind::Cast { arg, ty: Type::Float(Float::Lanes(of)), .. } => {
                let (runtime, name, arg_tokens) = (self.runtime, of.tokens(), self.tokens(*arg));
                if !matches!(self.ty(*arg), Type::Float(Float::Lanes(_))) {
                    return Expr::atom(
                        quote_spanned!(span=> #runtime::Lanes::<#name>::splat(#arg_tokens)),
                    );
                }
                let (arg, float) =
                    (self.value(*arg).at(Precedence::Postfix), name.into_iter().next());
                Expr::atom(quote_spanned!(span=> #arg.map(|lane| lane as #float)))
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
    pub(super) fn is_literal(&self, value: ValueId) -> bool {
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
