//! Which values and memories carry a derivative: varied by the inputs *and* useful to the outputs.
//!
//! Both halves are least fixed points over the whole function, without regard to order: a memory is
//! varied if anything varied is ever written to it, and useful if anything that is ever read from it is
//! useful. What is not active has derivative zero or reaches no output, so it needs no adjoint.

use crate::ir::{
    Arg, Function, Growth, Init, MemoryId, Op, OpKind, Passing, Region, Slot, TapeId, Type,
    ValueId, Var,
    visit::{self, Access},
};
use crate::options::Settings;
use crate::rules;
use crate::{analysis::storage::Storage, maps::HashMap};

#[derive(Clone, Debug)]
pub struct Activity {
    /// Varied and useful.
    values: Vec<bool>,
    memories: Vec<bool>,
    /// Depends on an input that is differentiated, useful or not.
    varied_values: Vec<bool>,
    varied_memories: Vec<bool>,
    storage: Storage,
}

impl Activity {
    pub fn value(&self, value: ValueId) -> bool {
        self.values[value.index()]
    }

    /// Whether the value was there when the function was analysed.
    pub fn knows(&self, value: ValueId) -> bool {
        value.index() < self.values.len()
    }

    pub fn memory(&self, memory: MemoryId) -> bool {
        self.memories[self.storage.of(memory).index()]
    }

    pub fn var(&self, var: Var) -> bool {
        match var {
            Var::Value(value) => self.value(value),
            Var::Memory(memory) => self.memory(memory),
        }
    }

    pub fn varied(&self, value: ValueId) -> bool {
        self.varied_values[value.index()]
    }

    pub fn varied_memory(&self, memory: MemoryId) -> bool {
        self.varied_memories[self.storage.of(memory).index()]
    }

    /// Whether the operation passes a derivative from what it reads to what it defines or writes.
    pub fn op(&self, op: &Op) -> bool {
        // A function whose arguments are constants need not have a derivative, whatever becomes of its result.
        if let OpKind::Call { args, .. } = &op.kind {
            let mut inputs = Vec::new();
            args.iter().for_each(|arg| argument(arg, &mut inputs, &mut Vec::new()));
            let varied = inputs.iter().any(|input| match input {
                Var::Value(value) => self.varied(*value),
                Var::Memory(memory) => self.varied_memory(*memory),
            });
            if !varied {
                return false;
            }
        }
        let operands = visit::operands(op);
        operands.defines.iter().any(|var| self.var(*var))
            || operands.places.iter().any(|(place, access)| {
                matches!(access, Access::Write | Access::Add | Access::ReadWrite)
                    && self.memory(place.memory)
            })
    }
}

pub fn analyse(function: &Function, settings: &Settings) -> Activity {
    let storage = Storage::analyse(function);
    let flows = all_flows(function);
    let mut varied = Marks::new(function, &storage);
    for param in function.params.iter().filter(|param| param.differentiable) {
        visit::shape_vars(&param.shape).into_iter().for_each(|var| varied.mark(var));
    }
    varied.fixed_point(|marks| {
        flows.iter().for_each(|(from, to)| marks.mark_if(marks.has(*from), *to));
    });

    let mut useful = Marks::new(function, &storage);
    for output in &function.outputs {
        visit::shape_vars(&output.shape).into_iter().for_each(|var| useful.mark(var));
    }
    for param in &function.params {
        if param.passing == Passing::Mutable && param.differentiable {
            visit::shape_vars(&param.shape).into_iter().for_each(|var| useful.mark(var));
        }
    }
    // Last first, so that straight-line code takes one pass.
    useful.fixed_point(|marks| {
        flows.iter().rev().for_each(|(from, to)| marks.mark_if(marks.has(*to), *from));
    });

    let both = |varied: &[bool], useful: &[bool], possible: &dyn Fn(usize) -> bool| {
        (0..varied.len())
            .map(|i| if settings.activity { varied[i] && useful[i] } else { possible(i) })
            .collect::<Vec<bool>>()
    };
    let values = both(&varied.values, &useful.values, &|i| carries(&function.values[i].ty));
    let globals = globals(function);
    let memories = both(&varied.memories, &useful.memories, &|i| {
        // A type of which only the name is known may have no derivative.
        let may_have_none = matches!(function.memories[i].ty, crate::ir::Type::Named(_));
        function.memories[i].ty.differentiable()
            && !globals.contains(&MemoryId(i as u32))
            && (varied.memories[i] || !may_have_none)
    });
    Activity {
        values,
        memories,
        varied_values: varied.values,
        varied_memories: varied.memories,
        storage,
    }
}

