//! The scalars inside of memory, named by the fields that lead to them; and what is found out about the fields of
//! structs, which the macro does not see: the same for all values of a type.

use proc_macro2::Span;

use crate::ir::{
    Arg, Function, MemoryId, Op, OpKind, Origin, Passing, Place, Region, Step, Type, visit,
};

/// Scalars in memory: all those that the same fields lead to, whatever the indices.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Leaf {
    pub root: Root,
    pub fields: Vec<syn::Member>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Root {
    Memory(MemoryId),
    /// All values of a type with this name.
    Type(String),
}

pub struct Found {
    pub leaf: Leaf,
    /// The last field is one of a struct, and no element of it is meant.
    pub of_struct: bool,
}

/// The path from the root of a place, through the views of which it is a part.
pub fn full_path(function: &Function, place: &Place) -> (MemoryId, Vec<Step>) {
    let (mut memory, mut path) = (place.memory, place.path.clone());
    while let Origin::View(of) = &function.memory(memory).origin {
        let mut outer = of.path.clone();
        outer.append(&mut path);
        path = outer;
        memory = of.memory;
    }
    (memory, path)
}

pub fn of(function: &Function, place: &Place) -> Found {
    let (memory, path) = full_path(function, place);
    let mut leaf = Leaf { root: Root::Memory(memory), fields: Vec::new() };
    let mut of_struct = false;
    let mut indexed = false;
    let mut ty = function.memory(memory).ty.clone();
    for step in &path {
        let Some(member) = step.member() else {
            indexed |= ty.element().is_none();
            of_struct &= ty.element().is_some();
            ty = ty.element().cloned().unwrap_or(Type::Unknown);
            continue;
        };
        if let Some(name) = name(&ty) {
            leaf = Leaf { root: Root::Type(name), fields: Vec::new() };
            indexed = false;
        }
        of_struct = !indexed && !matches!(ty, Type::Tuple(_));
        ty = ty.field(&member);
        leaf.fields.push(member);
    }
    Found { leaf, of_struct }
}

/// What values of a type have in common by its name: `Body` of `world::Body<3>`.
fn name(ty: &Type) -> Option<String> {
    let Type::Named(of) = ty else { return None };
    match of.ty.as_ref()? {
        syn::Type::Path(path) => path.path.segments.last().map(|last| {
            // What these hold is another thing for each argument.
            match last.ident == "Option" || last.ident == "Box" {
                true => quote::ToTokens::to_token_stream(last).to_string(),
                false => last.ident.to_string(),
            }
        }),
        _ => None,
    }
}

pub fn known_type(function: &Function, leaf: &Leaf) -> Type {
    match leaf.root {
        Root::Memory(memory) => {
            let ty = &function.memory(memory).ty;
            match super::types::leaf_type(ty, &leaf.fields) {
                // What is inside of such a type, the name does not tell.
                None | Some(Type::Named(_)) => Type::Unknown,
                Some(ty) => ty.clone(),
            }
        }
        Root::Type(_) => Type::Unknown,
    }
}

/// Writes what was found into the types of all memories.
pub fn set(function: &mut Function, found: &[(Leaf, Type)]) {
    for (i, memory) in function.memories.iter_mut().enumerate() {
        for (leaf, ty) in found {
            match leaf.root {
                Root::Memory(of) if of.index() == i => set_field(&mut memory.ty, &leaf.fields, ty),
                _ => {}
            }
        }
        by_name(&mut memory.ty, found);
    }
}

fn by_name(ty: &mut Type, found: &[(Leaf, Type)]) {
    match ty {
        Type::Array(of, _) | Type::Slice(of) | Type::Vec(of) => by_name(of, found),
        Type::Tuple(of) => of.iter_mut().for_each(|ty| by_name(ty, found)),
        Type::Named(_) => {
            let Some(name) = name(ty) else { return };
            for (leaf, of) in found {
                if leaf.root == Root::Type(name.clone()) {
                    set_field(ty, &leaf.fields, of);
                }
            }
        }
        _ => {}
    }
}

fn set_field(ty: &mut Type, fields: &[syn::Member], leaf: &Type) {
    let Some((first, rest)) = fields.split_first() else {
        if *ty == Type::Unknown {
            *ty = leaf.clone();
        }
        return;
    };
    match ty {
        Type::Array(of, _) | Type::Slice(of) | Type::Vec(of) => set_field(of, fields, leaf),
        Type::Tuple(of) => {
            if let syn::Member::Unnamed(i) = first
                && let Some(of) = of.get_mut(i.index as usize)
            {
                set_field(of, rest, leaf);
            }
        }
        Type::Unknown => {
            *ty = Type::Named(Box::default());
            set_field(ty, fields, leaf);
        }
        Type::Named(of) => match of.fields.iter_mut().find(|(name, _)| name == first) {
            Some((_, ty)) => set_field(ty, rest, leaf),
            None => {
                let mut ty = Type::Unknown;
                set_field(&mut ty, rest, leaf);
                of.fields.push((first.clone(), ty));
            }
        },
        _ => {}
    }
}

/// Arguments that were parts of unknown type and have turned out to be scalars are loaded before the call.
pub fn load_arguments(function: &mut Function) {
    let mut body = std::mem::take(&mut function.body);
    load_in(function, &mut body);
    function.body = body;
    function.cut = function.body.ops.len();
}

fn load_in(function: &mut Function, region: &mut Region) {
    let mut ops = Vec::with_capacity(region.ops.len());
    for mut op in std::mem::take(&mut region.ops) {
        if let OpKind::Call { args, .. } = &mut op.kind {
            args.iter_mut().for_each(|arg| load_argument(function, arg, op.span, &mut ops));
        }
        for nested in visit::regions_mut(&mut op) {
            load_in(function, nested);
        }
        ops.push(op);
    }
    region.ops = ops;
}

fn load_argument(function: &mut Function, arg: &mut Arg, span: Span, ops: &mut Vec<Op>) {
    match arg {
        Arg::Memory { place, passing: Passing::ByValue } if !place.path.is_empty() => {
            let ty = function.place_type(place);
            if matches!(ty, Type::Float(_) | Type::Int(_) | Type::Bool) {
                let out = function.new_value(ty, None, span);
                ops.push(Op { kind: OpKind::Load { out, place: place.clone() }, span });
                *arg = Arg::Value(out);
            }
        }
        Arg::Tuple(of) => of.iter_mut().for_each(|arg| load_argument(function, arg, span, ops)),
        _ => {}
    }
}
