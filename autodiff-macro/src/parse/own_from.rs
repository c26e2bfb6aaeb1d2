//! `Cartesian::from(polar)`, and `polar.into()` where the type is known, if the file declares the conversion: `From::from` is read
//! where it is called.

use proc_macro2::Span;

use super::{
    Reader,
    env::{Bind, Want},
};
use crate::{declared, ir::Type};

impl Reader<'_> {
    /// `T::from(e)`, if `T` is a type with conversions of its own.
    pub fn own_from(&mut self, e: &syn::ExprCall, path: &syn::ExprPath) -> Option<Bind> {
        let mut of = path.path.clone();
        let last = of.segments.pop()?.into_value();
        of.segments.pop_punct();
        if last.ident != "from" || e.args.len() != 1 || path.qself.is_some() {
            return None;
        }
        let ty = syn::Type::Path(syn::TypePath { qself: None, path: of });
        let ty = self.with_arguments(&self.not_self(&ty))?;
        if !self.has_conversions(&ty) {
            return None;
        }
        let arg = self.value(&e.args[0], &Want::Any);
        if self.gone {
            return Some(Bind::Uninit);
        }
        self.converted(ty, arg, path.path.segments.last()?.ident.span())
    }

    /// `e.into()`, where a type with conversions of its own is wanted.
    pub fn own_into(&mut self, e: &syn::ExprMethodCall, want: &Want) -> Option<Bind> {
        let Some(Type::Named(of)) = want.ty() else { return None };
        let ty = self.not_self(of.ty.as_ref()?);
        if e.method != "into" || !e.args.is_empty() || !self.has_conversions(&ty) {
            return None;
        }
        let arg = self.value(&e.receiver, &Want::Any);
        if self.gone {
            return Some(Bind::Uninit);
        }
        self.converted(ty, arg, e.method.span())
    }

    fn has_conversions(&self, ty: &syn::Type) -> bool {
        let name = declared::head(ty).map(|(name, _)| name).unwrap_or_default();
        self.declared.as_ref().is_some_and(|declared| {
            let all = declared.conversions(&name);
            !all.is_empty() && all.iter().all(|own| self.module.starts_with(&own.module))
        })
    }

    fn converted(&mut self, ty: syn::Type, arg: Bind, span: Span) -> Option<Bind> {
        let (name, _) = declared::head(&ty)?;
        let declared = self.declared.clone()?;
        let kind = kind(&self.bind_type(&arg), matches!(arg, Bind::Reference { .. }));
        let all = declared.conversions(&name);
        let found: Vec<_> = match all {
            [only] => vec![only],
            all => all.iter().filter(|own| kind_of(&own.by) == kind).collect(),
        };
        let [own] = found[..] else {
            self.errors.at_span(
                span,
                format!(
                    "which of the conversions into `{name}` this is, is not seen; give the argument a type where it is declared, \
                     or write the conversion as a function with `#[grad]`"
                ),
            );
            return Some(Bind::Poison);
        };
        let method = self.method_of(own, &ty, span)?;
        let want = Want::Type(Type::named(ty.clone()));
        self.read_method(&method, ty, arg, &want, span)
    }
}

/// What tells arguments apart: their names, or how they are made up.
fn kind(ty: &Type, borrowed: bool) -> String {
    let name = match ty {
        Type::Named(of) => of.ty.as_ref().and_then(declared::head).map(|(name, _)| name),
        Type::Tuple(of) => Some(format!("({})", of.len())),
        Type::Array(..) => Some("[;]".to_owned()),
        Type::Slice(_) => Some("[]".to_owned()),
        Type::Vec(_) => Some("Vec".to_owned()),
        Type::Float(_) => Some("f".to_owned()),
        Type::Int(_) => Some("i".to_owned()),
        _ => None,
    };
    let borrowed = if borrowed { "&" } else { "" };
    format!("{borrowed}{}", name.unwrap_or_default())
}

fn kind_of(written: &str) -> String {
    match syn::parse_str::<syn::Type>(written) {
        Ok(syn::Type::Reference(of)) => {
            let inner = quote::ToTokens::to_token_stream(&of.elem).to_string();
            format!("&{}", kind_of(&inner))
        }
        Ok(syn::Type::Tuple(of)) => format!("({})", of.elems.len()),
        Ok(syn::Type::Array(_)) => "[;]".to_owned(),
        Ok(syn::Type::Slice(_)) => "[]".to_owned(),
        Ok(ty) => match declared::head(&ty) {
            Some((name, _)) if name == "f64" || name == "f32" => "f".to_owned(),
            Some((name, _)) if super::types::int_named(&name).is_some() => "i".to_owned(),
            Some((name, _)) => name,
            None => String::new(),
        },
        Err(_) => String::new(),
    }
}
