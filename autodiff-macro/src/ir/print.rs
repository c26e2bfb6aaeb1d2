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

use std::{
    collections::HashMap,
    fmt::{self, Write},
};

use super::{
    Adaptor, Arg, Callee, Comparison, Constant, Direction, Float, For, Form, Function, Init, Int,
    Op, OpKind, Param, Passing, Place, Range, Region, Role, Shape, Slot, Step, Storage, TapeId,
    Type, ValueId, Var, While, visit,
};
use crate::rules::{Rule, row};

/// The whole function.
pub fn function(function: &Function) -> String {
    let names = Names::of(function);
    let mut printer = Printer { function, names: &names, text: String::new(), indent: 0 };
    printer.function();
    printer.text
}

/// One operation of a function (with what is nested in it), as it stands in [`fn@function`].
pub fn op(function: &Function, op: &Op) -> String {
    let names = Names::of(function);
    let mut printer = Printer { function, names: &names, text: String::new(), indent: 0 };
    printer.op(op);
    printer.text
}

/// What each variable is called in a listing.
#[derive(Debug)]
pub struct Names {
    names: HashMap<Var, String>,
}

impl Names {
    /// Names for all variables of a function. A derivative keeps the ids of its primal, and so most names.
    pub fn of(function: &Function) -> Names {
        let mut names = Names { names: HashMap::new() };
        let mut order = Vec::new();
        for param in &function.params {
            order.extend(visit::shape_vars(&param.shape));
        }
        definitions(function, &function.body, &mut order);
        // Which names are taken more than once decides who gets a number.
        let mut count: HashMap<&str, usize> = HashMap::new();
        for var in &order {
            if let Some(name) = user_name(function, *var) {
                *count.entry(name).or_default() += 1;
            }
        }
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let mut unnamed = 0;
        for var in order {
            let text = match user_name(function, var) {
                Some(name) if count[name] == 1 => name.to_owned(),
                Some(name) => {
                    let number = seen.entry(name).or_default();
                    *number += 1;
                    match *number {
                        1 => name.to_owned(),
                        n => format!("{name}.{}", n - 1),
                    }
                }
                None => {
                    unnamed += 1;
                    format!("%{unnamed}")
                }
            };
            names.names.entry(var).or_insert(text);
        }
        names.inline_constants(function, &function.body);
        names
    }

    fn inline_constants(&mut self, function: &Function, region: &Region) {
        visit::walk(region, &mut |op| {
            if let OpKind::Const { out, value } = &op.kind
                && is_inline(function, *out)
            {
                self.names.insert(Var::Value(*out), constant(value));
            }
        });
    }

    pub fn var(&self, var: Var) -> String {
        match (self.names.get(&var), var) {
            (Some(name), _) => name.clone(),
            // Not defined anywhere: a faulty function has to print too.
            (None, Var::Value(id)) => format!("?v{}", id.0),
            (None, Var::Memory(id)) => format!("?m{}", id.0),
        }
    }
}

fn user_name(function: &Function, var: Var) -> Option<&str> {
    match var {
        Var::Value(id) => function.values.get(id.index())?.name.as_deref(),
        Var::Memory(id) => function.memories.get(id.index())?.name.as_deref(),
    }
}

/// A constant that the user gave no name stands in its uses.
fn is_inline(function: &Function, out: ValueId) -> bool {
    function.values.get(out.index()).is_some_and(|info| info.name.is_none())
}

/// Every variable defined in a region, in the order of the listing; without constants that are printed in place.
fn definitions(function: &Function, region: &Region, order: &mut Vec<Var>) {
    order.extend(region.params.iter().map(|value| Var::Value(*value)));
    for op in &region.ops {
        if matches!(op.kind, OpKind::Const { out, .. } if is_inline(function, out)) {
            continue;
        }
        order.extend(visit::region_entries(op));
        visit::regions(op).into_iter().for_each(|nested| definitions(function, nested, order));
        order.extend(visit::operands(op).defines);
    }
}

fn constant(value: &Constant) -> String {
    match value {
        Constant::Float(_, Some(digits)) => digits.clone(),
        Constant::Float(value, None) => format!("{value:?}"),
        Constant::Int(value) => value.to_string(),
        Constant::Bool(value) => value.to_string(),
        Constant::Tokens(tokens) => tight(&tokens.to_string()),
    }
}

