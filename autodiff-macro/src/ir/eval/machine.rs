//! Runs operations.

use quote::ToTokens;

use super::{
    Data, Program,
    data::known_length,
    memory::{Handle, Heap},
    scalar,
};
use crate::{
    ir::{
        Adaptor, Constant, For, Function, Init, MemoryId, Op, OpKind, Place, Range, Region, Shape,
        Step, Type, ValueId, Var, While, print,
    },
    rules::Rule,
};

pub(super) type Result<T> = std::result::Result<T, String>;

#[derive(Debug)]
pub struct Machine<'a> {
    pub(super) program: &'a Program,
    pub(super) heap: Heap,
    pub(super) path: u64,
    pub(super) steps: u64,
    pub(super) depth: u32,
    budget: u64,
}

/// The variables of one run of one function.
#[derive(Clone, Debug)]
pub struct Frame {
    pub(super) values: Vec<Option<Data>>,
    pub(super) memories: Vec<Option<Handle>>,
    pub(super) tapes: Vec<Vec<Vec<Data>>>,
    /// Objects made here, not borrowed.
    pub(super) owned: Vec<usize>,
}

/// A function being run.
#[derive(Debug)]
pub struct Active<'f> {
    pub(super) function: &'f Function,
    pub(super) frame: Frame,
}

impl<'f> Active<'f> {
    pub fn new(function: &'f Function) -> Active<'f> {
        let frame = Frame {
            values: vec![None; function.values.len()],
            memories: vec![None; function.memories.len()],
            tapes: vec![Vec::new(); function.tapes.len()],
            owned: Vec::new(),
        };
        Active { function, frame }
    }

    /// After both sweeps, every record has been taken.
    pub fn tapes_empty(&self) -> Result<()> {
        for (info, tape) in self.function.tapes.iter().zip(&self.frame.tapes) {
            if !tape.is_empty() {
                return Err(format!("{} records left on {}", tape.len(), info.name));
            }
        }
        Ok(())
    }

    fn name(&self, var: Var) -> String {
        print::Names::of(self.function).var(var)
    }

    pub(super) fn value(&self, id: ValueId) -> Result<&Data> {
        match &self.frame.values[id.index()] {
            Some(value) => Ok(value),
            None => Err(format!("{} is not defined", self.name(Var::Value(id)))),
        }
    }

    fn float(&self, id: ValueId) -> Result<f64> {
        self.value(id)?.float()
    }

    pub(super) fn int(&self, id: ValueId) -> Result<i128> {
        self.value(id)?.int()
    }

    fn bool(&self, id: ValueId) -> Result<bool> {
        self.value(id)?.bool()
    }

    pub(super) fn set(&mut self, id: ValueId, value: Data) {
        self.frame.values[id.index()] = Some(value);
    }

    pub(super) fn memory(&self, id: MemoryId) -> Result<&Handle> {
        match &self.frame.memories[id.index()] {
            Some(handle) => Ok(handle),
            None => Err(format!("{} is not there", self.name(Var::Memory(id)))),
        }
    }

    pub(super) fn set_memory(&mut self, id: MemoryId, handle: Handle) {
        self.frame.memories[id.index()] = Some(handle);
    }

    fn ty(&self, id: ValueId) -> &'f Type {
        &self.function.value(id).ty
    }
}

