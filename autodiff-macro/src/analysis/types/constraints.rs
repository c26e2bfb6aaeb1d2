//! What an operation says of the types of its operands.

use crate::ir::{
    Adaptor, Arg, Form, Function, Growth, Init, Int, Op, OpKind, Permutation, Place, Region, Shape,
    Step, Type, ValueId, Var, visit,
};
use crate::rules::Rule;

use super::Classes;
use crate::analysis::{
    contradiction,
    fields::{self},
};

/// Elements have one type, whichever of them is meant.
const ANY_ELEMENT: Step = Step::Index(ValueId(u32::MAX));

impl Classes {
    /// The class of the scalars that a path leads to.
    pub(super) fn leaf(&mut self, function: &Function, place: &Place) -> usize {
        let leaf = fields::of(function, place).leaf;
        if let Some(class) = self.leaves.get(&leaf) {
            return *class;
        }
        // The scalars in something of which only the name is known have no type of that name.
        let ty = match fields::known_type(function, &leaf) {
            Type::Named(_) => Type::Unknown,
            ty => ty,
        };
        let class = self.fresh(ty);
        self.leaves.insert(leaf, class);
        class
    }

    /// As `leaf`, of a place that is a scalar itself.
    pub(super) fn scalar_leaf(&mut self, function: &Function, place: &Place) -> usize {
        let of = fields::of(function, place);
        if of.of_struct && !self.scalar_fields.contains(&of.leaf) {
            self.scalar_fields.push(of.leaf);
        }
        self.leaf(function, place)
    }

    pub(super) fn place_indices(&mut self, function: &Function, place: &Place) {
        for (at, step) in place.path.iter().enumerate() {
            if let Step::Index(index) = step
                && contradiction::is_no_index(&function.value(*index).ty)
            {
                let of = Place { memory: place.memory, path: place.path[..at].to_vec() };
                let of = function.place_type(&of);
                self.contradicts |= matches!(of, Type::Array(..) | Type::Slice(_) | Type::Vec(_));
            }
        }
        for value in visit::place_uses(place) {
            // The index of a matrix is a pair.
            if function.value(value).ty != Type::Opaque {
                self.is(value, Type::Int(Int::Usize));
            }
        }
    }

    pub(super) fn region(&mut self, function: &Function, region: &Region) {
        for op in &region.ops {
            self.op(function, op);
            for nested in visit::regions(op) {
                self.region(function, nested);
            }
        }
    }

