//! Text of a function: one line an operation, regions indented. Stable, so that it can stand in snapshots and in
//! the documentation of generated functions.
//!
//! ```text
//! fn dot(a: &[f64], b: &[f64]) {
//!     n = len a
//!     for i in 0..n carry (s = 0.0) {
//!         x = a[i]
//!         y = b[i]
//!         %1 = x * y
//!         s.1 = s + %1
//!         yield s.1
//!     } -> s.2
//!     return s.2
//! }
//! ```
//! A variable goes by the user's name if no other has it (then by name and number), and by a number if it has no
//! name. Constants without a name stand where they are used.

mod names;
mod operands;
#[cfg(test)]
mod tests;
mod types;

pub use names::Names;

use names::{constant, is_inline};
use operands::{callee, comparison, tight};

use super::{
    For, Function, Op, OpKind, Param, Passing, Region, Role, Shape, Storage, Type, ValueId, Var,
    While,
};

/// The whole function.
pub fn function(function: &Function) -> String {
    let names = Names::of(function);
    let mut printer = Printer { function, names: &names, text: String::new(), indent: 0 };
    printer.function();
    printer.text
}

/// One operation of a function (with what is nested in it), as it stands in [`fn@function`].
#[cfg(test)]
pub fn op(function: &Function, op: &Op) -> String {
    let names = Names::of(function);
    let mut printer = Printer { function, names: &names, text: String::new(), indent: 0 };
    printer.op(op);
    printer.text
}

struct Printer<'a> {
    function: &'a Function,
    names: &'a Names,
    text: String,
    indent: usize,
}

