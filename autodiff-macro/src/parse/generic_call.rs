//! Functions and constants of a float that is a type parameter: `T::one()`, `T::from(n).unwrap()`, `T::max(a, b)`.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{
    spanned::Spanned,
    visit::{self, Visit},
};

use super::{
    Reader,
    env::{Bind, Want},
    generics::Kind,
    method::rule_named,
};
use crate::{
    ir::{Comparison, Constant, Float, Form, Int, OpKind, Type, ValueId},
    rules::Rule,
};

impl Reader<'_> {
    /// A function of a generic float: a rule, or the way in which a constant is written.
    pub fn generic_function(&mut self, e: &syn::ExprCall, path: &syn::ExprPath) -> Option<Bind> {
        let span = e.span();
        let (ty, name) = match self.generic_float(path) {
            Some((ty, name)) => (ty, name.to_string()),
            None => (Type::Unknown, trait_function(path)?),
        };
        let rule = rule_named(&name).is_some_and(|(_, arity)| arity == e.args.len())
            || name == "sin_cos"
            || own_method(&name, e.args.len()).is_some();
        if !rule {
            if ty == Type::Unknown && !matches!(name.as_str(), "from" | "zero" | "one") {
                return None;
            }
            return Some(self.generic_constant(&syn::Expr::Call(e.clone()), e, path, ty, None));
        }
        let mut args = Vec::new();
        for (i, arg) in e.args.iter().enumerate() {
            let want = match (name.as_str(), i) {
                ("powi", 1) => Want::Type(Type::Int(Int::I32)),
                _ if ty.is_float() => Want::Type(ty.clone()),
                _ => Want::Scalar,
            };
            args.push(self.scalar(arg, &want));
        }
        if let Some(method) = own_method(&name, args.len()) {
            return Some(self.generic_method(method, &args, span));
        }
        Some(self.primitive(&name, &ty, args, Form::Path(path.path.clone()), path.span(), span))
    }

    /// The same, where `T` has turned out to be `f64`: the trait need not be in scope here.
    pub fn number_trait_call(&mut self, e: &syn::ExprCall, name: &str, ty: &Type) -> Option<Bind> {
        let Type::Float(Float::F32 | Float::F64) = ty else { return None };
        let span = e.span();
        let constant = match (name, e.args.len()) {
            ("from_f64" | "from_f32", 1) => return Some(self.made_float(&e.args[0], ty, span)),
            ("zero", 0) => 0.0,
            ("one", 0) => 1.0,
            ("infinity", 0) => f64::INFINITY,
            ("neg_infinity", 0) => f64::NEG_INFINITY,
            _ => return None,
        };
        Some(Bind::Scalar(self.constant(Constant::Float(constant, None), ty.clone(), span)))
    }

    fn made_float(&mut self, e: &syn::Expr, to: &Type, span: Span) -> Bind {
        let arg = self.scalar(e, &Want::Scalar);
        let out = self.function.new_value(to.clone(), None, span);
        self.push(OpKind::Cast { out, arg, ty: to.clone() }, span);
        Bind::Scalar(out)
    }

    /// `T::from(2.0).unwrap()`, `NumCast::from(n).unwrap()`, `T::from_f64(0.5).expect("..")`.
    pub fn unwrapped_generic(&mut self, e: &syn::ExprMethodCall, want: &Want) -> Option<Bind> {
        if !matches!(
            e.method.to_string().as_str(),
            "unwrap" | "expect" | "unwrap_or" | "unwrap_or_else"
        ) {
            return None;
        }
        if let Some(cast) = self.unwrapped_cast(e) {
            return Some(cast);
        }
        let syn::Expr::Call(call) = strip(&e.receiver) else { return None };
        let syn::Expr::Path(path) = strip(&call.func) else { return None };
        let names: Vec<String> = path.path.segments.iter().map(|of| of.ident.to_string()).collect();
        if let ([of, name], [arg]) = (&names[..], &call.args.iter().collect::<Vec<_>>()[..])
            && let Some(ty @ Type::Float(Float::F32 | Float::F64)) = super::types::float_named(of)
            && matches!(
                name.as_str(),
                "from" | "from_f64" | "from_f32" | "from_usize" | "from_i32" | "from_u32"
            )
        {
            return Some(self.made_float(arg, &ty, e.span()));
        }
        let ty = match self.generic_float(path) {
            Some((ty, name)) if rule_named(&name.to_string()).is_none() => ty,
            Some(_) => return None,
            None => {
                let name = trait_function(path)?;
                if name != "from" {
                    return None;
                }
                want.ty().filter(|ty| ty.is_float()).cloned().unwrap_or(Type::Unknown)
            }
        };
        Some(self.generic_constant(&syn::Expr::MethodCall(e.clone()), call, path, ty, Some(e)))
    }

    /// `whole`: the call and, if it is unwrapped, that too.
    fn generic_constant(
        &mut self,
        whole: &syn::Expr,
        call: &syn::ExprCall,
        path: &syn::ExprPath,
        ty: Type,
        unwrapped: Option<&syn::ExprMethodCall>,
    ) -> Bind {
        let span = whole.span();
        if !self.names_variables(whole) {
            let value = Constant::Tokens(whole.to_token_stream());
            return Bind::Scalar(self.constant(value, ty, span));
        }
        let args: Vec<ValueId> =
            call.args.iter().map(|arg| self.scalar(arg, &Want::Scalar)).collect();
        if let [arg] = args[..]
            && let Some(cast) = self.cast_between_floats(arg, &ty, span)
        {
            return cast;
        }
        let form = match &path.qself {
            None => Form::Path(path.path.clone()),
            Some(_) => {
                self.errors.at(
                    path,
                    "a path with `<T as ..>` is followed only if its arguments are constants; write `T::from(..)`",
                );
                return Bind::Poison;
            }
        };
        let Some(unwrapped) = unwrapped else {
            return Bind::Scalar(self.opaque(form, args, ty, path.span()));
        };
        let option = self.opaque(form, args, Type::Opaque, path.span());
        let mut args = vec![option];
        if !matches!(unwrapped.method.to_string().as_str(), "expect" | "unwrap_or_else") {
            args.extend(unwrapped.args.iter().map(|arg| self.scalar(arg, &Want::Type(ty.clone()))));
        } else {
            for arg in &unwrapped.args {
                let value = Constant::Tokens(arg.to_token_stream());
                args.push(self.constant(value, Type::Opaque, arg.span()));
            }
        }
        let form = Form::Method(unwrapped.method.clone(), proc_macro2::TokenStream::new());
        Bind::Scalar(self.opaque(form, args, ty, unwrapped.method.span()))
    }

    /// From a float to a float, by whatever name: what `T::from(x)` yields is never `None` then.
    fn cast_between_floats(&mut self, arg: ValueId, to: &Type, span: Span) -> Option<Bind> {
        let from = &self.function.value(arg).ty;
        if !from.is_float() || !to.is_float() {
            return None;
        }
        let out = self.function.new_value(to.clone(), None, span);
        self.push(OpKind::Cast { out, arg, ty: to.clone() }, span);
        Some(Bind::Scalar(out))
    }

    /// `x.to_f64().unwrap()`, in a function that is generic over its float.
    fn unwrapped_cast(&mut self, e: &syn::ExprMethodCall) -> Option<Bind> {
        let syn::Expr::MethodCall(inner) = strip(&e.receiver) else { return None };
        let to = match inner.method.to_string().as_str() {
            "to_f64" => Type::Float(Float::F64),
            "to_f32" => Type::Float(Float::F32),
            _ => return None,
        };
        if !inner.args.is_empty() || !self.type_params.iter().any(|of| of.kind == Kind::Float) {
            return None;
        }
        let arg = self.scalar(&inner.receiver, &Want::Scalar);
        let span = e.span();
        let out = self.function.new_value(to.clone(), None, span);
        self.push(OpKind::Cast { out, arg, ty: to }, span);
        Some(Bind::Scalar(out))
    }

    /// In terms of rules.
    pub fn generic_method(&mut self, method: Own, args: &[ValueId], span: Span) -> Bind {
        Bind::Scalar(match (method, args) {
            (Own::Same, [x, ..]) => *x,
            (Own::Abs, [x, ..]) => self.rule(Rule::Abs, vec![*x], span),
            (Own::Square, [x, ..]) => self.rule(Rule::Mul, vec![*x, *x], span),
            (Own::AbsSub, [x, y, ..]) => {
                // Not `max(x - y, 0)`, which takes NaN for zero.
                let difference = self.rule(Rule::Sub, vec![*x, *y], span);
                let below = self.compare(Comparison::Le, [*x, *y], span);
                let ty = self.function.value(difference).ty.clone();
                let zero = self.constant(Constant::Float(0.0, None), ty, span);
                self.select(below, [zero, difference], span)
            }
            (Own::AbsSub, _) | (_, []) => return Bind::Poison,
        })
    }

    /// Whether an expression reads variables of the function.
    fn names_variables(&self, e: &syn::Expr) -> bool {
        struct Search<'r, 'a> {
            reader: &'r Reader<'a>,
            found: bool,
        }
        impl<'ast> Visit<'ast> for Search<'_, '_> {
            fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
                self.found |= path
                    .path
                    .get_ident()
                    .is_some_and(|ident| self.reader.scopes.find(&super::key(ident)).is_some());
            }

            fn visit_macro(&mut self, of: &'ast syn::Macro) {
                self.found = true;
                visit::visit_macro(self, of);
            }
        }
        let mut search = Search { reader: self, found: false };
        search.visit_expr(e);
        search.found
    }
}