/// Token streams print with spaces that nobody writes.
fn tight(tokens: &str) -> String {
    let mut text = tokens.to_owned();
    for (wide, narrow) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" ::", "::"),
        (" !", "!"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" ,", ","),
    ] {
        text = text.replace(wide, narrow);
    }
    text
}

fn callee(callee: &Callee) -> String {
    let path = &callee.path;
    tight(&quote::quote!(#path).to_string())
}

fn comparison(op: Comparison) -> &'static str {
    match op {
        Comparison::Eq => "==",
        Comparison::Ne => "!=",
        Comparison::Lt => "<",
        Comparison::Le => "<=",
        Comparison::Gt => ">",
        Comparison::Ge => ">=",
    }
}

fn infix(rule: Rule) -> Option<&'static str> {
    match rule {
        Rule::Add => Some("+"),
        Rule::Sub => Some("-"),
        Rule::Mul => Some("*"),
        Rule::Div => Some("/"),
        Rule::Rem => Some("%"),
        _ => None,
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Float(Float::F32) => f.write_str("f32"),
            Type::Float(Float::F64) => f.write_str("f64"),
            Type::Float(Float::Literal) => f.write_str("{float}"),
            Type::Int(int) => f.write_str(match int {
                Int::I8 => "i8",
                Int::I16 => "i16",
                Int::I32 => "i32",
                Int::I64 => "i64",
                Int::I128 => "i128",
                Int::Isize => "isize",
                Int::U8 => "u8",
                Int::U16 => "u16",
                Int::U32 => "u32",
                Int::U64 => "u64",
                Int::U128 => "u128",
                Int::Usize => "usize",
                Int::Literal => "{integer}",
            }),
            Type::Bool => f.write_str("bool"),
            Type::Opaque => f.write_str("opaque"),
            Type::Array(of, length) => match length.known {
                Some(known) => write!(f, "[{of}; {known}]"),
                None => write!(f, "[{of}; {}]", tight(&length.tokens.to_string())),
            },
            Type::Slice(of) => write!(f, "[{of}]"),
            Type::Vec(of) => write!(f, "Vec<{of}>"),
            Type::Tuple(of) => {
                f.write_str("(")?;
                for (i, ty) in of.iter().enumerate() {
                    write!(f, "{}{ty}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str(")")
            }
            Type::Kept(of) => write!(f, "kept<{}>", callee(of)),
            Type::Option(of) => write!(f, "Option<{of}>"),
            Type::Unknown => f.write_str("_"),
        }
    }
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
            Passing::Mutable => "&mut ",
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
        }
    }

    fn line(&mut self, text: impl AsRef<str>) {
        for _ in 0..self.indent {
            self.text.push_str("    ");
        }
        self.text.push_str(text.as_ref());
        self.text.push('\n');
    }

    fn v(&self, value: ValueId) -> String {
        self.names.var(Var::Value(value))
    }

    fn m(&self, memory: super::MemoryId) -> String {
        self.names.var(Var::Memory(memory))
    }

    fn values(&self, values: &[ValueId]) -> String {
        let values: Vec<String> = values.iter().map(|value| self.v(*value)).collect();
        values.join(", ")
    }

    fn vars(&self, vars: &[Var]) -> String {
        let vars: Vec<String> = vars.iter().map(|var| self.names.var(*var)).collect();
        vars.join(", ")
    }

    fn tape(&self, tape: TapeId) -> String {
        match self.function.tapes.get(tape.index()) {
            Some(info) => info.name.clone(),
            None => format!("?t{}", tape.0),
        }
    }

    fn shape(&self, shape: &Shape) -> String {
        match shape {
            Shape::Unit => "()".to_owned(),
            Shape::Var(var) => self.names.var(*var),
            Shape::Tuple(of) => {
                let of: Vec<String> = of.iter().map(|shape| self.shape(shape)).collect();
                format!("({})", of.join(", "))
            }
        }
    }

    fn place(&self, place: &Place) -> String {
        let mut text = self.m(place.memory);
        for step in &place.path {
            // Writing to a string cannot fail.
            let _ = match step {
                Step::Index(index) => write!(text, "[{}]", self.v(*index)),
                Step::Range { start, end, inclusive } => {
                    let start = start.map(|value| self.v(value)).unwrap_or_default();
                    let end = end.map(|value| self.v(value)).unwrap_or_default();
                    write!(text, "[{start}..{}{end}]", if *inclusive { "=" } else { "" })
                }
                Step::Field(field) => write!(text, ".{field}"),
            };
        }
        text
    }

    fn init(&self, init: &Init) -> String {
        match init {
            Init::Repeat { value, lens } if lens.is_empty() => format!("all {}", self.v(*value)),
            Init::Repeat { value, lens } => {
                format!("vec![{}; {}]", self.v(*value), self.values(lens))
            }
            Init::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.init(item)).collect();
                format!("[{}]", items.join(", "))
            }
            Init::Value(value) => self.v(*value),
            Init::RepeatPlace { place, lens } if lens.is_empty() => {
                format!("all {}", self.place(place))
            }
            Init::RepeatPlace { place, lens } => {
                format!("vec![{}; {}]", self.place(place), self.values(lens))
            }
            Init::Copy(place) => format!("copy {}", self.place(place)),
            Init::ZeroLike(place) => format!("zeros like {}", self.place(place)),
            Init::Empty => "empty".to_owned(),
        }
    }

    fn rule(&self, rule: Rule, args: &[ValueId]) -> String {
        match (infix(rule), args) {
            (Some(symbol), [a, b]) => format!("{} {symbol} {}", self.v(*a), self.v(*b)),
            (None, [a]) if rule == Rule::Neg => format!("-{}", self.v(*a)),
            _ => format!("{}({})", row(rule).name, self.values(args)),
        }
    }

    fn opaque(&self, form: &Form, args: &[ValueId]) -> String {
        match (form, args) {
            (Form::Method(name, turbofish), [receiver, rest @ ..]) => {
                let turbofish = tight(&turbofish.to_string());
                format!("{}.{name}{turbofish}({})", self.v(*receiver), self.values(rest))
            }
            (Form::Method(name, _), []) => format!("{name}()"),
            (Form::Path(path), args) => {
                let path = tight(&quote::quote!(#path).to_string());
                format!("{path}({})", self.values(args))
            }
            (Form::Binary(op), [a, b]) => {
                format!("{} {} {}", self.v(*a), quote::quote!(#op), self.v(*b))
            }
            (Form::Binary(op), args) => format!("{}({})", quote::quote!(#op), self.values(args)),
            (Form::Not, args) => format!("!{}", self.values(args)),
        }
    }

    fn range(&self, range: &Range) -> String {
        let dots = if range.inclusive { "..=" } else { ".." };
        let mut text = format!("{}{dots}{}", self.v(range.start), self.v(range.end));
        if !range.adaptors.is_empty() {
            text = format!("({text})");
        }
        for adaptor in &range.adaptors {
            let _ = match adaptor {
                Adaptor::Rev => write!(text, ".rev()"),
                Adaptor::StepBy(step) => write!(text, ".step_by({})", self.v(*step)),
                Adaptor::Take(count) => write!(text, ".take({})", self.v(*count)),
            };
        }
        text
    }

    fn arg(&self, arg: &Arg) -> String {
        match arg {
            Arg::Value(value) => self.v(*value),
            Arg::Reference(value) => format!("&{}", self.v(*value)),
            Arg::InOut { input, output } => {
                format!("&mut {} -> {}", self.v(*input), self.v(*output))
            }
            Arg::Memory { place, passing } => {
                let passing = match passing {
                    Passing::ByValue => "",
                    Passing::Shared => "&",
                    Passing::Mutable => "&mut ",
                };
                format!("{passing}{}", self.place(place))
            }
            Arg::Tokens(tokens) => tight(&tokens.to_string()),
            Arg::Tuple(args) => format!("({})", self.args(args)),
        }
    }

    fn args(&self, args: &[Arg]) -> String {
        let args: Vec<String> = args.iter().map(|arg| self.arg(arg)).collect();
        args.join(", ")
    }

    fn slot(&self, slot: &Slot) -> String {
        match slot {
            Slot::Inactive => "_".to_owned(),
            Slot::Value(value) => format!("-> {}", self.v(*value)),
            Slot::Memory(place) => format!("&mut {}", self.place(place)),
            Slot::InOut { input, output } => {
                format!("&mut {} -> {}", self.v(*input), self.v(*output))
            }
            Slot::Tuple(of) => {
                let of: Vec<String> = of.iter().map(|slot| self.slot(slot)).collect();
                format!("({})", of.join(", "))
            }
        }
    }

    fn direction(&self, direction: &Direction) -> String {
        match direction {
            Direction::Zero => "0".to_owned(),
            Direction::Value(value) => self.v(*value),
            Direction::Memory(place) => self.place(place),
            Direction::InOut { input, output } => {
                format!("&mut {} -> {}", self.v(*input), self.v(*output))
            }
            Direction::Tuple(of) => {
                let of: Vec<String> = of.iter().map(|d| self.direction(d)).collect();
                format!("({})", of.join(", "))
            }
        }
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
            OpKind::Len { out, place } => format!("{} = len {}", self.v(*out), self.place(place)),
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
            OpKind::Call { callee: f, args, result } => {
                format!("{} = {}({})", self.shape(result), callee(f), self.args(args))
            }
            OpKind::CallForward { callee: f, args, result, kept } => format!(
                "{}, {} = forward {}({})",
                self.shape(result),
                self.v(*kept),
                callee(f),
                self.args(args)
            ),
            OpKind::CallReverse { callee: f, args, kept, seed, slots } => {
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

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::*;
    use crate::ir::{MemoryInfo, Origin, Output, ValueInfo, build::Cursor};

    fn slice(function: &mut Function, name: &str) -> super::super::MemoryId {
        let ty = Type::Slice(Box::new(Type::Float(Float::F64)));
        let origin = Origin::Param(function.params.len());
        let memory = function.new_memory(MemoryInfo {
            ty,
            name: Some(name.to_owned()),
            mutable: false,
            origin,
            span: Span::call_site(),
        });
        function.params.push(Param {
            name: name.to_owned(),
            role: Role::Primal,
            passing: Passing::Shared,
            shape: Shape::Var(Var::Memory(memory)),
            differentiable: true,
            span: Span::call_site(),
        });
        memory
    }

    #[test]
    fn dot_product() {
        let span = Span::call_site();
        let mut f = Function::new("dot");
        let (a, b) = (slice(&mut f, "a"), slice(&mut f, "b"));
        let float = Type::Float(Float::F64);
        let named = |f: &mut Function, name: &str, ty: &Type| {
            f.values.push(ValueInfo { ty: ty.clone(), name: Some(name.to_owned()), span });
            ValueId(f.values.len() as u32 - 1)
        };
        let usize = Type::Int(Int::Usize);
        let (n, i) = (named(&mut f, "n", &usize), named(&mut f, "i", &usize));
        let [s, s1, s2] = [0; 3].map(|_| named(&mut f, "s", &float));
        let mut ops = Vec::new();
        let mut at = Cursor { function: &mut f, ops: &mut ops, span };
        at.push(OpKind::Len { out: n, place: a.into() });
        let zero = at.float(0.0, float.clone());
        let start = at.int(0, usize);
        let mut body = Vec::new();
        let mut inner = Cursor { function: at.function, ops: &mut body, span };
        let x = inner.load(Place { memory: a, path: vec![Step::Index(i)] }, Some("x".to_owned()));
        let y = inner.load(Place { memory: b, path: vec![Step::Index(i)] }, Some("y".to_owned()));
        let product = inner.rule(Rule::Mul, &[x, y]);
        inner.push(OpKind::Rule { out: s1, rule: Rule::Add, args: vec![s, product] });
        at.push(OpKind::For(Box::new(For {
            index: i,
            range: Range { start, end: n, inclusive: false, adaptors: Vec::new() },
            inits: vec![zero],
            body: Region { params: vec![s], ops: body, yields: vec![Var::Value(s1)] },
            outs: vec![s2],
            exit: None,
            records: None,
        })));
        f.body.ops = ops;
        f.cut = f.body.ops.len();
        f.outputs.push(Output { role: Role::Primal, shape: Shape::Var(Var::Value(s2)) });
        expect_test::expect![[r#"
            fn dot(a: &[f64], b: &[f64]) {
                n = len a
                for i in 0..n carry (s = 0.0) {
                    x = a[i]
                    y = b[i]
                    %1 = x * y
                    s.1 = s + %1
                    yield s.1
                } -> s.2
                return s.2
            }
        "#]]
        .assert_eq(&function(&f));
    }
}
