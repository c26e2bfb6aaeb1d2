//! The fields of the user's type: which have a derivative, and of what type.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;

use crate::{emit::tangent, error::Errors};

pub struct Variant {
    /// `None` for a struct.
    pub ident: Option<syn::Ident>,
    pub style: Style,
    pub fields: Vec<Field>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Named,
    Tuple,
    Unit,
}

pub struct Field {
    pub member: syn::Member,
    pub vis: syn::Visibility,
    pub ty: syn::Type,
    /// Its type in the tangent; `None` if it has no derivative.
    pub tangent: Option<TokenStream>,
}

impl Field {
    /// A local name for the field.
    pub fn local(&self, prefix: &str) -> syn::Ident {
        let span = proc_macro2::Span::mixed_site();
        match &self.member {
            syn::Member::Named(name) => {
                let name = syn::ext::IdentExt::unraw(name);
                syn::Ident::new(&format!("{prefix}_{name}"), span)
            }
            syn::Member::Unnamed(i) => syn::Ident::new(&format!("{prefix}_{}", i.index), span),
        }
    }
}

/// `#[differentiable(crate = path)]`, or the usual place.
pub fn runtime(item: &syn::DeriveInput, errors: &mut Errors) -> TokenStream {
    let mut runtime = quote!(::autodiff_runtime);
    for attr in item.attrs.iter().filter(|attr| attr.path().is_ident("differentiable")) {
        let parsed = attr.parse_nested_meta(|meta| {
            if !meta.path.is_ident("crate") {
                return Err(meta.error("the only option is `crate = path`"));
            }
            let path: syn::Path = meta.value()?.call(syn::Path::parse_mod_style)?;
            runtime = quote!(#path);
            Ok(())
        });
        if let Err(error) = parsed {
            errors.push(error);
        }
    }
    for attr in item.attrs.iter().filter(|attr| attr.path().is_ident("no_diff")) {
        errors.at(attr, "`#[no_diff]` stands on a field, not on the type");
    }
    runtime
}

pub fn variant(variant: &syn::Variant, runtime: &TokenStream, errors: &mut Errors) -> Variant {
    for attr in variant.attrs.iter().filter(|attr| attr.path().is_ident("no_diff")) {
        errors.at(attr, "`#[no_diff]` stands on a field, not on a variant");
    }
    Variant { ident: Some(variant.ident.clone()), ..structure(&variant.fields, runtime, errors) }
}

pub fn structure(fields: &syn::Fields, runtime: &TokenStream, errors: &mut Errors) -> Variant {
    let style = match fields {
        syn::Fields::Named(_) => Style::Named,
        syn::Fields::Unnamed(_) => Style::Tuple,
        syn::Fields::Unit => Style::Unit,
    };
    let fields = fields.iter().zip(fields.members());
    let fields =
        fields.map(|(field, member)| self::field(field, member, runtime, errors)).collect();
    Variant { ident: None, style, fields }
}

fn field(
    field: &syn::Field,
    member: syn::Member,
    runtime: &TokenStream,
    errors: &mut Errors,
) -> Field {
    let mut constant = has_no_tangent(&field.ty) || bare_in(&field.ty).is_some();
    for attr in field.attrs.iter().filter(|attr| attr.path().is_ident("no_diff")) {
        if let syn::Meta::List(list) = &attr.meta {
            errors.at(list, "`#[no_diff]` takes no arguments");
        }
        constant = true;
    }
    if !constant {
        refuse(&field.ty, errors);
    }
    let tangent = (!constant).then(|| tangent::gradient(&field.ty, runtime));
    Field { member, vis: field.vis.clone(), ty: field.ty.clone(), tangent }
}

/// What can have no tangent, whatever is inside.
fn refuse(ty: &syn::Type, errors: &mut Errors) {
    let what = match tangent::bare(ty) {
        syn::Type::Ptr(_) => "a raw pointer",
        syn::Type::BareFn(_) => "a function pointer",
        syn::Type::TraitObject(_) => "a trait object",
        _ => return,
    };
    errors.at_span(
        ty.span(),
        format!(
            "{what} has no derivative; mark the field `#[no_diff]` to say that it is a constant"
        ),
    );
}

/// What the file declares without tangents, in fields that are not said to be constants: reported once, and left out.
pub fn without_tangents(item: &syn::DeriveInput, errors: &mut Errors) {
    let fields: Vec<&syn::Field> = match &item.data {
        syn::Data::Struct(of) => of.fields.iter().collect(),
        syn::Data::Enum(of) => of.variants.iter().flat_map(|of| &of.fields).collect(),
        syn::Data::Union(_) => return,
    };
    for field in fields {
        if field.attrs.iter().any(|attr| attr.path().is_ident("no_diff")) {
            continue;
        }
        // One of several names: it selects, as a number that counts does.
        let selects = |name: &String| {
            crate::declared::at(field.ty.span()).is_some_and(|file| file.is_plain_enum(name))
        };
        if let Some(name) = bare_in(&field.ty).filter(|name| !selects(name)) {
            errors.at_span(
                field.ty.span(),
                format!(
                    "`{name}` has no tangents, so that this field has no derivative: put `#[derive(Differentiable)]` \
                     on `{name}`, or mark the field `#[no_diff]` to say that it is a constant"
                ),
            );
        }
    }
}

/// A type of the file's own that certainly has no tangents.
fn bare_in(ty: &syn::Type) -> Option<String> {
    match tangent::bare(ty) {
        syn::Type::Reference(of) => bare_in(&of.elem),
        syn::Type::Array(of) => bare_in(&of.elem),
        syn::Type::Path(path) if path.qself.is_none() => {
            let last = path.path.segments.last()?;
            let name = last.ident.to_string();
            match &last.arguments {
                syn::PathArguments::AngleBracketed(args) if name == "Vec" || name == "Box" => {
                    match args.args.first() {
                        Some(syn::GenericArgument::Type(ty)) => bare_in(ty),
                        _ => None,
                    }
                }
                syn::PathArguments::None if path.path.segments.len() == 1 => {
                    let declared = crate::declared::at(last.ident.span())?;
                    declared.lacks_tangents(&name, &[]).then_some(name)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Types that have no derivative, known by their names: no attribute is needed.
fn has_no_tangent(ty: &syn::Type) -> bool {
    match tangent::bare(ty) {
        syn::Type::Reference(of) => has_no_tangent(&of.elem),
        syn::Type::Slice(of) => has_no_tangent(&of.elem),
        syn::Type::Array(of) => has_no_tangent(&of.elem),
        syn::Type::Tuple(of) => of.elems.iter().all(has_no_tangent),
        syn::Type::Path(path) if path.qself.is_none() => {
            if tangent::is_constant(ty) {
                return true;
            }
            let Some(last) = path.path.segments.last() else { return false };
            let name = last.ident.to_string();
            if ["String", "PhantomData", "Duration", "Instant"].contains(&name.as_str()) {
                return true;
            }
            let inner = match &last.arguments {
                syn::PathArguments::AngleBracketed(args) => {
                    args.args.iter().find_map(|arg| match arg {
                        syn::GenericArgument::Type(ty) => Some(ty),
                        _ => None,
                    })
                }
                _ => None,
            };
            ["Vec", "Option", "Box"].contains(&name.as_str()) && inner.is_some_and(has_no_tangent)
        }
        _ => false,
    }
}