/// Methods that the traits of numbers have and `std` has not, or by another name.
#[derive(Clone, Copy, Debug)]
pub enum Own {
    Same,
    Abs,
    Square,
    AbsSub,
}

/// `args` counts the receiver.
pub fn own_method(name: &str, args: usize) -> Option<Own> {
    Some(match (name, args) {
        ("real" | "conjugate", 1) => Own::Same,
        ("modulus" | "norm1", 1) => Own::Abs,
        ("modulus_squared", 1) => Own::Square,
        ("abs_sub", 2) => Own::AbsSub,
        _ => return None,
    })
}

/// `Float::sin`, `num_traits::Float::max`, `NumCast::from`: the function of a trait of numbers.
fn trait_function(path: &syn::ExprPath) -> Option<String> {
    const TRAITS: &[&str] = &[
        "Float",
        "FloatCore",
        "RealField",
        "ComplexField",
        "NumCast",
        "FromPrimitive",
        "Zero",
        "One",
        "Num",
        "Signed",
    ];
    let mut names = path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
    let (name, of) = (names.next()?, names.next()?);
    (path.qself.is_none() && TRAITS.contains(&of.as_str())).then_some(name)
}

fn strip(e: &syn::Expr) -> &syn::Expr {
    match e {
        syn::Expr::Paren(e) => strip(&e.expr),
        syn::Expr::Group(e) => strip(&e.expr),
        e => e,
    }
}