    pub(super) fn op(&mut self, function: &Function, op: &Op) {
        for (place, _) in visit::operands(op).places {
            self.place_indices(function, &place);
        }
        if let OpKind::Call { result, .. } = &op.kind {
            self.results
                .extend(visit::shape_vars(result).into_iter().filter_map(|var| var.value()));
        } else {
            self.scalars.extend(visit::operands(op).uses);
        }
        if let OpKind::Opaque { args, form: Form::Binary(_) | Form::Not, .. } = &op.kind {
            self.applied.extend(args);
        }
        match &op.kind {
            OpKind::Opaque { out, form: Form::Binary(op), args } => {
                self.values(*out, args[0]);
                if !matches!(op, syn::BinOp::Shl(_) | syn::BinOp::Shr(_)) {
                    args.iter().for_each(|arg| self.values(*out, *arg));
                }
            }
            OpKind::Opaque { out, form: Form::Not, args } => self.values(*out, args[0]),
            OpKind::Opaque { form: Form::Tuple | Form::Array, args, .. } => {
                args.iter().for_each(|arg| self.is(*arg, Type::Int(Int::Usize)));
            }
            OpKind::Opaque { out, form: Form::Method(name, _), args }
                if same_integer(&name.to_string()) && function.value(*out).ty == Type::Unknown =>
            {
                self.values(*out, args[0]);
            }
            OpKind::Rule { out, rule, args } => {
                self.numbers.push(*out);
                self.numbers.extend(args);
                for (i, arg) in args.iter().enumerate() {
                    if !(*rule == Rule::Powi && i == 1) {
                        self.values(*arg, *out);
                    }
                }
                if *rule == Rule::Powi {
                    self.contradicts |= function.value(args[1]).ty.is_float();
                    self.is(args[1], Type::Int(Int::I32));
                }
            }
            OpKind::Compare { out, args, .. } => {
                self.values(args[0], args[1]);
                self.is(*out, Type::Bool);
            }
            OpKind::Not { out, arg } => {
                self.is(*out, Type::Bool);
                self.is(*arg, Type::Bool);
            }
            OpKind::Cast { out, arg, ty } => {
                self.is(*out, ty.clone());
                self.converted.push((*arg, ty.clone()));
            }
            OpKind::Select { out, cond, args } => {
                self.is(*cond, Type::Bool);
                args.iter().for_each(|arg| self.values(*arg, *out));
            }
            OpKind::Given { out, value, slopes } => {
                self.values(*value, *out);
                slopes.iter().flatten().for_each(|of| self.values(*of, *out));
            }
            OpKind::Len { out, .. } => self.is(*out, Type::Int(Int::Usize)),
            OpKind::Matches { out, .. } => self.is(*out, Type::Bool),
            OpKind::Load { out, place } => {
                let leaf = self.scalar_leaf(function, place);
                self.unite(out.index(), leaf);
            }
            OpKind::Store { place, value } | OpKind::Accumulate { place, value } => {
                let leaf = self.scalar_leaf(function, place);
                self.unite(value.index(), leaf);
            }
            OpKind::Fill { place, value } => {
                let leaf = self.leaf(function, place);
                self.unite(value.index(), leaf);
            }
            OpKind::Alloc { memory, init } => self.init(function, &(*memory).into(), init),
            OpKind::Split { at, .. } => self.is(*at, Type::Int(Int::Usize)),
            OpKind::Copy { to, from } | OpKind::AddAll { to, from } => {
                let (a, b) = (self.leaf(function, to), self.leaf(function, from));
                self.unite(a, b);
            }
            OpKind::Assign { to, from } => {
                let (a, b) =
                    (self.leaf(function, &(*to).into()), self.leaf(function, &(*from).into()));
                self.unite(a, b);
            }
            OpKind::Swap { at, .. } => {
                at.iter().for_each(|index| self.is(*index, Type::Int(Int::Usize)));
            }
            OpKind::Vector { place, growth } => self.growth(function, place, growth),
            OpKind::Permute {
                by: Permutation::RotateLeft(by) | Permutation::RotateRight(by),
                ..
            } => self.is(*by, Type::Int(Int::Usize)),
            OpKind::If { cond, then, otherwise, outs } => {
                self.is(*cond, Type::Bool);
                for (i, out) in outs.iter().enumerate() {
                    for region in [then, otherwise] {
                        match (out, region.yields[i]) {
                            (Var::Value(out), Var::Value(value)) => self.values(*out, value),
                            (Var::Memory(out), Var::Memory(memory)) => {
                                let a = self.leaf(function, &(*out).into());
                                let b = self.leaf(function, &memory.into());
                                self.unite(a, b);
                            }
                            _ => {}
                        }
                    }
                }
            }
            OpKind::Call { callee, args, result: Shape::Var(Var::Value(out)) }
                if callee.cuts_derivative() =>
            {
                if let [Arg::Value(arg)] = args[..] {
                    self.values(arg, *out);
                }
            }
            OpKind::For(f) => {
                let ends = [f.range.start, f.range.end].map(|end| &function.value(end).ty);
                self.contradicts |= ends.into_iter().any(contradiction::is_plain_float);
                self.values(f.index, f.range.start);
                self.values(f.index, f.range.end);
                for adaptor in &f.range.adaptors {
                    if let Adaptor::StepBy(value) | Adaptor::Take(value) = adaptor {
                        self.is(*value, Type::Int(Int::Usize));
                    }
                }
                self.carried(&f.inits, &f.body, &f.outs);
            }
            OpKind::While(w) => {
                if let [Var::Value(goes_on)] = w.cond.yields[..] {
                    self.is(goes_on, Type::Bool);
                }
                self.carried(&w.inits, &w.body, &w.outs);
                for (init, param) in w.inits.iter().zip(&w.cond.params) {
                    self.values(*init, *param);
                }
            }
            OpKind::Sort(sort) => {
                for index in sort.indices.into_iter().chain([sort.len]) {
                    self.is(index, Type::Int(Int::Usize));
                }
            }
            _ => {}
        }
    }

