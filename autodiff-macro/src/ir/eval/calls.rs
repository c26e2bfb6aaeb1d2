//! Calls of a function and of the sweeps of its derivative.

use std::rc::Rc;

use super::{
    Data,
    machine::{Active, Frame, Machine, Result},
    memory::Handle,
};
use crate::{
    ir::{
        Arg, Callee, Direction, ForwardTangents, Function, Op, OpKind, Passing, ReverseTangents,
        Role, Shape, Slot, ValueId, Var,
    },
    maps::HashMap,
};

const DEPTH: u32 = 100;

/// A scalar of the caller that is written back when the callee is done: from where, and to which value.
type Back = (Handle, ValueId);

fn lookup<'a>(table: &'a HashMap<String, Function>, callee: &Callee) -> Result<&'a Function> {
    let name = callee.name().map(ToString::to_string).unwrap_or_default();
    table.get(&name).ok_or(format!("no function {name}"))
}

fn primal_params(function: &Function) -> impl Iterator<Item = &crate::ir::Param> {
    function.params.iter().filter(|param| param.role == Role::Primal)
}

impl<'a> Machine<'a> {
    pub(super) fn call(&mut self, at: &mut Active, op: &Op) -> Result<()> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err("panic: stack overflow".to_owned());
        }
        match &op.kind {
            OpKind::Call { callee, args, result } => self.primal(at, callee, args, result)?,
            OpKind::CallForward { callee, args, result, kept, tangents } => {
                self.forward(at, callee, args, result, *kept, tangents.as_deref())?;
            }
            OpKind::CallReverse { callee, args, kept, seed, slots, tangents } => {
                self.reverse(at, callee, args, *kept, (seed, slots), tangents.as_deref())?;
            }
            OpKind::CallSweep { callee, args, seed, slots, tangents } => {
                self.sweep(at, callee, args, (seed, slots), tangents.as_deref())?;
            }
            OpKind::CallSlopes { callee, args, result, one, slopes } => {
                self.primal(at, callee, args, &Shape::Var(Var::Value(*result)))?;
                let seed = Shape::Var(Var::Value(*one));
                self.sweep(at, callee, args, (&seed, slopes), None)?;
            }
            OpKind::CallTangent { callee, args, directions, result, tangent } => {
                self.tangent(at, callee, args, directions, result, tangent)?;
            }
            _ => return Err("no call".to_owned()),
        }
        self.depth -= 1;
        Ok(())
    }

    fn primal(
        &mut self,
        at: &mut Active,
        callee: &Callee,
        args: &[Arg],
        result: &Shape,
    ) -> Result<()> {
        let function = lookup(&self.program.primals, callee)?;
        let mut inner = Active::new(function);
        let back = self.bind_args(at, &mut inner, args)?;
        self.ops(&mut inner, &function.body.ops)?;
        self.finish(at, &inner, back, &[(Role::Primal, result)])
    }

    fn forward(
        &mut self,
        at: &mut Active,
        callee: &Callee,
        args: &[Arg],
        result: &Shape,
        kept: ValueId,
        tangents: Option<&ForwardTangents>,
    ) -> Result<()> {
        let function = lookup(self.sweeps(tangents.is_some()), callee)?;
        let mut inner = Active::new(function);
        let mut back = self.bind_args(at, &mut inner, args)?;
        let mut results = vec![(Role::Primal, result)];
        if let Some(tangents) = tangents {
            self.bind_directions(at, &mut inner, args, &tangents.directions, &mut back)?;
            results.push((Role::ResultTangent, &tangents.result));
        }
        self.ops(&mut inner, &function.body.ops[..function.cut])?;
        self.finish(at, &inner, back, &results)?;
        at.set(kept, Data::Kept(Rc::new(inner.frame)));
        Ok(())
    }

    fn sweeps(&self, second: bool) -> &'a HashMap<String, Function> {
        if second { &self.program.seconds } else { &self.program.reverses }
    }

    /// Reads what the callee returns into the caller's variables.
    fn finish(
        &mut self,
        at: &mut Active,
        inner: &Active,
        back: Vec<Back>,
        results: &[(Role, &Shape)],
    ) -> Result<()> {
        for (role, shape) in results {
            let data = match inner.function.outputs.iter().find(|output| output.role == *role) {
                Some(output) => self.read_shape(inner, &output.shape)?,
                None => Data::Unit,
            };
            self.bind(at, shape, data)?;
        }
        for (handle, value) in back {
            at.set(value, self.heap.read(&handle)?);
        }
        Ok(())
    }

    fn bind_args(&mut self, at: &Active, inner: &mut Active, args: &[Arg]) -> Result<Vec<Back>> {
        let function = inner.function;
        let mut back = Vec::new();
        let count = primal_params(function).count();
        if count != args.len() {
            return Err(format!("{} arguments for {count} parameters", args.len()));
        }
        for (param, arg) in primal_params(function).zip(args) {
            self.bind_arg(at, inner, &param.shape, arg, &mut back)?;
        }
        Ok(back)
    }

    fn bind_arg(
        &mut self,
        at: &Active,
        inner: &mut Active,
        shape: &Shape,
        arg: &Arg,
        back: &mut Vec<Back>,
    ) -> Result<()> {
        match (shape, arg) {
            (
                Shape::Var(Var::Memory(id)),
                Arg::Memory {
                    place,
                    passing: Passing::Shared | Passing::Mutable | Passing::Reborrowed,
                },
            ) => {
                inner.set_memory(*id, self.place(at, place)?);
                Ok(())
            }
            (Shape::Var(Var::Memory(id)), Arg::InOut { input, output }) => {
                let handle = self.heap.alloc(at.value(*input)?.clone())?;
                inner.set_memory(*id, handle.clone());
                back.push((handle, *output));
                Ok(())
            }
            (Shape::Tuple(of), Arg::Tuple(args)) if of.len() == args.len() => of
                .iter()
                .zip(args)
                .try_for_each(|(shape, arg)| self.bind_arg(at, inner, shape, arg, back)),
            (shape, arg) => {
                let data = self.arg_data(at, arg)?;
                self.bind(inner, shape, data)
            }
        }
    }

    fn arg_data(&self, at: &Active, arg: &Arg) -> Result<Data> {
        match arg {
            Arg::Value(value) | Arg::Reference(value) | Arg::InOut { input: value, .. } => {
                at.value(*value).cloned()
            }
            Arg::Memory { place, .. } => self.read(at, place),
            Arg::Tokens(_) => Ok(Data::Unit),
            Arg::Tuple(args) => {
                let items = args.iter().map(|arg| self.arg_data(at, arg));
                Ok(Data::Tuple(items.collect::<Result<_>>()?))
            }
        }
    }

    fn reverse(
        &mut self,
        at: &mut Active,
        callee: &Callee,
        args: &[Arg],
        kept: ValueId,
        (seed, slots): (&Shape, &[Slot]),
        tangents: Option<&ReverseTangents>,
    ) -> Result<()> {
        let function = lookup(self.sweeps(tangents.is_some()), callee)?;
        let Data::Kept(kept) = at.value(kept)?.clone() else {
            return Err("nothing is kept".to_owned());
        };
        let frame = self.copy_kept(&kept)?;
        let mut inner = Active { function, frame };
        // The shapes of arguments, for adjoints that nobody asks for. A vector may have moved away.
        let like: Vec<Data> = primal_params(function)
            .map(|param| self.read_shape(&inner, &param.shape).unwrap_or_default())
            .collect();
        for (param, arg) in primal_params(function).zip(args) {
            self.rebind(at, &mut inner, param.passing, &param.shape, arg)?;
        }
        let cut = function.cut;
        self.adjoints(at, inner, cut, (seed, slots), tangents, &like)
    }

    /// Both sweeps, on arguments as they were before the call.
    fn sweep(
        &mut self,
        at: &mut Active,
        callee: &Callee,
        args: &[Arg],
        (seed, slots): (&Shape, &[Slot]),
        tangents: Option<&ReverseTangents>,
    ) -> Result<()> {
        let function = lookup(self.sweeps(tangents.is_some()), callee)?;
        let mut inner = Active::new(function);
        let mut back = self.bind_args(at, &mut inner, args)?;
        if let Some(tangents) = tangents {
            self.bind_directions(at, &mut inner, args, &tangents.directions, &mut back)?;
        }
        let like: Vec<Data> = primal_params(function)
            .map(|param| self.read_shape(&inner, &param.shape).unwrap_or_default())
            .collect();
        self.adjoints(at, inner, 0, (seed, slots), tangents, &like)?;
        for (handle, value) in back {
            at.set(value, self.heap.read(&handle)?);
        }
        Ok(())
    }

    /// Runs what stands from `start` on, on the arguments in `inner`, and leaves the adjoints in the slots.
    fn adjoints(
        &mut self,
        at: &mut Active,
        mut inner: Active<'a>,
        start: usize,
        (seed, slots): (&Shape, &[Slot]),
        tangents: Option<&ReverseTangents>,
        like: &[Data],
    ) -> Result<()> {
        let function = inner.function;
        if let Some(tangents) = tangents.filter(|_| start > 0) {
            self.rebind_directions(at, &mut inner, &tangents.directions)?;
        }
        // Where the callee has no adjoint, the contribution is zero, and that of a `&mut` passes through.
        for slot in slots.iter().chain(tangents.iter().flat_map(|tangents| &tangents.slots)) {
            default_slot(at, slot)?;
        }
        let mut back = Vec::new();
        for param in &function.params {
            let of = |j: usize| function.params.get(j).map(|param| param.role);
            match (param.role, tangents) {
                (Role::Seed, _) => {
                    let data = self.read_shape(at, seed)?;
                    self.bind(&mut inner, &param.shape, data)?;
                }
                (Role::Tangent(j), Some(tangents)) if of(j) == Some(Role::Seed) => {
                    let data = self.read_shape(at, &tangents.seed)?;
                    self.bind(&mut inner, &param.shape, data)?;
                }
                (Role::Tangent(j), Some(tangents)) => {
                    let Some(Role::Adjoint(i)) = of(j) else { continue };
                    let slot = tangents.slots.get(i).ok_or("no slot")?;
                    let like = like.get(i).ok_or("no argument")?;
                    self.bind_slot(at, &mut inner, &param.shape, slot, like, &mut back)?;
                }
                (Role::Adjoint(i), _) => {
                    let slot = slots.get(i).ok_or("no slot")?;
                    let like = like.get(i).ok_or("no argument")?;
                    self.bind_slot(at, &mut inner, &param.shape, slot, like, &mut back)?;
                }
                _ => {}
            }
        }
        self.ops(&mut inner, &function.body.ops[start..])?;
        inner.tapes_empty()?;
        for output in &function.outputs {
            if let Role::Adjoint(i) = output.role {
                let data = self.read_shape(&inner, &output.shape)?;
                self.contribute(at, slots.get(i).ok_or("no slot")?, data)?;
            }
            if let (Role::AdjointTangent(i), Some(tangents)) = (output.role, tangents) {
                let data = self.read_shape(&inner, &output.shape)?;
                self.contribute(at, tangents.slots.get(i).ok_or("no slot")?, data)?;
            }
        }
        self.finish(at, &inner, back, &[])
    }

    /// The directions of what is passed again; those of `&mut` arguments are out of reach.
    fn rebind_directions(
        &mut self,
        at: &mut Active,
        inner: &mut Active,
        directions: &[Direction],
    ) -> Result<()> {
        fn as_arg(direction: &Direction) -> Arg {
            match direction {
                Direction::Value(value) => Arg::Value(*value),
                Direction::Memory(place) => {
                    Arg::Memory { place: place.clone(), passing: Passing::Shared }
                }
                Direction::Tuple(of) => Arg::Tuple(of.iter().map(as_arg).collect()),
                Direction::Zero | Direction::InOut { .. } => Arg::Tokens(Default::default()),
            }
        }
        let function = inner.function;
        for param in &function.params {
            let Role::Tangent(j) = param.role else { continue };
            if function.params.get(j).is_some_and(|of| of.role == Role::Primal) {
                let direction = directions.get(j).map_or(&Direction::Zero, |of| of);
                if param.passing == Passing::Shared && matches!(direction, Direction::Zero) {
                    continue;
                }
                self.rebind(at, inner, param.passing, &param.shape, &as_arg(direction))?;
            }
        }
        Ok(())
    }

    /// The reverse sweep may run many times on what was kept: it works on a copy of what the callee owns.
    fn copy_kept(&mut self, kept: &Frame) -> Result<Frame> {
        let mut frame = kept.clone();
        let mut copies = HashMap::default();
        for object in &mut frame.owned {
            let whole = Handle { object: *object, path: Vec::new(), window: None };
            let copy = self.heap.alloc(self.heap.read(&whole)?)?;
            copies.insert(*object, copy.object);
            *object = copy.object;
        }
        for handle in frame.memories.iter_mut().flatten() {
            if let Some(copy) = copies.get(&handle.object) {
                handle.object = *copy;
            }
        }
        Ok(frame)
    }

    /// Shared arguments are passed again (with all views of them), mutable ones are out of reach.
    fn rebind(
        &mut self,
        at: &Active,
        inner: &mut Active,
        passing: Passing,
        shape: &Shape,
        arg: &Arg,
    ) -> Result<()> {
        match (shape, arg, passing) {
            // What is kept of it has been copied.
            (Shape::Var(Var::Memory(_)), _, Passing::ByValue) => Ok(()),
            (Shape::Var(Var::Memory(id)), _, Passing::Mutable) => {
                let function = inner.function;
                for (i, handle) in inner.frame.memories.iter_mut().enumerate() {
                    if function.root(crate::ir::MemoryId(i as u32)) == *id {
                        *handle = None;
                    }
                }
                Ok(())
            }
            (Shape::Var(Var::Memory(id)), Arg::Memory { place, .. }, Passing::Shared) => {
                let new = self.place(at, place)?;
                let old = inner.memory(*id)?.clone();
                let function = inner.function;
                for (i, handle) in inner.frame.memories.iter_mut().enumerate() {
                    if let Some(view) = handle
                        && function.root(crate::ir::MemoryId(i as u32)) == *id
                    {
                        *view = view.moved(&old, &new);
                    }
                }
                Ok(())
            }
            (Shape::Tuple(of), Arg::Tuple(args), passing) => of
                .iter()
                .zip(args)
                .try_for_each(|(shape, arg)| self.rebind(at, inner, passing, shape, arg)),
            (Shape::Var(Var::Value(id)), Arg::Value(value) | Arg::Reference(value), _) => {
                inner.set(*id, at.value(*value)?.clone());
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn bind_slot(
        &mut self,
        at: &Active,
        inner: &mut Active,
        shape: &Shape,
        slot: &Slot,
        like: &Data,
        back: &mut Vec<Back>,
    ) -> Result<()> {
        match (shape, slot, like) {
            (Shape::Var(Var::Memory(id)), Slot::Memory(place), _) => {
                inner.set_memory(*id, self.place(at, place)?);
                Ok(())
            }
            (Shape::Var(Var::Memory(id)), Slot::InOut { input, output }, _) => {
                let handle = self.heap.alloc(at.value(*input)?.clone())?;
                inner.set_memory(*id, handle.clone());
                back.push((handle, *output));
                Ok(())
            }
            (Shape::Var(Var::Memory(id)), Slot::Value(output), _) => {
                let handle = self.heap.alloc(Data::Float(0.0))?;
                inner.set_memory(*id, handle.clone());
                back.push((handle, *output));
                Ok(())
            }
            (Shape::Tuple(of), Slot::Tuple(slots), Data::Tuple(like))
                if of.len() == slots.len() && of.len() == like.len() =>
            {
                for ((shape, slot), like) in of.iter().zip(slots).zip(like) {
                    self.bind_slot(at, inner, shape, slot, like, back)?;
                }
                Ok(())
            }
            (shape, Slot::Inactive, like) => self.bind(inner, shape, like.zero_like()),
            (shape, slot, _) => Err(format!("slot {slot:?} for {shape:?}")),
        }
    }

    fn contribute(&mut self, at: &mut Active, slot: &Slot, data: Data) -> Result<()> {
        match (slot, data) {
            (Slot::Inactive, _) => Ok(()),
            (Slot::Value(value), data) => {
                at.set(*value, data);
                Ok(())
            }
            (Slot::Memory(place), data) => {
                let place = self.place(at, place)?;
                self.heap.add(&place, &data)
            }
            (Slot::InOut { output, .. }, data) => {
                at.set(*output, data);
                Ok(())
            }
            (Slot::Tuple(slots), Data::Tuple(items)) => {
                slots.iter().zip(items).try_for_each(|(slot, item)| self.contribute(at, slot, item))
            }
            (slot, data) => Err(format!("{data:?} for slot {slot:?}")),
        }
    }

    fn tangent(
        &mut self,
        at: &mut Active,
        callee: &Callee,
        args: &[Arg],
        directions: &[Direction],
        result: &Shape,
        tangent: &Shape,
    ) -> Result<()> {
        let function = lookup(&self.program.tangents, callee)?;
        let mut inner = Active::new(function);
        let mut back = self.bind_args(at, &mut inner, args)?;
        self.bind_directions(at, &mut inner, args, directions, &mut back)?;
        self.ops(&mut inner, &function.body.ops)?;
        self.finish(at, &inner, back, &[(Role::Primal, result), (Role::ResultTangent, tangent)])
    }

    fn bind_directions(
        &mut self,
        at: &mut Active,
        inner: &mut Active,
        args: &[Arg],
        directions: &[Direction],
        back: &mut Vec<Back>,
    ) -> Result<()> {
        for direction in directions {
            default_direction(at, direction)?;
        }
        let function = inner.function;
        for param in &function.params {
            let Role::Tangent(i) = param.role else { continue };
            if function.params.get(i).is_none_or(|of| of.role != Role::Primal) {
                continue;
            }
            let direction = directions.get(i).ok_or("no direction")?;
            if let (Passing::ByValue, Direction::Memory(place)) = (param.passing, direction) {
                let data = self.read(at, place)?;
                self.bind(inner, &param.shape, data)?;
                continue;
            }
            let like = self.arg_data(at, args.get(i).ok_or("no argument")?)?;
            self.bind_direction(at, inner, &param.shape, direction, &like, back)?;
        }
        Ok(())
    }

    fn bind_direction(
        &mut self,
        at: &Active,
        inner: &mut Active,
        shape: &Shape,
        direction: &Direction,
        like: &Data,
        back: &mut Vec<Back>,
    ) -> Result<()> {
        match (shape, direction, like) {
            (Shape::Var(Var::Memory(id)), Direction::Memory(place), _) => {
                inner.set_memory(*id, self.place(at, place)?);
                Ok(())
            }
            (Shape::Var(Var::Memory(id)), Direction::InOut { input, output }, _) => {
                let handle = self.heap.alloc(at.value(*input)?.clone())?;
                inner.set_memory(*id, handle.clone());
                back.push((handle, *output));
                Ok(())
            }
            (Shape::Var(var), Direction::Value(value), _) => {
                self.bind_var(inner, *var, at.value(*value)?.clone())
            }
            (Shape::Tuple(of), Direction::Tuple(directions), Data::Tuple(like))
                if of.len() == directions.len() && of.len() == like.len() =>
            {
                for ((shape, direction), like) in of.iter().zip(directions).zip(like) {
                    self.bind_direction(at, inner, shape, direction, like, back)?;
                }
                Ok(())
            }
            (shape, Direction::Zero, like) => self.bind(inner, shape, like.zero_like()),
            (shape, direction, _) => Err(format!("direction {direction:?} for {shape:?}")),
        }
    }
}

fn default_slot(at: &mut Active, slot: &Slot) -> Result<()> {
    match slot {
        Slot::Value(value) => at.set(*value, Data::Float(0.0)),
        Slot::InOut { input, output } => {
            let value = at.value(*input)?.clone();
            at.set(*output, value);
        }
        Slot::Tuple(slots) => slots.iter().try_for_each(|slot| default_slot(at, slot))?,
        Slot::Inactive | Slot::Memory(_) => {}
    }
    Ok(())
}

fn default_direction(at: &mut Active, direction: &Direction) -> Result<()> {
    match direction {
        Direction::InOut { input, output } => {
            let value = at.value(*input)?.clone();
            at.set(*output, value);
        }
        Direction::Tuple(of) => of.iter().try_for_each(|d| default_direction(at, d))?,
        Direction::Zero | Direction::Value(_) | Direction::Memory(_) => {}
    }
    Ok(())
}