impl<'a> Machine<'a> {
    pub fn new(program: &'a Program, budget: u64) -> Machine<'a> {
        Machine { program, heap: Heap::default(), path: 0, steps: 0, depth: 0, budget }
    }

    /// Notes a decision.
    fn decide(&mut self, decision: u64) {
        self.path = (self.path.rotate_left(5) ^ decision).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 1;
    }

    /// Gives a variable its content; memory becomes a new object.
    pub(super) fn bind_var(&mut self, at: &mut Active, var: Var, data: Data) -> Result<()> {
        match var {
            Var::Value(id) => at.set(id, data),
            Var::Memory(id) => {
                let handle = self.heap.alloc(data)?;
                at.frame.owned.push(handle.object);
                at.set_memory(id, handle);
            }
        }
        Ok(())
    }

    pub fn bind(&mut self, at: &mut Active, shape: &Shape, data: Data) -> Result<()> {
        match (shape, data) {
            (Shape::Unit, _) => Ok(()),
            (Shape::Var(var), data) => self.bind_var(at, *var, data),
            (Shape::Tuple(of), Data::Tuple(items)) if of.len() == items.len() => {
                of.iter().zip(items).try_for_each(|(shape, item)| self.bind(at, shape, item))
            }
            (shape, data) => Err(format!("{data:?} for {shape:?}")),
        }
    }

    pub(super) fn read_var(&self, at: &Active, var: Var) -> Result<Data> {
        match var {
            Var::Value(id) => at.value(id).cloned(),
            Var::Memory(id) => self.heap.read(at.memory(id)?),
        }
    }

    pub fn read_shape(&self, at: &Active, shape: &Shape) -> Result<Data> {
        match shape {
            Shape::Unit => Ok(Data::Unit),
            Shape::Var(var) => self.read_var(at, *var),
            Shape::Tuple(of) => {
                let items = of.iter().map(|shape| self.read_shape(at, shape));
                Ok(Data::Tuple(items.collect::<Result<_>>()?))
            }
        }
    }

    pub(super) fn place(&self, at: &Active, place: &Place) -> Result<Handle> {
        let mut handle = at.memory(place.memory)?.clone();
        for step in &place.path {
            handle = match step {
                Step::Index(index) => self.heap.index(&handle, at.int(*index)?)?,
                Step::Range { start, end, inclusive } => {
                    let start = start.map_or(Ok(0), |value| at.int(value))?;
                    let end = end.map(|value| at.int(value)).transpose()?;
                    self.heap.range(&handle, start, end.map(|end| end + i128::from(*inclusive)))?
                }
                Step::Field(field) => self.heap.field(&handle, *field)?,
                Step::Deref => return Err("a box".to_owned()),
                Step::Payload { .. } => return Err("an enum".to_owned()),
                Step::Member(name) => self.heap.member(&handle, &name.to_string())?,
            };
        }
        Ok(handle)
    }

    pub(super) fn read(&self, at: &Active, place: &Place) -> Result<Data> {
        self.heap.read(&self.place(at, place)?)
    }

    pub fn ops(&mut self, at: &mut Active, ops: &[Op]) -> Result<()> {
        for op in ops {
            self.steps += 1;
            if self.steps > self.budget {
                return Err("out of steps".to_owned());
            }
            if let Err(error) = self.op(at, op) {
                if error.contains(" at `") {
                    return Err(error);
                }
                let text = print::op(at.function, op);
                let line = text.lines().next().unwrap_or_default();
                return Err(format!("{error}, at `{line}` of {}", at.function.name));
            }
        }
        Ok(())
    }

    pub(super) fn region(&mut self, at: &mut Active, region: &Region) -> Result<Vec<Data>> {
        self.ops(at, &region.ops)?;
        region.yields.iter().map(|var| self.read_var(at, *var)).collect()
    }

    fn op(&mut self, at: &mut Active, op: &Op) -> Result<()> {
        match &op.kind {
            OpKind::Const { out, value } => {
                let value = self.constant(value)?.rounded(at.ty(*out));
                at.set(*out, value);
            }
            OpKind::Rule { out, rule, args } => {
                let value = self.rule(at, *out, *rule, args)?;
                at.set(*out, value);
            }
            OpKind::Compare { out, op, args: [a, b] } => {
                let (a, b) = (at.value(*a)?, at.value(*b)?);
                let holds = scalar::compare(*op, a, b)?;
                if matches!(a, Data::Float(_)) {
                    self.decide(u64::from(holds));
                }
                at.set(*out, Data::Bool(holds));
            }
            OpKind::Not { out, arg } => {
                let value = !at.bool(*arg)?;
                at.set(*out, Data::Bool(value));
            }
            OpKind::Cast { out, arg, ty: Type::Unknown } => {
                let value = at.value(*arg)?.clone();
                at.set(*out, value);
            }
            OpKind::Cast { out, arg, ty } => {
                let value = scalar::cast(at.value(*arg)?, ty)?;
                if let (Data::Float(_), Data::Int(int)) = (at.value(*arg)?, &value) {
                    self.decide(*int as u64);
                }
                at.set(*out, value);
            }
            OpKind::Opaque { out, form, args } => {
                let args =
                    args.iter().map(|arg| at.value(*arg).cloned()).collect::<Result<Vec<_>>>()?;
                let value = scalar::opaque(form, &args, at.ty(*out))?;
                at.set(*out, value);
            }
            OpKind::Select { out, cond, args: [a, b] } => {
                let value = at.value(if at.bool(*cond)? { *a } else { *b })?.clone();
                at.set(*out, value);
            }
            OpKind::Given { out, value, .. } => {
                let value = at.value(*value)?.clone();
                at.set(*out, value);
            }
            OpKind::Len { out, place } => {
                let len = self.heap.len(&self.place(at, place)?)?;
                at.set(*out, Data::Int(len as i128));
            }
            OpKind::Matches { .. } => return Err("an enum".to_owned()),
            OpKind::Load { out, place } => {
                let value = self.read(at, place)?;
                if matches!(value, Data::List(_) | Data::Tuple(_)) {
                    return Err("a load of what is no scalar".to_owned());
                }
                at.set(*out, value);
            }
            OpKind::Store { place, value } => {
                let value = at.value(*value)?.clone();
                self.heap.write(&self.place(at, place)?, value)?;
            }
            OpKind::Accumulate { place, value } => {
                let place = self.place(at, place)?;
                self.heap.add(&place, at.value(*value)?)?;
            }
            OpKind::Alloc { memory, init } => {
                let data = self.init(at, init, &at.function.memory(*memory).ty)?;
                self.bind_var(at, Var::Memory(*memory), data)?;
            }
            OpKind::View { memory, of } => {
                let handle = self.place(at, of)?;
                at.set_memory(*memory, handle);
            }
            OpKind::Split { memories: [a, b], of, at: middle } => {
                let handle = self.place(at, of)?;
                let middle = at.int(*middle)?;
                let left = self.heap.range(&handle, 0, Some(middle))?;
                let right = self.heap.range(&handle, middle, None)?;
                at.set_memory(*a, left);
                at.set_memory(*b, right);
            }
            OpKind::Fill { place, value } => {
                let place = self.place(at, place)?;
                self.heap.fill(&place, at.value(*value)?)?;
            }
            OpKind::Copy { to, from } => {
                let data = self.read(at, from)?;
                self.heap.write(&self.place(at, to)?, data)?;
            }
            OpKind::AddAll { to, from } => {
                let data = self.read(at, from)?;
                self.heap.add(&self.place(at, to)?, &data)?;
            }
            OpKind::Swap { place, at: [a, b] } => {
                let place = self.place(at, place)?;
                self.heap.swap(&place, at.int(*a)?, at.int(*b)?)?;
            }
            OpKind::Assign { to, from } => {
                let data = self.heap.read(at.memory(*from)?)?;
                match &at.frame.memories[to.index()] {
                    Some(handle) => self.heap.replace(&handle.clone(), data)?,
                    None => self.bind_var(at, Var::Memory(*to), data)?,
                }
                at.frame.memories[from.index()] = None;
            }
            OpKind::Vector { place, growth } => self.growth(at, place, growth)?,
            OpKind::Permute { place, by } => self.permute(at, place, by)?,
            OpKind::Call { .. }
            | OpKind::CallForward { .. }
            | OpKind::CallReverse { .. }
            | OpKind::CallSweep { .. }
            | OpKind::CallSlopes { .. }
            | OpKind::CallTangent { .. } => self.call(at, op)?,
            OpKind::If { cond, then, otherwise, outs } => {
                let holds = at.bool(*cond)?;
                let yields = self.region(at, if holds { then } else { otherwise })?;
                for (out, data) in outs.iter().zip(yields) {
                    self.bind_var(at, *out, data)?;
                }
            }
            OpKind::For(f) => self.for_loop(at, f)?,
            OpKind::While(w) => self.while_loop(at, w)?,
            OpKind::Sort(sort) => self.sort(at, sort)?,
            OpKind::Push { tape, fields } => {
                let record = fields.iter().map(|var| self.read_var(at, *var));
                let record = record.collect::<Result<Vec<_>>>()?;
                at.frame.tapes[tape.index()].push(record);
            }
            OpKind::Some { out, arg } => {
                let value = Data::Option(Some(Box::new(at.value(*arg)?.clone())));
                at.set(*out, value);
            }
            OpKind::None { out } => at.set(*out, Data::Option(None)),
            OpKind::Unwrap { out, arg } => match at.value(*arg)?.clone() {
                Data::Option(Some(value)) => at.set(*out, *value),
                other => return Err(format!("unwrap of {other:?}")),
            },
            OpKind::Effect { .. } => {}
        }
        Ok(())
    }

    fn constant(&self, constant: &Constant) -> Result<Data> {
        Ok(match constant {
            Constant::Float(value, _) => Data::Float(*value),
            Constant::Int(value) => Data::Int(*value),
            Constant::Bool(value) => Data::Bool(*value),
            Constant::None => Data::Unit,
            Constant::Tokens(tokens) => {
                let text: String = tokens.to_string().split_whitespace().collect();
                let name = text.rsplit("::").next().unwrap_or_default();
                if let Some(data) = self.program.constants.get(name) {
                    data.clone()
                } else if let Ok(int) = text.parse() {
                    Data::Int(int)
                } else if let Ok(float) = text.parse() {
                    Data::Float(float)
                } else {
                    return Err(format!("constant `{text}` is not known"));
                }
            }
        })
    }

    fn rule(&mut self, at: &Active, out: ValueId, rule: Rule, args: &[ValueId]) -> Result<Data> {
        if rule == Rule::Powi
            && let [x, n] = args
            && let (Data::Float(x), Data::Int(n)) = (at.value(*x)?, at.value(*n)?)
        {
            return Ok(Data::Float(scalar::powi(*x, *n)?).rounded(at.ty(out)));
        }
        let first = args.first().ok_or("a rule of nothing")?;
        if let Data::Int(_) = at.value(*first)? {
            let args = args.iter().map(|arg| at.int(*arg)).collect::<Result<Vec<_>>>()?;
            return scalar::int_rule(rule, &args, at.ty(out)).map(Data::Int);
        }
        let mut x = [0.0; 3];
        if args.len() > x.len() {
            return Err("too many arguments".to_owned());
        }
        for (x, arg) in x.iter_mut().zip(args) {
            *x = at.float(*arg)?;
        }
        let value = scalar::float_rule(rule, &x[..args.len()])?;
        if let Some(side) = scalar::side(rule, &x, value) {
            self.decide(side);
        }
        Ok(Data::Float(value).rounded(at.ty(out)))
    }

    pub(super) fn init(&mut self, at: &Active, init: &Init, ty: &Type) -> Result<Data> {
        match init {
            Init::Repeat { value, lens } => {
                let value = at.value(*value)?.clone();
                self.repeat(at, &value, ty, lens, usize::MAX)
            }
            Init::RepeatPlace { place, lens } => {
                let row = self.read(at, place)?;
                let levels = depth(ty).saturating_sub(depth(&at.function.place_type(place)));
                self.repeat(at, &row, ty, lens, levels)
            }
            Init::List(items) => {
                let element = |i: usize| match ty {
                    Type::Tuple(of) => of.get(i).cloned().unwrap_or(Type::Unknown),
                    ty => ty.element().cloned().unwrap_or(Type::Unknown),
                };
                let list =
                    items.iter().enumerate().map(|(i, item)| self.init(at, item, &element(i)));
                let list = list.collect::<Result<_>>()?;
                Ok(if matches!(ty, Type::Tuple(_)) { Data::Tuple(list) } else { Data::List(list) })
            }
            Init::Record { fields, .. } => {
                let fields = fields.iter().map(|(member, init)| {
                    let data = self.init(at, init, &Type::Unknown)?;
                    Ok((member.to_token_stream().to_string(), data))
                });
                Ok(Data::Record(fields.collect::<Result<_>>()?))
            }
            Init::Value(value) => at.value(*value).cloned(),
            Init::Copy(place) => self.read(at, place),
            Init::ZeroLike(place) => Ok(self.read(at, place)?.zero_like()),
            Init::Global(tokens) => self.constant(&Constant::Tokens(tokens.clone())),
            Init::Capacity(_) => Ok(Data::List(Vec::new())),
            Init::Empty => Ok(Data::zero_of(ty)),
        }
    }

    /// `content` repeated over the outer `levels` of a type.
    pub(super) fn repeat(
        &self,
        at: &Active,
        content: &Data,
        ty: &Type,
        lens: &[ValueId],
        levels: usize,
    ) -> Result<Data> {
        if levels == 0 {
            return Ok(content.clone());
        }
        let (len, of, lens) = match ty {
            Type::Array(of, length) => {
                (known_length(length).ok_or("an array of unknown length")?, of, lens)
            }
            Type::Vec(of) | Type::Slice(of) => {
                let (first, rest) = lens.split_first().ok_or("a vector of no length")?;
                let len = usize::try_from(at.int(*first)?).map_err(|e| e.to_string())?;
                (len, of, rest)
            }
            _ => return Ok(content.clone()),
        };
        if len > 100_000 {
            return Err("out of memory".to_owned());
        }
        Ok(Data::List(vec![self.repeat(at, content, of, lens, levels - 1)?; len]))
    }

    fn enter(at: &mut Active, params: &[ValueId], carried: &[Data]) -> Result<()> {
        if params.len() != carried.len() {
            return Err("carried values and parameters differ in number".to_owned());
        }
        params.iter().zip(carried).for_each(|(param, data)| at.set(*param, data.clone()));
        Ok(())
    }

    fn for_loop(&mut self, at: &mut Active, f: &For) -> Result<()> {
        let (first, step, count) = sequence(at, &f.range)?;
        let mut carried =
            f.inits.iter().map(|init| at.value(*init).cloned()).collect::<Result<Vec<_>>>()?;
        for i in 0..count {
            self.steps += 1;
            at.set(f.index, Data::Int(first + i * step));
            if let Some(records) = &f.records {
                let record =
                    at.frame.tapes[records.tape.index()].pop().ok_or("the tape is empty")?;
                for (field, data) in records.fields.iter().zip(record) {
                    self.bind_var(at, *field, data)?;
                }
            }
            Self::enter(at, &f.body.params, &carried)?;
            carried = self.region(at, &f.body)?;
            if let Some(exit) = f.exit
                && at.bool(exit)?
            {
                break;
            }
            if self.steps > self.budget {
                return Err("out of steps".to_owned());
            }
        }
        Self::enter(at, &f.outs, &carried)
    }

    fn while_loop(&mut self, at: &mut Active, w: &While) -> Result<()> {
        let mut carried =
            w.inits.iter().map(|init| at.value(*init).cloned()).collect::<Result<Vec<_>>>()?;
        loop {
            self.steps += 1;
            if self.steps > self.budget {
                return Err("out of steps".to_owned());
            }
            Self::enter(at, &w.cond.params, &carried)?;
            match self.region(at, &w.cond)?.as_slice() {
                [Data::Bool(true)] => {}
                [Data::Bool(false)] => break,
                other => return Err(format!("a condition {other:?}")),
            }
            Self::enter(at, &w.body.params, &carried)?;
            carried = self.region(at, &w.body)?;
            if let Some(exit) = w.exit
                && at.bool(exit)?
            {
                break;
            }
        }
        Self::enter(at, &w.outs, &carried)
    }
}

/// The indices of a range: the first, the step between two, and how many.
fn sequence(at: &Active, range: &Range) -> Result<(i128, i128, i128)> {
    let (start, end) = (at.int(range.start)?, at.int(range.end)?);
    let mut first = start;
    let mut step = 1;
    let mut count = (end - start + i128::from(range.inclusive)).max(0);
    for adaptor in &range.adaptors {
        match adaptor {
            Adaptor::Rev => {
                first += step * (count - 1).max(0);
                step = -step;
            }
            Adaptor::StepBy(by) => {
                let by = at.int(*by)?;
                if by <= 0 {
                    return Err("panic: step_by(0)".to_owned());
                }
                step *= by;
                count = (count + by - 1) / by;
            }
            Adaptor::Take(most) => count = count.min(at.int(*most)?),
        }
    }
    Ok((first, step, count))
}

fn depth(ty: &Type) -> usize {
    ty.element().map_or(0, |of| 1 + depth(of))
}