/// Constants and statics of the user's: nothing can write them.
fn globals(function: &Function) -> Vec<MemoryId> {
    let mut globals = Vec::new();
    visit::walk(&function.body, &mut |op| {
        if let OpKind::Alloc { memory, init: Init::Global(_) } = &op.kind {
            globals.push(*memory);
        }
    });
    globals
}

/// A growing set of marked values and storages.
struct Marks<'a> {
    function: &'a Function,
    storage: &'a Storage,
    values: Vec<bool>,
    memories: Vec<bool>,
    changed: bool,
}

impl<'a> Marks<'a> {
    fn new(function: &'a Function, storage: &'a Storage) -> Marks<'a> {
        Marks {
            function,
            storage,
            values: vec![false; function.values.len()],
            memories: vec![false; function.memories.len()],
            changed: false,
        }
    }

    fn has(&self, var: Var) -> bool {
        match var {
            Var::Value(value) => self.values[value.index()],
            Var::Memory(memory) => self.memories[self.storage.of(memory).index()],
        }
    }

    /// Marks what can be differentiated; an integer never is.
    fn mark(&mut self, var: Var) {
        let (possible, slot) = match var {
            Var::Value(value) => {
                (carries(&self.function.value(value).ty), &mut self.values[value.index()])
            }
            Var::Memory(memory) => (
                self.function.memory(memory).ty.differentiable(),
                &mut self.memories[self.storage.of(memory).index()],
            ),
        };
        if possible && !*slot {
            *slot = true;
            self.changed = true;
        }
    }

    fn mark_if(&mut self, condition: bool, var: Var) {
        if condition {
            self.mark(var);
        }
    }

    fn fixed_point(&mut self, mut step: impl FnMut(&mut Marks<'a>)) {
        loop {
            self.changed = false;
            step(self);
            if !self.changed {
                return;
            }
        }
    }
}

/// Whether a derivative can pass through a value of this type: also in what a callee keeps, and in an option.
fn carries(ty: &Type) -> bool {
    match ty {
        Type::Kept(_) | Type::KeptTangent(_) => true,
        Type::Option(of) => carries(of),
        ty => ty.differentiable(),
    }
}

/// What the loops that read a tape call the fields of its records.
type Readers = HashMap<TapeId, Vec<Vec<Var>>>;

fn readers(function: &Function) -> Readers {
    let mut readers = Readers::default();
    visit::walk(&function.body, &mut |op| {
        if let OpKind::For(f) = &op.kind
            && let Some(records) = &f.records
        {
            readers.entry(records.tape).or_default().push(records.fields.clone());
        }
    });
    readers
}

/// Those of all operations, in order.
fn all_flows(function: &Function) -> Vec<(Var, Var)> {
    let readers = readers(function);
    let mut all = Vec::new();
    visit::walk(&function.body, &mut |op| {
        flows(op, &readers, &mut |from, to| all.push((from, to)));
    });
    all
}

