//! Local type inference: scalars that must have the same type are united, and take the type of any that is known.
//!
//! Parse gives types from annotations, literals and `std`; this fills in the rest: the width of float
//! literals, integers used as indices, the results of calls. What stays unknown takes Rust's defaults
//! (`f64`, `i32`), or, for the result of a call, the float type of the signature.

mod constraints;

use crate::rules::Rule;
use crate::{
    ir::{Constant, Float, Function, Int, OpKind, Region, Type, ValueId, Var, visit},
    maps::{HashMap, HashSet},
};

use super::{
    contradiction,
    fields::{self, Leaf},
};

/// `float`: that of a signature which names none. Returns whether types meet that are never one.
pub fn resolve(function: &mut Function, float: Option<&Type>) -> bool {
    let seen: Vec<Type> = function.values.iter().map(|value| value.ty.clone()).collect();
    let mut classes = Classes::new(function);
    classes.region(function, &function.body);
    for var in function.outputs.iter().flat_map(|output| visit::shape_vars(&output.shape)) {
        if let Var::Value(value) = var {
            classes.scalars.push(value);
        }
    }
    let contradicts = classes.contradicts;
    let numbers = classes.write_back(function, float);
    fields::load_arguments(function);
    let types: Vec<Type> = function.values.iter().map(|value| value.ty.clone()).collect();
    settle_casts(&mut function.body, &types);
    super::settle::settle(function);
    super::presumed::note(function, &seen, &numbers);
    contradicts || negates_unsigned(function, &seen)
}

/// Of what is written as unsigned.
fn negates_unsigned(function: &Function, written: &[Type]) -> bool {
    let mut found = false;
    visit::walk(&function.body, &mut |op| {
        if let OpKind::Rule { rule: Rule::Neg, args, .. } = &op.kind {
            found |= written.get(args[0].index()).is_some_and(contradiction::is_unsigned);
        }
    });
    found
}

/// Zeros that stand for what nobody reads, and ends of ranges without an end, were made before their types were known.
fn stand_ins(region: &mut Region, values: &[crate::ir::ValueInfo]) {
    for op in &mut region.ops {
        if let OpKind::Const { out, value: Constant::Tokens(tokens) } = &mut op.kind
            && let Type::Int(int) = values[out.index()].ty
            && int != Int::I32
            && tokens.to_string() == Int::Literal.largest().to_string()
        {
            *tokens = int.largest();
        }
        if let OpKind::Const { out, value } = &mut op.kind
            && matches!(value, Constant::Float(_, None))
        {
            match values[out.index()].ty {
                Type::Int(_) => *value = Constant::Int(0),
                Type::Bool => *value = Constant::Bool(false),
                _ => {}
            }
        }
        for nested in visit::regions_mut(op) {
            stand_ins(nested, values);
        }
    }
}

/// A cast to the type of a literal is one to what that has turned out to be.
fn settle_casts(region: &mut Region, types: &[Type]) {
    for op in &mut region.ops {
        if let OpKind::Cast { out, ty, .. } = &mut op.kind
            && *ty == Type::Int(Int::Literal)
        {
            *ty = match &types[out.index()] {
                Type::Int(Int::Literal) => Type::Int(Int::I32),
                settled => settled.clone(),
            };
        }
        visit::regions_mut(op).into_iter().for_each(|region| settle_casts(region, types));
    }
}

struct Classes {
    parent: Vec<usize>,
    types: Vec<Option<Type>>,
    /// The scalars at the leaves of a memory, by root and fields.
    leaves: HashMap<Leaf, usize>,
    /// Leaves of structs that are loaded or stored themselves, not their elements.
    scalar_fields: Vec<Leaf>,
    /// Values that are results of calls.
    results: Vec<ValueId>,
    /// Values that are calculated with.
    numbers: Vec<ValueId>,
    /// Values that integers and the like are made of by operators. A method without derivative may be one of anything.
    applied: Vec<ValueId>,
    /// Values that `as` makes another type of.
    converted: Vec<(ValueId, Type)>,
    /// Values that something other than a call uses: scalars.
    scalars: Vec<ValueId>,
    /// Types met that are never one.
    contradicts: bool,
}

