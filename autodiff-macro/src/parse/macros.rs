//! Macros in the body: passed through, or refused if a derivative could be lost in them.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{ext::IdentExt, parse::Parser as _, spanned::Spanned};

use super::{
    Reader,
    env::{Bind, Target, Want},
    place::Located,
    refutable::Test,
    stmt::Sink,
};
use crate::ir::{Constant, OpKind, Place, Step, Type, Var};

/// Macros of `std` that only look at what they are given.
const PASSED_THROUGH: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "println",
    "print",
    "eprintln",
    "eprint",
    "dbg",
];

const PANICS: &[&str] = &["panic", "unreachable", "todo", "unimplemented"];

impl Reader<'_> {
    pub fn statement_macro(&mut self, mac: &syn::Macro) {
        let name = self.macro_of_std(mac);
        self.guard();
        self.span = mac.span();
        if PASSED_THROUGH.contains(&name.as_str()) {
            self.effect(mac);
        } else if PANICS.contains(&name.as_str()) {
            self.effect(mac);
            self.diverge();
        } else if name == "vec" || name == "matches" {
            let e = syn::Expr::Macro(syn::ExprMacro { attrs: Vec::new(), mac: mac.clone() });
            self.value_into(&e, &Want::Any, Sink::Value);
        } else if self.sees_number(mac) {
            self.refuse_macro(mac);
        } else {
            self.effect(mac);
        }
    }

    pub fn macro_value(&mut self, e: &syn::ExprMacro, want: &Want) -> Bind {
        let mac = &e.mac;
        let name = self.macro_of_std(mac);
        match name.as_str() {
            "vec" => self.array(&syn::Expr::Macro(e.clone()), want),
            "matches" => self.matches(mac),
            name if PANICS.contains(&name) => {
                self.effect(mac);
                self.diverge();
                Bind::Uninit
            }
            "dbg" => {
                if *want != Want::Unit {
                    self.errors.at(
                        mac,
                        "`dbg!` yields its argument, which the macro does not follow; write it as a statement of \
                         its own, `dbg!(x);`",
                    );
                    return Bind::Poison;
                }
                self.effect(mac);
                Bind::Unit
            }
            name if PASSED_THROUGH.contains(&name) => {
                self.effect(mac);
                Bind::Unit
            }
            _ if *want == Want::Unit && !self.sees_number(mac) => {
                self.effect(mac);
                Bind::Unit
            }
            "cfg" => {
                let constant = Constant::Tokens(mac.to_token_stream());
                Bind::Scalar(self.constant(constant, Type::Bool, mac.span()))
            }
            "line" | "column" => {
                let ty = Type::Int(crate::ir::Int::U32);
                let constant = Constant::Tokens(mac.to_token_stream());
                Bind::Scalar(self.constant(constant, ty, mac.span()))
            }
            "concat" | "stringify" | "file" | "env" | "module_path" | "include_str" => {
                Bind::Tokens(mac.to_token_stream())
            }
            _ if self.sees_variable(mac) => match self.comparing_macro(mac, want) {
                Some(bind) => bind,
                None => {
                    self.refuse_macro(mac);
                    Bind::Poison
                }
            },
            _ => {
                let ty = match want.ty() {
                    Some(ty) if super::types::is_scalar(ty) => ty.clone(),
                    _ => Type::Unknown,
                };
                let constant = Constant::Tokens(mac.to_token_stream());
                Bind::Scalar(self.constant(constant, ty, mac.span()))
            }
        }
    }

    /// The name of a macro that may be one of the standard library's: none where it is certainly another.
    fn macro_of_std(&self, mac: &syn::Macro) -> String {
        match self.is_other_macro(mac) {
            true => String::new(),
            false => mac.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default(),
        }
    }

    /// Whether the macro is the user's, or that of a crate, whatever its name.
    pub fn is_other_macro(&self, mac: &syn::Macro) -> bool {
        const STD: [&str; 3] = ["std", "core", "alloc"];
        let Some(name) = mac.path.get_ident() else {
            let first = mac.path.segments.first().map(|first| first.ident.to_string());
            return first.is_none_or(|first| !STD.contains(&first.as_str()));
        };
        let local = self
            .items
            .iter()
            .any(|item| matches!(item, syn::Item::Macro(of) if of.ident.as_ref() == Some(name)));
        local
            || self.declared.as_ref().is_some_and(|declared| {
                let name = name.unraw().to_string();
                let brought = declared.names().brought(&self.module, &name);
                let of_other = brought.is_some_and(|path| {
                    let first = path.trim_start_matches("::").split("::").next();
                    first.is_none_or(|first| !STD.contains(&first.trim()))
                });
                of_other || declared.has_macro(&name)
            })
    }

    fn refuse_macro(&mut self, mac: &syn::Macro) {
        self.errors.at(
            &mac.path,
            "the macro `#[grad]` cannot see into another macro, so that a derivative through it would be lost; \
             write out what it does, or call a `#[grad]` function",
        );
    }

    fn matches(&mut self, mac: &syn::Macro) -> Bind {
        let parser = |input: syn::parse::ParseStream<'_>| {
            let value: syn::Expr = input.parse()?;
            input.parse::<syn::Token![,]>()?;
            let pat = syn::Pat::parse_multi_with_leading_vert(input)?;
            let guard = match input.parse::<Option<syn::Token![if]>>()? {
                Some(_) => Some(input.parse::<syn::Expr>()?),
                None => None,
            };
            input.parse::<Option<syn::Token![,]>>()?;
            Ok((value, pat, guard))
        };
        let Ok((value, pat, guard)) = parser.parse2(mac.tokens.clone()) else {
            self.errors.at(mac, "the macro cannot read this; write `match` instead");
            return Bind::Poison;
        };
        let span = mac.span();
        let value = self.value(&value, &self.want_of_tested(&pat));
        match (self.test(&pat, &value), guard) {
            (Test::Always, None) => self.bool_literal(true),
            (Test::If(test), None) => Bind::Scalar(test),
            (test, Some(guard)) => {
                let cond = match test {
                    Test::If(test) => test,
                    Test::Always => self.constant(Constant::Bool(true), Type::Bool, span),
                };
                let test = self.logic(
                    true,
                    false,
                    span,
                    |_| cond,
                    |reader| {
                        reader.scopes.enter();
                        reader.bind_tested(&pat, value, span);
                        let test = reader.scalar(&guard, &Want::Type(Type::Bool));
                        reader.scopes.leave();
                        test
                    },
                );
                Bind::Scalar(test)
            }
        }
    }

    /// The statement as the user wrote it, and what the names in it stand for.
    pub fn effect(&mut self, mac: &syn::Macro) {
        let mut bindings = Vec::new();
        let inner = self.rewrite(mac.tokens.clone(), &mut bindings);
        let mut mac = mac.clone();
        mac.tokens = inner;
        let span = mac.span();
        self.push(OpKind::Effect { tokens: mac.to_token_stream(), bindings }, span);
    }

    /// The tokens, with each name of a variable bound; names of references to numbers lose their `*`.
    fn rewrite(&mut self, tokens: TokenStream, bindings: &mut Vec<(Ident, Var)>) -> TokenStream {
        let mut out: Vec<TokenTree> = Vec::new();
        let mut texts: Vec<(Ident, TokenStream)> = Vec::new();
        for token in tokens {
            match token {
                TokenTree::Group(group) => {
                    let inner = self.rewrite(group.stream(), bindings);
                    let mut new = proc_macro2::Group::new(group.delimiter(), inner);
                    new.set_span(group.span());
                    out.push(new.into());
                }
                TokenTree::Ident(ident) => {
                    let follows_dot = matches!(out.last(), Some(TokenTree::Punct(p)) if p.as_char() == '.')
                        && !matches!(out.iter().rev().nth(1), Some(TokenTree::Punct(p)) if p.as_char() == '.');
                    let names_path =
                        matches!(out.last(), Some(TokenTree::Punct(p)) if p.as_char() == ':');
                    let index = match follows_dot || names_path {
                        true => None,
                        false => self.scopes.find(&super::key(&ident)),
                    };
                    match index {
                        Some(index) => {
                            let bind = self.env.variables[index].bind.clone();
                            if self.is_number_behind_reference(&bind) {
                                drop_deref(&mut out);
                            }
                            out.extend(self.mention(&ident, &bind, bindings));
                        }
                        None => out.push(ident.into()),
                    }
                }
                TokenTree::Literal(literal) => {
                    self.mention_in_format(&literal, bindings, &mut texts);
                    out.push(literal.into());
                }
                token => out.push(token),
            }
        }
        let ends = matches!(out.last(), Some(TokenTree::Punct(p)) if p.as_char() == ',');
        let mut comma = (!ends).then(|| quote::quote!(,));
        let mut out: TokenStream = out.into_iter().collect();
        for (name, text) in texts {
            out.extend(quote::quote!(#comma #name = #text));
            comma = Some(quote::quote!(,));
        }
        out
    }

    fn is_number_behind_reference(&self, bind: &Bind) -> bool {
        match bind {
            Bind::Reference { target: Target::Place(place), .. } => {
                !place.path.is_empty() && !super::types::is_memory(&self.function.place_type(place))
            }
            Bind::Reference { target: Target::Variable(slot), .. } => {
                matches!(self.env.get(slot), Bind::Scalar(_))
            }
            Bind::Reference { target: Target::Value(_), .. } => true,
            _ => false,
        }
    }

    /// What stands for a name in the tokens; tuples are written out.
    fn mention(
        &mut self,
        ident: &Ident,
        bind: &Bind,
        bindings: &mut Vec<(Ident, Var)>,
    ) -> TokenStream {
        if let Bind::Tuple(of) = bind {
            let fields: Vec<TokenStream> = of
                .iter()
                .enumerate()
                .map(|(i, of)| {
                    let name = format!("{}_{i}", super::name_of(ident));
                    self.mention(&Ident::new(&name, ident.span()), of, bindings)
                })
                .collect();
            return quote::quote!((#(#fields,)*));
        }
        if let Bind::Unit = bind {
            self.errors.at(
                ident,
                format!(
                    "`{ident}` is a message that has been put together where the error was made, and is not kept; print it there, \
                     or say what is wrong by an enum, a number or a text literal"
                ),
            );
        }
        if let Some(var) = self.var_of(bind, ident)
            && !bindings.iter().any(|(name, _)| name == ident)
        {
            bindings.push((ident.clone(), var));
        }
        match bind {
            Bind::Tokens(tokens) => tokens.clone(),
            _ => ident.to_token_stream(),
        }
    }

    fn var_of(&mut self, bind: &Bind, ident: &Ident) -> Option<Var> {
        let span = ident.span();
        match bind {
            Bind::Scalar(value) => Some(Var::Value(*value)),
            Bind::Owned(memory) => Some(Var::Memory(*memory)),
            Bind::Reference { target, .. } => match self.auto(Self::target(target.clone())) {
                Located::Memory(place) => Some(self.var_of_place(place, ident)),
                Located::Slot(slot) => {
                    let bind = self.env.get(&slot).clone();
                    match bind {
                        Bind::Scalar(value) => Some(Var::Value(value)),
                        _ => None,
                    }
                }
                Located::Value(bind) => match bind {
                    Bind::Scalar(value) => Some(Var::Value(value)),
                    _ => None,
                },
                Located::Global(_) => None,
            },
            Bind::Content(place) => Some(self.var_of_place(place.clone(), ident)),
            Bind::Known(_) => Some(Var::Value(self.scalar_of(bind.clone(), span))),
            Bind::Unit
            | Bind::Tuple(_)
            | Bind::Tokens(_)
            | Bind::Closure(_)
            | Bind::Either(_)
            | Bind::Function(_)
            | Bind::Choice(_)
            | Bind::Iterator { .. }
            | Bind::Uninit
            | Bind::Poison => None,
        }
    }

    fn var_of_place(&mut self, place: Place, ident: &Ident) -> Var {
        if place.path.is_empty() {
            return Var::Memory(place.memory);
        }
        let ty = self.function.place_type(&place);
        if super::types::is_scalar(&ty)
            || matches!(place.path.last(), Some(Step::Index(_))) && ty == Type::Unknown
        {
            return Var::Value(self.load(place, ident.span()));
        }
        Var::Memory(self.view(place, false, ident.span()))
    }

    /// `"{x} {y:?}"` mentions `x` and `y`; what is a literal is no variable, so that it becomes an argument with that name.
    fn mention_in_format(
        &mut self,
        literal: &proc_macro2::Literal,
        bindings: &mut Vec<(Ident, Var)>,
        texts: &mut Vec<(Ident, TokenStream)>,
    ) {
        for name in named_in_format(literal) {
            let key = format_key(&name, literal);
            let Some(index) = self.scopes.find(&key) else { continue };
            let bind = self.env.variables[index].bind.clone();
            let ident = Ident::new(&name, literal.span());
            if let Bind::Tuple(_) = bind {
                self.errors.at_span(
                    literal.span(),
                    format!(
                        "`{name}` is a tuple, which is followed field by field; write it as an argument: \
                         `\"{{:?}}\", {name}`"
                    ),
                );
                continue;
            }
            if let Bind::Tokens(text) = &bind {
                if texts.iter().all(|(named, _)| *named != ident) {
                    texts.push((ident, text.clone()));
                }
                continue;
            }
            self.mention(&ident, &bind, bindings);
        }
    }

    fn mentioned(&self, tokens: TokenStream, f: &mut impl FnMut(&Bind)) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.mentioned(group.stream(), f),
                TokenTree::Ident(ident) => {
                    if let Some(index) = self.scopes.find(&super::key(&ident)) {
                        f(&self.env.variables[index].bind);
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether the macro is given a variable that could have a derivative.
    fn sees_number(&self, mac: &syn::Macro) -> bool {
        let mut sees = false;
        self.mentioned(mac.tokens.clone(), &mut |bind| {
            sees |= self.bind_type(bind).differentiable();
        });
        sees
    }

    fn sees_variable(&self, mac: &syn::Macro) -> bool {
        let mut sees = false;
        self.mentioned(mac.tokens.clone(), &mut |_| sees = true);
        // `"{x}"` of `format!`.
        let formats = mac.tokens.clone().into_iter().take(1).any(|token| match token {
            TokenTree::Literal(literal) => named_in_format(&literal)
                .iter()
                .any(|name| self.scopes.find(&format_key(name, &literal)).is_some()),
            _ => false,
        });
        sees || formats
    }
}

/// The names in a format, also those of widths and precisions: `{x:w$.p$}`.
fn named_in_format(literal: &proc_macro2::Literal) -> Vec<String> {
    let Ok(syn::Lit::Str(text)) = syn::parse_str::<syn::Lit>(&literal.to_string()) else {
        return Vec::new();
    };
    let text = text.value().replace("{{", "").replace("}}", "");
    let mut names = Vec::new();
    for part in text.split('{').skip(1) {
        let Some(inside) = part.split('}').next() else { continue };
        let (argument, format) = inside.split_once(':').unwrap_or((inside, ""));
        names.push(argument.trim().to_owned());
        let widths = format.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
        names.extend(widths.filter_map(|name| name.strip_suffix('$')).map(str::to_owned));
    }
    names
}

fn format_key(name: &str, literal: &proc_macro2::Literal) -> String {
    format!("{name}{}", super::hygiene(literal.span()))
}

/// `*v` where `v` is bound to the number itself.
fn drop_deref(out: &mut Vec<TokenTree>) {
    let star = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == '*');
    if !star(out.last()) {
        return;
    }
    let before = out.len().checked_sub(2).and_then(|i| out.get(i));
    let operand = match before {
        None => false,
        Some(TokenTree::Punct(_)) => false,
        Some(TokenTree::Ident(ident)) => {
            !matches!(ident.to_string().as_str(), "return" | "in" | "if" | "else" | "match")
        }
        Some(TokenTree::Literal(_) | TokenTree::Group(_)) => true,
    };
    if !operand {
        out.pop();
    }
}
