//! Types of values and of memory.

use super::{Callee, Foreign, TypeName};
use proc_macro2::TokenStream;
use quote::quote;

#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    Float(Float),
    Int(Int),
    Bool,
    /// `char`, `&str`, units and whatever else is only passed on; never differentiable.
    Opaque,
    Array(Box<Type>, Length),
    Slice(Box<Type>),
    Vec(Box<Type>),
    Tuple(Vec<Type>),
    /// What the forward sweep of the callee keeps for its reverse sweep.
    Kept(Callee),
    /// The same with tangents: what its forward sweep keeps where that is differentiated in forward mode.
    KeptTangent(Callee),
    Option(Box<Type>),
    /// A type that the macro knows by its name alone: a struct, an enum, an alias of such. Its values are memory.
    Named(Box<Named>),
    /// The type could not be found by local inference (the result of a call, an alias in a
    /// signature). Treated as differentiable; the compiler resolves it through the runtime's traits.
    Unknown,
}

/// A type with parts that the macro cannot see.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// As the user wrote it; `None` for that of a field, which nobody names.
    pub ty: Option<syn::Type>,
    /// It is not this type itself but its tangent.
    pub tangent: bool,
    /// The fields that the function uses as scalars (or as structs with such fields), as far as it tells their types.
    pub fields: Vec<(syn::Member, Type)>,
    /// It is a vector or a matrix of another crate.
    pub foreign: Option<Foreign>,
    /// An `Option` whose content is lent to a callee.
    pub lent: Option<Lent>,
}

/// To a callee who takes an `Option` of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lent {
    Itself,
    /// A vector, as a slice.
    Slice,
}

impl PartialEq for Named {
    fn eq(&self, other: &Named) -> bool {
        self.ty == other.ty && self.tangent == other.tangent && self.foreign == other.foreign
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Float {
    F32,
    F64,
    /// A float literal, or a value made of such, whose width nothing has settled yet.
    Literal,
    /// A type parameter, or an associated type of one: has the rules of the runtime's `generic`, and no literals.
    Generic(TypeName),
    /// A name for `f32` or `f64`; which of them the compiler knows.
    Alias(TypeName),
    /// Several derivatives of one number side by side (the runtime's `Lanes`): the arguments of that type. Such a value is
    /// added to its like, and multiplied and divided by plain floats.
    Lanes(TypeName),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Int {
    I8,
    I16,
    I32,
    I64,
    I128,
    Isize,
    U8,
    U16,
    U32,
    U64,
    U128,
    Usize,
    Literal,
}

impl Int {
    /// The largest number of the type; a literal that nothing else types is an `i32`.
    pub fn largest(self) -> TokenStream {
        match self {
            Int::I8 => quote!(i8::MAX),
            Int::I16 => quote!(i16::MAX),
            Int::I32 | Int::Literal => quote!(i32::MAX),
            Int::I64 => quote!(i64::MAX),
            Int::I128 => quote!(i128::MAX),
            Int::Isize => quote!(isize::MAX),
            Int::U8 => quote!(u8::MAX),
            Int::U16 => quote!(u16::MAX),
            Int::U32 => quote!(u32::MAX),
            Int::U64 => quote!(u64::MAX),
            Int::U128 => quote!(u128::MAX),
            Int::Usize => quote!(usize::MAX),
        }
    }
}

/// The length of an array type: as the user wrote it, and its number if that is known.
#[derive(Clone, Debug)]
pub struct Length {
    pub tokens: TokenStream,
    pub known: Option<u64>,
}

impl PartialEq for Length {
    fn eq(&self, other: &Length) -> bool {
        match (self.known, other.known) {
            (Some(a), Some(b)) => a == b,
            _ => self.tokens.to_string() == other.tokens.to_string(),
        }
    }
}

impl Type {
    pub fn named(ty: syn::Type) -> Type {
        let foreign = Foreign::of_type(&ty);
        Type::Named(Box::new(Named { ty: Some(ty), foreign, ..Named::default() }))
    }

    /// The type of tangents and adjoints of memory of this type.
    pub fn tangent(&self) -> Type {
        match self {
            Type::Array(of, length) => Type::Array(Box::new(of.tangent_of_part()), length.clone()),
            Type::Slice(of) => Type::Slice(Box::new(of.tangent_of_part())),
            Type::Vec(of) => Type::Vec(Box::new(of.tangent_of_part())),
            Type::Tuple(of) => Type::Tuple(of.iter().map(Type::tangent_of_part).collect()),
            Type::Named(of) => {
                let fields = of.fields.iter().map(|(name, ty)| (name.clone(), ty.tangent()));
                let fields = fields.collect();
                let (ty, foreign) = (of.ty.clone(), of.foreign);
                Type::Named(Box::new(Named { ty, tangent: true, fields, foreign, lent: None }))
            }
            ty => ty.clone(),
        }
    }

    /// An integer beside floats has a tangent in name only (the runtime's `NoDerivative`), which nothing reads.
    fn tangent_of_part(&self) -> Type {
        match self {
            Type::Int(_) | Type::Bool => Type::Opaque,
            ty => ty.tangent(),
        }
    }

    /// What vector or matrix of another crate it is.
    pub fn foreign(&self) -> Option<Foreign> {
        match self {
            Type::Named(of) => of.foreign,
            _ => None,
        }
    }

    /// Whether it is a name that the user wrote.
    pub fn is_written(&self) -> bool {
        matches!(self, Type::Named(of) if of.ty.is_some())
    }

    /// The type of a field, [`Type::Unknown`] where that is not known.
    pub fn field(&self, member: &syn::Member) -> Type {
        let found = match (self, member) {
            (Type::Tuple(of), syn::Member::Unnamed(i)) => of.get(i.index as usize),
            (Type::Named(of), _) => {
                of.fields.iter().find(|(name, _)| name == member).map(|(_, ty)| ty)
            }
            _ => None,
        };
        found.cloned().unwrap_or(Type::Unknown)
    }

    /// The lanes in it, if its numbers are such.
    pub fn lanes(&self) -> Option<TypeName> {
        match self {
            Type::Float(Float::Lanes(of)) => Some(*of),
            Type::Array(of, _) | Type::Slice(of) | Type::Vec(of) => of.lanes(),
            Type::Tuple(of) => of.iter().find_map(Type::lanes),
            _ => None,
        }
    }

    pub fn is_float(&self) -> bool {
        matches!(self, Type::Float(_))
    }

    pub fn is_int(&self) -> bool {
        matches!(self, Type::Int(_))
    }

    /// Whether only the compiler knows what it is.
    pub fn is_open(&self) -> bool {
        matches!(self, Type::Unknown | Type::Named(_))
    }

    /// Whether a value of this type can have a derivative.
    pub fn differentiable(&self) -> bool {
        match self {
            Type::Float(_) | Type::Named(_) | Type::Unknown => true,
            Type::Array(of, _) | Type::Slice(of) | Type::Vec(of) => of.differentiable(),
            Type::Tuple(of) => of.iter().any(Type::differentiable),
            Type::Int(_)
            | Type::Bool
            | Type::Opaque
            | Type::Kept(_)
            | Type::KeptTangent(_)
            | Type::Option(_) => false,
        }
    }

    /// The type of the elements of an array, slice or vector.
    pub fn element(&self) -> Option<&Type> {
        match self {
            Type::Array(of, _) | Type::Slice(of) | Type::Vec(of) => Some(of),
            _ => None,
        }
    }
}