/// Pairs through which a derivative flows: from what is read to what is defined or written.
fn flows(op: &Op, readers: &Readers, flow: &mut impl FnMut(Var, Var)) {
    let value = Var::Value;
    match &op.kind {
        OpKind::Rule { out, rule, args } => {
            for (arg, contribution) in args.iter().zip(rules::row(*rule).contributions) {
                if contribution.is_some() {
                    flow(value(*arg), value(*out));
                }
            }
        }
        OpKind::Cast { out, arg, .. } => flow(value(*arg), value(*out)),
        OpKind::Select { out, args, .. } => {
            args.iter().for_each(|arg| flow(value(*arg), value(*out)));
        }
        OpKind::Given { out, slopes, .. } => {
            slopes.iter().for_each(|[arg, _]| flow(value(*arg), value(*out)));
        }
        OpKind::Load { out, place } => flow(Var::Memory(place.memory), value(*out)),
        OpKind::Store { place, value: v }
        | OpKind::Accumulate { place, value: v }
        | OpKind::Fill { place, value: v } => flow(value(*v), Var::Memory(place.memory)),
        OpKind::Alloc { memory, init } => init_flows(*memory, init, flow),
        OpKind::Copy { to, from } | OpKind::AddAll { to, from } => {
            flow(Var::Memory(from.memory), Var::Memory(to.memory));
        }
        OpKind::Assign { to, from } => flow(Var::Memory(*from), Var::Memory(*to)),
        OpKind::Vector { place, growth } => match growth {
            Growth::Push(item) => init_flows(place.memory, item, flow),
            Growth::Pop { out: Some(out) } => flow(Var::Memory(place.memory), *out),
            Growth::Extend(from) => flow(Var::Memory(from.memory), Var::Memory(place.memory)),
            Growth::Resize { value: v, .. } => flow(value(*v), Var::Memory(place.memory)),
            Growth::Pop { out: None } | Growth::Truncate(_) => {}
        },
        OpKind::Call { callee, .. } if callee.cuts_derivative() => {}
        OpKind::Push { tape, fields } => {
            for reader in readers.get(tape).into_iter().flatten() {
                fields.iter().zip(reader).for_each(|(pushed, read)| flow(*pushed, *read));
            }
        }
        OpKind::Some { out, arg } | OpKind::Unwrap { out, arg } => flow(value(*arg), value(*out)),
        OpKind::CallReverse { args, seed, slots, .. }
        | OpKind::CallSweep { args, seed, slots, .. } => {
            let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
            if let OpKind::CallReverse { kept, .. } = &op.kind {
                inputs.push(value(*kept));
            }
            inputs.extend(visit::shape_vars(seed));
            args.iter().for_each(|arg| argument(arg, &mut inputs, &mut Vec::new()));
            slots.iter().for_each(|of| contribution(of, &mut inputs, &mut outputs));
            for output in outputs {
                inputs.iter().for_each(|input| flow(*input, output));
            }
        }
        OpKind::Call { args, result, .. } | OpKind::CallForward { args, result, .. } => {
            let mut inputs = Vec::new();
            let mut outputs = visit::shape_vars(result);
            if let OpKind::CallForward { kept, .. } = &op.kind {
                outputs.push(value(*kept));
            }
            args.iter().for_each(|arg| argument(arg, &mut inputs, &mut outputs));
            for output in outputs {
                inputs.iter().for_each(|input| flow(*input, output));
            }
        }
        OpKind::If { then, otherwise, outs, .. } => {
            for (i, out) in outs.iter().enumerate() {
                flow(then.yields[i], *out);
                flow(otherwise.yields[i], *out);
            }
        }
        OpKind::For(f) => {
            carried(&f.inits, &f.body, &f.outs, flow);
        }
        OpKind::While(w) => {
            carried(&w.inits, &w.body, &w.outs, flow);
            for (init, param) in w.inits.iter().zip(&w.cond.params) {
                flow(value(*init), value(*param));
            }
            for (next, param) in w.body.yields.iter().zip(&w.cond.params) {
                flow(*next, value(*param));
            }
        }
        _ => {}
    }
}

fn carried(inits: &[ValueId], body: &Region, outs: &[ValueId], flow: &mut impl FnMut(Var, Var)) {
    for (i, init) in inits.iter().enumerate() {
        let (param, out) = (Var::Value(body.params[i]), Var::Value(outs[i]));
        flow(Var::Value(*init), param);
        flow(Var::Value(*init), out);
        flow(body.yields[i], param);
        flow(body.yields[i], out);
    }
}

fn init_flows(memory: MemoryId, init: &Init, flow: &mut impl FnMut(Var, Var)) {
    match init {
        Init::Repeat { value, .. } | Init::Value(value) => {
            flow(Var::Value(*value), Var::Memory(memory));
        }
        Init::List(items) => items.iter().for_each(|item| init_flows(memory, item, flow)),
        Init::Record { fields, .. } => {
            fields.iter().for_each(|(_, item)| init_flows(memory, item, flow));
        }
        Init::RepeatPlace { place, .. } | Init::Copy(place) => {
            flow(Var::Memory(place.memory), Var::Memory(memory));
        }
        _ => {}
    }
}

fn contribution(slot: &Slot, inputs: &mut Vec<Var>, outputs: &mut Vec<Var>) {
    match slot {
        Slot::Inactive => {}
        Slot::Value(value) => outputs.push(Var::Value(*value)),
        // Added to, or in and out.
        Slot::Memory(place) => {
            inputs.push(Var::Memory(place.memory));
            outputs.push(Var::Memory(place.memory));
        }
        Slot::InOut { input, output } => {
            inputs.push(Var::Value(*input));
            outputs.push(Var::Value(*output));
        }
        Slot::Tuple(slots) => slots.iter().for_each(|of| contribution(of, inputs, outputs)),
    }
}

fn argument(arg: &Arg, inputs: &mut Vec<Var>, outputs: &mut Vec<Var>) {
    match arg {
        Arg::Value(value) | Arg::Reference(value) => inputs.push(Var::Value(*value)),
        Arg::InOut { input, output } => {
            inputs.push(Var::Value(*input));
            outputs.push(Var::Value(*output));
        }
        Arg::Memory { place, passing } => {
            inputs.push(Var::Memory(place.memory));
            if matches!(passing, Passing::Mutable | Passing::Reborrowed) {
                outputs.push(Var::Memory(place.memory));
            }
        }
        Arg::Tokens(_) => {}
        Arg::Tuple(args) => args.iter().for_each(|arg| argument(arg, inputs, outputs)),
    }
}
