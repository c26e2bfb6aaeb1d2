//! What a call of a function, of a method, or of one of their companions looks like.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::{
    associated::Call,
    body::Printer,
    call::{Around, companion},
    expr::Precedence,
    types,
};
use crate::ir::{Arg, Callee, Method, Op, OpKind, Overloaded, Passing, Region, visit};

/// A call in two parts, for whoever adds arguments.
pub struct Target {
    /// Up to the parenthesis.
    pub function: TokenStream,
    /// The arguments in the parentheses, each followed by a comma.
    pub args: TokenStream,
}

impl Printer<'_> {
    /// A call of the function itself, or of a companion.
    pub fn call_of(
        &mut self,
        callee: &Callee,
        which: Option<&str>,
        args: &[Arg],
        around: &mut Around,
        span: Span,
    ) -> TokenStream {
        if let (Callee::Operator(of), None) = (callee, which) {
            return self.applied(*of, args, around, span);
        }
        let Target { function, args } = self.call_target(callee, which, args, around, span);
        match (callee, which) {
            (Callee::Method(Method { maybe: true, .. }), None) => {
                let runtime = self.runtime;
                quote_spanned!(span=> #runtime::foreign::parts(#function(#args)))
            }
            (Callee::Method(Method { copied_by: Some(copy), .. }), None) => {
                let copy = Ident::new(copy, span);
                quote_spanned!(span=> #function(#args).#copy())
            }
            (
                Callee::Maybe(_)
                | Callee::MaybeAssociated(_)
                | Callee::Method(Method { choice: true, .. }),
                None,
            ) => {
                let runtime = self.runtime;
                quote_spanned!(span=> #runtime::parts(#function(#args)))
            }
            _ => quote_spanned!(span=> #function(#args)),
        }
    }

    /// `a + b`, `-a`, `a += b`.
    fn applied(
        &mut self,
        of: Overloaded,
        args: &[Arg],
        around: &mut Around,
        span: Span,
    ) -> TokenStream {
        let mut operands = Vec::new();
        for (i, arg) in args.iter().enumerate() {
            operands.push(match arg {
                Arg::Value(value) => self.receiver_literal(*value).at(Precedence::Prefix),
                Arg::Memory { place, .. } if of.assigns() && i == 0 => self.assigned(place),
                arg => self.arg(arg, around, span),
            });
        }
        let symbol: TokenStream = of.symbol().parse().unwrap_or_default();
        let symbol: TokenStream = symbol
            .into_iter()
            .map(|mut token| {
                token.set_span(span);
                token
            })
            .collect();
        match &operands[..] {
            [one] => quote!(#symbol #one),
            [left, right] => quote!(#left #symbol #right),
            _ => TokenStream::new(),
        }
    }

    /// A derivative of an operator: `operator::Add::reverse(a, b, ..)`.
    fn operator(
        &mut self,
        of: Overloaded,
        which: Option<&str>,
        args: &[Arg],
        around: &mut Around,
        span: Span,
    ) -> Target {
        let runtime = self.runtime;
        let (suffix, method) = match which {
            Some("sweep") => ("", "reverse"),
            Some("second") => ("Second", "second"),
            _ => ("Forward", "forward"),
        };
        let trait_ = Ident::new(&format!("{}{suffix}", of.name()), span);
        let method = Ident::new(method, span);
        // Said, so that what the compiler says of an operator without derivative is one error.
        let right = match args {
            [_, Arg::Value(right)] if self.ty(*right).is_float() => {
                let ty = types::tokens(self.ty(*right), runtime);
                quote_spanned!(span=> ::<#ty>)
            }
            _ => TokenStream::new(),
        };
        let function = quote_spanned!(span=> #runtime::operator::#trait_ #right::#method);
        Target { function, args: self.args(args, around, span) }
    }

    pub fn call_target(
        &mut self,
        callee: &Callee,
        which: Option<&str>,
        args: &[Arg],
        around: &mut Around,
        span: Span,
    ) -> Target {
        match (callee, args) {
            (Callee::Method(method), [receiver, args @ ..]) => {
                let borrows = which.is_none() && method.borrows && self.only_borrows(receiver);
                let mut receiver = match (which, receiver) {
                    // What the compiler says of a missing method is plainer where no reference is called.
                    (Some("sweep" | "tangent" | "second"), Arg::Memory { place, .. })
                        if self.is_reference(place) =>
                    {
                        let of = self.place(place).at(Precedence::Prefix);
                        quote_spanned!(span=> (*#of))
                    }
                    (_, receiver) => self.receiver(receiver, around, span),
                };
                if borrows {
                    receiver = quote_spanned!(span=> (&#receiver));
                }
                let args = self.args(args, around, span);
                let Method { name, turbofish, leaves_receiver, .. } = method;
                let name = suffixed(name, which.or(leaves_receiver.then_some("primal")));
                Target { function: quote_spanned!(span=> #receiver.#name #turbofish), args }
            }
            (Callee::Operator(of), args) => self.operator(*of, which, args, around, span),
            (Callee::Associated(path) | Callee::MaybeAssociated(path), args) => {
                let mut path = path.clone();
                if let Some(last) = path.path.segments.last_mut() {
                    let which = which.map(|part| match part {
                        "sweep" | "tangent" => Call::Path.part(part),
                        part => part.to_owned(),
                    });
                    last.ident = suffixed(&last.ident, which.as_deref());
                }
                Target { function: path.into_token_stream(), args: self.args(args, around, span) }
            }
            (callee, args) => {
                let function = match which {
                    Some(name) => companion(callee, name, span),
                    None => match callee {
                        Callee::Free(path) | Callee::Maybe(path) | Callee::Recomputed(path) => {
                            path.to_token_stream()
                        }
                        callee => carrier(callee).into_token_stream(),
                    },
                };
                Target { function, args: self.args(args, around, span) }
            }
        }
    }

    /// Whether it is known by a method's name alone that it leaves its receiver, which could be changed: the compiler sees that
    /// it is so.
    fn only_borrows(&self, receiver: &Arg) -> bool {
        let Arg::Memory { place, passing: Passing::Shared } = receiver else { return false };
        let root = self.function.memory(self.function.root(place.memory));
        root.mutable && self.function.place_type(place).foreign().is_some()
    }

    /// What stands before the dot. The compiler borrows it as the method asks for it.
    fn receiver(&mut self, arg: &Arg, around: &mut Around, span: Span) -> TokenStream {
        match arg {
            Arg::Value(value) | Arg::Reference(value) => {
                self.receiver_literal(*value).at(Precedence::Postfix)
            }
            Arg::InOut { input, output } => {
                let (name, before) = (self.value_name(*output), self.tokens(*input));
                around.before.extend(quote_spanned!(span=> let mut #name = #before;));
                name.into_token_stream()
            }
            Arg::Memory { place, .. } => self.place(place).at(Precedence::Postfix),
            Arg::Tokens(tokens) => quote!((#tokens)),
            Arg::Tuple(_) => {
                let args = self.args(std::slice::from_ref(arg), around, span);
                quote!((#args).0)
            }
        }
    }
}

/// Stand-ins for the companions of the methods that are called, for the compiler to say what to do where there are none.
pub fn stand_ins(bodies: &[&Region], runtime: &TokenStream) -> TokenStream {
    let (mut reverse, mut forward, mut second) = (Vec::new(), Vec::new(), Vec::new());
    let is_second = |body: &Region| {
        let mut found = false;
        visit::walk(body, &mut |op| {
            found |= matches!(op.kind, OpKind::CallSweep { tangents: Some(_), .. });
        });
        found
    };
    let mut note = |op: &Op, of_second: bool| {
        let (callee, suffix, names) = match &op.kind {
            OpKind::CallSweep { callee, tangents: Some(_), .. } => (callee, "second", &mut second),
            OpKind::CallSweep { callee, .. } => (callee, "sweep", &mut reverse),
            OpKind::CallTangent { callee, .. } if of_second => (callee, "tangent", &mut second),
            OpKind::CallTangent { callee, .. } => (callee, "tangent", &mut forward),
            _ => return,
        };
        let name = match callee {
            Callee::Method(method) => &method.name,
            Callee::Associated(path) => match path.path.segments.last() {
                Some(last) => &last.ident,
                None => return,
            },
            _ => return,
        };
        let mut name = suffixed(name, Some(suffix));
        name.set_span(Span::call_site());
        if !names.contains(&name) {
            names.push(name);
        }
    };
    for body in bodies {
        let of_second = is_second(body);
        visit::walk(body, &mut |op| note(op, of_second));
    }
    // One name in one trait.
    second.retain(|name| !forward.contains(name));
    let of = |bound: &str, names: Vec<Ident>| {
        let bound = Ident::new(bound, Span::call_site());
        (!names.is_empty()).then(|| quote!(#runtime::methods! { #bound: #(#names)* }))
    };
    let (reverse, forward) = (of("ReverseMode", reverse), of("ForwardMode", forward));
    let second = of("SecondOrder", second);
    quote!(#reverse #forward #second)
}

/// `m_sweep` beside `m`.
fn suffixed(name: &Ident, suffix: Option<&str>) -> Ident {
    use syn::ext::IdentExt;
    match suffix {
        Some(suffix) => Ident::new(&format!("{}_{suffix}", name.unraw()), name.span()),
        None => name.clone(),
    }
}

/// The path of the type that carries the sweeps of a free function.
pub fn carrier(callee: &Callee) -> syn::Path {
    let mut path = match callee {
        Callee::Free(path) | Callee::Maybe(path) | Callee::Recomputed(path) => path.clone(),
        Callee::Associated(path) | Callee::MaybeAssociated(path) => path.path.clone(),
        Callee::Method(method) => method.name.clone().into(),
        Callee::Local(_) => Ident::new("block", Span::call_site()).into(),
        Callee::Operator(of) => Ident::new(of.name(), Span::call_site()).into(),
    };
    // What stands in a turbofish belongs to the function.
    if let Some(last) = path.segments.last_mut() {
        last.arguments = syn::PathArguments::None;
    }
    path
}