impl Classes {
    fn new(function: &Function) -> Classes {
        let mut classes = Classes {
            parent: Vec::new(),
            types: Vec::new(),
            leaves: HashMap::default(),
            scalar_fields: Vec::new(),
            results: Vec::new(),
            scalars: Vec::new(),
            numbers: Vec::new(),
            applied: Vec::new(),
            converted: Vec::new(),
            contradicts: false,
        };
        for value in &function.values {
            classes.fresh(value.ty.clone());
        }
        classes
    }

    fn fresh(&mut self, ty: Type) -> usize {
        self.parent.push(self.parent.len());
        self.types.push((ty != Type::Unknown).then_some(ty));
        self.parent.len() - 1
    }

    fn find(&mut self, mut class: usize) -> usize {
        while self.parent[class] != class {
            self.parent[class] = self.parent[self.parent[class]];
            class = self.parent[class];
        }
        class
    }

    fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return;
        }
        let ty = match (self.types[a].take(), self.types[b].take()) {
            (Some(a), Some(b)) => {
                self.contradicts |= contradiction::between(&a, &b);
                Some(better(a, b))
            }
            (a, b) => a.or(b),
        };
        self.parent[a] = b;
        self.types[b] = ty;
    }

    fn values(&mut self, a: ValueId, b: ValueId) {
        self.unite(a.index(), b.index());
    }

    fn is(&mut self, value: ValueId, ty: Type) {
        let class = self.fresh(ty);
        self.unite(value.index(), class);
    }

    /// Of a signature without a float: `f32` if that is the only one that the body names.
    fn float_of_body(&self, function: &Function) -> Type {
        let named = |float: Float| {
            let mut types = function.values.iter().map(|value| &value.ty);
            types.any(|ty| *ty == Type::Float(float))
        };
        let single = named(Float::F32) && !named(Float::F64);
        Type::Float(if single { Float::F32 } else { Float::F64 })
    }

    /// Returns the values that operators and methods of numbers are applied to.
    fn write_back(mut self, function: &mut Function, float: Option<&Type>) -> HashSet<ValueId> {
        // The result of a call in an `f32` function is most likely an `f32`.
        let signature = function
            .params
            .iter()
            .filter(|param| param.differentiable)
            .map(|param| &param.shape)
            .chain(function.outputs.iter().map(|output| &output.shape))
            .flat_map(visit::shape_vars)
            .find_map(|var| {
                let mut ty = match var {
                    Var::Value(value) => &function.value(value).ty,
                    Var::Memory(memory) => &function.memory(memory).ty,
                };
                while let Some(element) = ty.element() {
                    ty = element;
                }
                ty.is_float().then(|| ty.clone())
            })
            .or_else(|| float.cloned())
            .unwrap_or_else(|| self.float_of_body(function));
        // What a literal is used with is most likely what the signature is made of. It is never of a type parameter.
        let literal =
            if is_generic(&signature) { Type::Float(Float::F64) } else { signature.clone() };
        let default = |ty: Option<Type>| match ty {
            Some(Type::Float(Float::Literal)) => literal.clone(),
            // An integer that only literals and results of calls are joined with: the compiler knows its type.
            Some(ty) => ty,
            None => signature.clone(),
        };
        // What only goes from one call to another may be an array as well as a scalar.
        let classes = |list: &[ValueId], all: &mut Classes| -> HashSet<usize> {
            list.iter().map(|value| all.find(value.index())).collect()
        };
        let (results, scalars) = (self.results.clone(), self.scalars.clone());
        let (results, scalars) = (classes(&results, &mut self), classes(&scalars, &mut self));
        // `(p.n / 2) as f64`, where all is in `f64`: nobody would write that of an `f64`.
        let converted = std::mem::take(&mut self.converted);
        let to_float = converted.iter().filter(|(_, ty)| *ty == signature).map(|(arg, _)| *arg);
        let to_float = classes(&to_float.collect::<Vec<_>>(), &mut self);
        let numbers = std::mem::take(&mut self.numbers);
        let numbers = classes(&numbers, &mut self);
        for class in to_float.intersection(&numbers) {
            self.types[*class].get_or_insert(Type::Int(Int::Literal));
        }
        for i in 0..function.values.len() {
            let class = self.find(i);
            let known = self.types[class].clone();
            let open = known.is_none() && results.contains(&class) && !scalars.contains(&class);
            function.values[i].ty = if open { Type::Unknown } else { default(known) };
        }
        let leaves: Vec<_> = self.leaves.iter().map(|(k, v)| (k.clone(), *v)).collect();
        for (leaf, class) in leaves {
            let class = self.find(class);
            if let (fields::Root::Memory(memory), Some(ty)) =
                (&leaf.root, self.types[class].clone())
            {
                let ty = default(Some(ty));
                let of = &mut function.memories[memory.index()].ty;
                // Of a memory whose type is not known, neither is its shape: it is no scalar.
                if !of.is_open() {
                    set_leaf(of, &leaf.fields, ty);
                }
            }
        }
        let applied: Vec<ValueId> = std::mem::take(&mut self.applied);
        let mut applied = classes(&applied, &mut self);
        applied.extend(&numbers);
        let found: Vec<(Leaf, Type)> = std::mem::take(&mut self.scalar_fields)
            .into_iter()
            .filter_map(|leaf| {
                let class = self.find(self.leaves[&leaf]);
                let ty = self.types[class].clone();
                // What is only compared or passed on may be anything.
                (ty.is_some() || numbers.contains(&class)).then(|| (leaf, default(ty)))
            })
            .collect();
        fields::set(function, &found);
        for memory in &mut function.memories {
            default_leaves(&mut memory.ty, &literal);
        }
        stand_ins(&mut function.body, &function.values);
        // Views take the types of what they view.
        for i in 0..function.memories.len() {
            if let crate::ir::Origin::View(place) = function.memories[i].origin.clone() {
                let ty = function.place_type(&place);
                // A part of a split array is a slice, though its place is the whole array.
                let ty = match (&function.memories[i].ty, ty) {
                    (Type::Slice(_), Type::Array(of, _) | Type::Vec(of)) => Type::Slice(of),
                    (_, ty) => ty,
                };
                if ty != Type::Unknown {
                    function.memories[i].ty = ty;
                }
            }
        }
        let values = (0..function.values.len() as u32).map(ValueId);
        values
            .filter(|value| {
                value.index() < self.parent.len() && applied.contains(&self.find(value.index()))
            })
            .collect()
    }
}