impl Printer<'_> {
    fn function(&mut self) {
        let params: Vec<String> = self.function.params.iter().map(|p| self.param(p)).collect();
        self.line(format!("fn {}({}) {{", self.function.name, params.join(", ")));
        self.indent += 1;
        for tape in &self.function.tapes {
            let fields: Vec<String> = tape.fields.iter().map(Type::to_string).collect();
            let storage = match tape.storage {
                Storage::Heap => String::new(),
                Storage::Inline(records) => format!(", at most {records}"),
            };
            self.line(format!("tape {}({}){storage}", tape.name, fields.join(", ")));
        }
        let ops = &self.function.body.ops;
        for (i, op) in ops.iter().enumerate() {
            if i == self.function.cut && i > 0 {
                self.line("-- reverse sweep --");
            }
            self.op(op);
        }
        let outputs: Vec<String> = self.function.outputs.iter().map(|o| self.output(o)).collect();
        if !outputs.is_empty() {
            self.line(format!("return {}", outputs.join(", ")));
        }
        self.indent -= 1;
        self.line("}");
    }

    fn param(&self, param: &Param) -> String {
        let passing = match param.passing {
            Passing::ByValue => "",
            Passing::Shared => "&",
            Passing::Mutable | Passing::Reborrowed => "&mut ",
        };
        let constant = if param.differentiable { "" } else { " const" };
        let ty = self.shape_type(&param.shape);
        format!("{}:{constant} {passing}{ty}", self.shape(&param.shape))
    }

    fn shape_type(&self, shape: &Shape) -> String {
        match shape {
            Shape::Unit => "()".to_owned(),
            Shape::Var(Var::Value(id)) => self.function.value(*id).ty.to_string(),
            Shape::Var(Var::Memory(id)) => self.function.memory(*id).ty.to_string(),
            Shape::Tuple(of) => {
                let of: Vec<String> = of.iter().map(|shape| self.shape_type(shape)).collect();
                format!("({})", of.join(", "))
            }
        }
    }

    fn output(&self, output: &super::Output) -> String {
        let shape = self.shape(&output.shape);
        match output.role {
            Role::Primal => shape,
            Role::Seed => format!("seed: {shape}"),
            Role::Adjoint(i) => format!("adjoint {i}: {shape}"),
            Role::Tangent(i) => format!("tangent {i}: {shape}"),
            Role::ResultTangent => format!("tangent: {shape}"),
            Role::AdjointTangent(i) => {
                format!("tangent of d_{}: {shape}", self.function.params[i].name)
            }
        }
    }

    fn line(&mut self, text: impl AsRef<str>) {
        for _ in 0..self.indent {
            self.text.push_str("    ");
        }
        self.text.push_str(text.as_ref());
        self.text.push('\n');
    }

    fn op(&mut self, op: &Op) {
        let line = match &op.kind {
            OpKind::Const { out, .. } if is_inline(self.function, *out) => return,
            OpKind::Const { out, value } => format!("{} = {}", self.v(*out), constant(value)),
            OpKind::Rule { out, rule, args } => {
                format!("{} = {}", self.v(*out), self.rule(*rule, args))
            }
            OpKind::Compare { out, op, args: [a, b] } => {
                format!("{} = {} {} {}", self.v(*out), self.v(*a), comparison(*op), self.v(*b))
            }
            OpKind::Not { out, arg } => format!("{} = !{}", self.v(*out), self.v(*arg)),
            OpKind::Cast { out, arg, ty } => format!("{} = {} as {ty}", self.v(*out), self.v(*arg)),
            OpKind::Opaque { out, form, args } => {
                format!("{} = {}", self.v(*out), self.opaque(form, args))
            }
            OpKind::Select { out, cond, args: [a, b] } => format!(
                "{} = {} if {} else {}",
                self.v(*out),
                self.v(*a),
                self.v(*cond),
                self.v(*b)
            ),
            OpKind::Given { out, value, slopes } => {
                let slopes: Vec<String> = slopes
                    .iter()
                    .map(|[arg, slope]| format!("{} * d {}", self.v(*slope), self.v(*arg)))
                    .collect();
                let sum = if slopes.is_empty() { "0".to_owned() } else { slopes.join(" + ") };
                format!("{} = {} with derivative {sum}", self.v(*out), self.v(*value))
            }
            OpKind::Len { out, place } => format!("{} = len {}", self.v(*out), self.place(place)),
            OpKind::Matches { out, place, pattern } => {
                format!("{} = {} matches {pattern}", self.v(*out), self.place(place))
            }
            OpKind::Load { out, place } => {
                let deref = if place.path.is_empty() { "*" } else { "" };
                format!("{} = {deref}{}", self.v(*out), self.place(place))
            }
            OpKind::Store { place, value } => {
                let deref = if place.path.is_empty() { "*" } else { "" };
                format!("{deref}{} := {}", self.place(place), self.v(*value))
            }
            OpKind::Accumulate { place, value } => {
                let deref = if place.path.is_empty() { "*" } else { "" };
                format!("{deref}{} += {}", self.place(place), self.v(*value))
            }
            OpKind::Alloc { memory, init } => {
                let ty = &self.function.memory(*memory).ty;
                format!("new {}: {ty} = {}", self.m(*memory), self.init(init))
            }
            OpKind::View { memory, of } => {
                let mutable = if self.function.memory(*memory).mutable { "&mut " } else { "&" };
                format!("view {} = {mutable}{}", self.m(*memory), self.place(of))
            }
            OpKind::Split { memories: [a, b], of, at } => format!(
                "view {}, {} = {} split at {}",
                self.m(*a),
                self.m(*b),
                self.place(of),
                self.v(*at)
            ),
            OpKind::Fill { place, value } => {
                format!("fill {} := {}", self.place(place), self.v(*value))
            }
            OpKind::Copy { to, from } => {
                format!("{} := all of {}", self.place(to), self.place(from))
            }
            OpKind::AddAll { to, from } => {
                format!("{} += all of {}", self.place(to), self.place(from))
            }
            OpKind::Swap { place, at: [a, b] } => {
                format!("swap {} at {}, {}", self.place(place), self.v(*a), self.v(*b))
            }
            OpKind::Assign { to, from } => format!("{} := move {}", self.m(*to), self.m(*from)),
            OpKind::Vector { place, growth } => self.growth(place, growth),
            OpKind::Permute { place, by } => self.permutation(place, by),
            OpKind::Call { callee: f, args, result } => {
                format!("{} = {}({})", self.shape(result), callee(f), self.args(args))
            }
            OpKind::CallForward { callee: f, args, result, kept, tangents: Some(tangents) } => {
                format!(
                    "{}, {}, {} = forward' {}({}; {})",
                    self.shape(result),
                    self.shape(&tangents.result),
                    self.v(*kept),
                    callee(f),
                    self.args(args),
                    self.directions(&tangents.directions),
                )
            }
            OpKind::CallForward { callee: f, args, result, kept, tangents: None } => format!(
                "{}, {} = forward {}({})",
                self.shape(result),
                self.v(*kept),
                callee(f),
                self.args(args)
            ),
            OpKind::CallReverse {
                callee: f,
                args,
                kept,
                seed,
                slots,
                tangents: Some(tangents),
            } => format!(
                "reverse' {}({}; {}; {}; {}, {}; {}, {})",
                callee(f),
                self.args(args),
                self.directions(&tangents.directions),
                self.v(*kept),
                self.shape(seed),
                self.shape(&tangents.seed),
                self.slots(slots),
                self.slots(&tangents.slots),
            ),
            OpKind::CallReverse { callee: f, args, kept, seed, slots, tangents: None } => {
                let slots: Vec<String> = slots.iter().map(|slot| self.slot(slot)).collect();
                format!(
                    "reverse {}({}; {}; {}; {})",
                    callee(f),
                    self.args(args),
                    self.v(*kept),
                    self.shape(seed),
                    slots.join(", ")
                )
            }
            OpKind::CallSweep { callee: f, args, seed, slots, tangents: Some(tangents) } => {
                format!(
                    "sweep' {}({}; {}; {}, {}; {}, {})",
                    callee(f),
                    self.args(args),
                    self.directions(&tangents.directions),
                    self.shape(seed),
                    self.shape(&tangents.seed),
                    self.slots(slots),
                    self.slots(&tangents.slots),
                )
            }
            OpKind::CallSweep { callee: f, args, seed, slots, tangents: None } => {
                let slots: Vec<String> = slots.iter().map(|slot| self.slot(slot)).collect();
                format!(
                    "sweep {}({}; {}; {})",
                    callee(f),
                    self.args(args),
                    self.shape(seed),
                    slots.join(", ")
                )
            }
            OpKind::CallSlopes { callee: f, args, result, one, slopes } => {
                format!(
                    "{} = sweep {}({}; {}; {})",
                    self.v(*result),
                    callee(f),
                    self.args(args),
                    self.v(*one),
                    self.slots(slopes),
                )
            }
            OpKind::CallTangent { callee: f, args, directions, result, tangent } => {
                let directions: Vec<String> =
                    directions.iter().map(|d| self.direction(d)).collect();
                format!(
                    "{}, {} = tangent {}({}; {})",
                    self.shape(result),
                    self.shape(tangent),
                    callee(f),
                    self.args(args),
                    directions.join(", ")
                )
            }
            OpKind::If { cond, then, otherwise, outs } => {
                return self.branch(*cond, then, otherwise, outs);
            }
            OpKind::For(f) => return self.for_loop(f),
            OpKind::While(w) => return self.while_loop(w),
            OpKind::Sort(sort) => {
                let [i, j] = sort.indices.map(|index| self.v(index));
                let (order, len) = (self.vars(&[Var::Memory(sort.order)]), self.v(sort.len));
                let kind = if sort.stable { "sort" } else { "sort unstable" };
                self.line(format!("{order} = {kind} 0..{len} by {i}, {j}:"));
                return self.region(&sort.body);
            }
            OpKind::Push { tape, fields } => {
                format!("push {}({})", self.tape(*tape), self.vars(fields))
            }
            OpKind::Some { out, arg } => format!("{} = Some({})", self.v(*out), self.v(*arg)),
            OpKind::None { out } => format!("{} = None", self.v(*out)),
            OpKind::Unwrap { out, arg } => format!("{} = unwrap {}", self.v(*out), self.v(*arg)),
            OpKind::Effect { tokens, .. } => tight(&tokens.to_string()),
        };
        self.line(line);
    }

    fn region(&mut self, region: &Region) {
        self.indent += 1;
        for op in &region.ops {
            self.op(op);
        }
        if !region.yields.is_empty() {
            self.line(format!("yield {}", self.vars(&region.yields)));
        }
        self.indent -= 1;
    }

    fn outs(&self, outs: String) -> String {
        if outs.is_empty() { "}".to_owned() } else { format!("}} -> {outs}") }
    }

    fn branch(&mut self, cond: ValueId, then: &Region, otherwise: &Region, outs: &[Var]) {
        self.line(format!("if {} {{", self.v(cond)));
        self.region(then);
        if !otherwise.ops.is_empty() || !otherwise.yields.is_empty() {
            self.line("} else {");
            self.region(otherwise);
        }
        self.line(self.outs(self.vars(outs)));
    }

    fn carry(&self, params: &[ValueId], inits: &[ValueId]) -> String {
        if params.is_empty() && inits.is_empty() {
            return String::new();
        }
        let mut carried = Vec::new();
        for i in 0..params.len().max(inits.len()) {
            let name = |value: Option<&ValueId>| match value {
                Some(value) => self.v(*value),
                None => "?".to_owned(),
            };
            carried.push(format!("{} = {}", name(params.get(i)), name(inits.get(i))));
        }
        format!(" carry ({})", carried.join(", "))
    }

    fn for_loop(&mut self, f: &For) {
        let records = match &f.records {
            Some(r) => format!(" taking {}({})", self.tape(r.tape), self.vars(&r.fields)),
            None => String::new(),
        };
        let carry = self.carry(&f.body.params, &f.inits);
        self.line(format!(
            "for {} in {}{records}{carry} {{",
            self.v(f.index),
            self.range(&f.range)
        ));
        self.region(&f.body);
        self.loop_end(f.exit, &f.outs);
    }

    fn while_loop(&mut self, w: &While) {
        // A condition of one operation reads best in the head of the loop; here it is a block of its own.
        self.line(format!("while{} {{", self.carry(&w.cond.params, &w.inits)));
        self.region(&w.cond);
        self.line(format!("}} do with ({}) {{", self.values(&w.body.params)));
        self.region(&w.body);
        self.loop_end(w.exit, &w.outs);
    }

    fn loop_end(&mut self, exit: Option<ValueId>, outs: &[ValueId]) {
        let until = match exit {
            Some(exit) => format!("}} until {}", self.v(exit)),
            None => "}".to_owned(),
        };
        match outs {
            [] => self.line(until),
            outs => self.line(format!("{until} -> {}", self.values(outs))),
        }
    }
}