    pub(super) fn carried(&mut self, inits: &[ValueId], body: &Region, outs: &[ValueId]) {
        for (i, init) in inits.iter().enumerate() {
            self.values(*init, body.params[i]);
            self.values(*init, outs[i]);
            if let Var::Value(next) = body.yields[i] {
                self.values(*init, next);
            }
        }
    }

    pub(super) fn growth(&mut self, function: &Function, place: &Place, growth: &Growth) {
        match growth {
            Growth::Push(item) => {
                let mut element = place.clone();
                element.path.push(ANY_ELEMENT);
                self.init(function, &element, item);
            }
            Growth::Pop { out: Some(Var::Value(out)) } => {
                let leaf = self.leaf(function, place);
                self.unite(out.index(), leaf);
            }
            Growth::Pop { out: Some(Var::Memory(out)) } => {
                let (a, b) = (self.leaf(function, place), self.leaf(function, &(*out).into()));
                self.unite(a, b);
            }
            Growth::Pop { out: None } => {}
            Growth::Extend(from) => {
                let (a, b) = (self.leaf(function, place), self.leaf(function, from));
                self.unite(a, b);
            }
            Growth::Truncate(len) => self.is(*len, Type::Int(Int::Usize)),
            Growth::Resize { len, value } => {
                self.is(*len, Type::Int(Int::Usize));
                let leaf = self.leaf(function, place);
                self.unite(value.index(), leaf);
            }
        }
    }

    pub(super) fn init(&mut self, function: &Function, to: &Place, init: &Init) {
        match init {
            Init::Repeat { value, lens } => {
                let leaf = self.leaf(function, to);
                self.unite(value.index(), leaf);
                lens.iter().for_each(|len| self.is(*len, Type::Int(Int::Usize)));
            }
            Init::Record { path, fields } => {
                for (member, item) in fields {
                    let mut to = to.clone();
                    to.path.push(Step::of_literal(path, member));
                    self.init(function, &to, item);
                }
            }
            Init::Value(value) => {
                let leaf = self.scalar_leaf(function, to);
                self.unite(value.index(), leaf);
            }
            Init::List(items) => {
                let is_tuple = matches!(function.place_type(to), Type::Tuple(_));
                for (i, item) in items.iter().enumerate() {
                    let mut to = to.clone();
                    to.path.push(if is_tuple { Step::Field(i as u32) } else { ANY_ELEMENT });
                    self.init(function, &to, item);
                }
            }
            Init::RepeatPlace { place, lens } => {
                let (a, b) = (self.leaf(function, to), self.leaf(function, place));
                self.unite(a, b);
                lens.iter().for_each(|len| self.is(*len, Type::Int(Int::Usize)));
            }
            Init::Copy(place) => {
                let (a, b) = (self.leaf(function, to), self.leaf(function, place));
                self.unite(a, b);
            }
            Init::Capacity(len) => self.is(*len, Type::Int(Int::Usize)),
            _ => {}
        }
    }
}

/// Methods of integers whose result has the receiver's type.
fn same_integer(method: &str) -> bool {
    ["wrapping_", "saturating_", "rotate_", "reverse_", "swap_"]
        .iter()
        .any(|prefix| method.starts_with(prefix))
        || ["pow", "isqrt", "div_ceil", "next_multiple_of", "next_power_of_two"].contains(&method)
}