fn is_generic(ty: &Type) -> bool {
    matches!(ty, Type::Float(Float::Generic(_)))
}

pub(super) fn leaf_type<'a>(mut ty: &'a Type, fields: &[syn::Member]) -> Option<&'a Type> {
    let mut fields = fields.iter();
    loop {
        if let Some(element) = ty.element() {
            ty = element;
        } else if let Type::Tuple(of) = ty {
            let syn::Member::Unnamed(i) = fields.next()? else { return None };
            ty = of.get(i.index as usize)?;
        } else {
            // The fields of a type that is not seen are not known.
            return fields.next().is_none().then_some(ty);
        }
    }
}

fn set_leaf(ty: &mut Type, fields: &[syn::Member], leaf: Type) {
    match ty {
        Type::Array(of, _) | Type::Slice(of) | Type::Vec(of) => set_leaf(of, fields, leaf),
        Type::Tuple(of) => {
            if let Some((syn::Member::Unnamed(first), rest)) = fields.split_first()
                && let Some(field) = of.get_mut(first.index as usize)
            {
                set_leaf(field, rest, leaf);
            }
        }
        Type::Unknown | Type::Float(Float::Literal) | Type::Int(Int::Literal)
            if fields.is_empty() =>
        {
            *ty = leaf;
        }
        _ => {}
    }
}

fn default_leaves(ty: &mut Type, float: &Type) {
    match ty {
        Type::Array(of, _) | Type::Slice(of) | Type::Vec(of) => default_leaves(of, float),
        Type::Tuple(of) => {
            of.iter_mut().for_each(|ty| default_leaves(ty, float));
        }
        Type::Float(Float::Literal) => *ty = float.clone(),
        Type::Int(Int::Literal) => *ty = Type::Int(Int::I32),
        _ => {}
    }
}

/// Of two types for the same scalar, the one that says more.
fn better(a: Type, b: Type) -> Type {
    match (&a, &b) {
        (Type::Float(Float::Literal) | Type::Int(Int::Literal), _) => b,
        _ => a,
    }
}
