//! Adjoints: of values, as sums in SSA form; of memory, as memory of the same shape.

use super::{Frame, RegionId, Sweep, TOP};
use crate::ir::{
    Init, MemoryId, MemoryInfo, OpKind, Origin, Place, Step, Type, ValueId, Var, visit,
};
use crate::rules::{Contribution, Rule};

impl Sweep<'_> {
    /// What has been added up so far for a primal value; `None` is zero.
    pub(super) fn adjoint(&self, value: ValueId) -> Option<ValueId> {
        self.frames.iter().rev().find_map(|frame| frame.adjoints.get(&value).copied())
    }

    pub(super) fn add_adjoint(&mut self, value: ValueId, contribution: ValueId) {
        self.contribute(value, Contribution::Plus(contribution));
    }

    /// Adds to the adjoint of a primal value; what is not active has none.
    pub(super) fn contribute(&mut self, value: ValueId, contribution: Contribution) {
        if !self.activity.value(value) {
            return;
        }
        let before = self.adjoint(value);
        let Some(sum) = contribution.add_to(&mut self.cursor(), before) else { return };
        self.name_adjoint(sum, value);
        self.frame().adjoints.insert(value, sum);
    }

    /// Names `adjoint` after the primal value, unless it has a name of its own.
    pub(super) fn name_adjoint(&mut self, adjoint: ValueId, primal: ValueId) {
        let name = self.primal.value(primal).name.as_ref().map(|name| format!("d_{name}"));
        let slot = &mut self.function.values[adjoint.index()].name;
        if slot.is_none() {
            *slot = name;
        }
    }

    /// The adjoint of a primal memory. That of a view is the same view of its root's adjoint, taken anew.
    pub(super) fn adjoint_memory(&mut self, memory: MemoryId) -> MemoryId {
        let found = (0..self.frames.len()).rev().find_map(|level| {
            self.frames[level].adjoint_memories.get(&memory).map(|found| (level, *found))
        });
        // One row serves all iterations.
        let row = self.rows.get(&memory).copied();
        let mut level = self.level_of(Var::Memory(row.map_or(memory, |row| row.whole)));
        let view = row.is_none() && self.view_of(memory).is_some();
        if let Some((level, found)) = found
            && !(view && self.runs_early(level))
        {
            self.make_early(level, found);
            return found;
        }
        while view && self.runs_early(level) {
            level += 1;
        }
        let info = self.primal.memory(memory).clone();
        let name = info.name.as_ref().map(|name| format!("d_{name}"));
        let adjoint = match self.view_of(memory).filter(|_| view) {
            Some(of) => match self.split_of(memory) {
                Some((halves, of, at)) => {
                    let of = self.adjoint_place(&of);
                    let at = self.primal_value(at);
                    let name = |half: MemoryId| {
                        let name = self.primal.memory(half).name.as_ref();
                        name.map(|name| format!("d_{name}"))
                    };
                    let names = halves.map(name);
                    let made =
                        self.in_frame(level, |sweep| sweep.cursor().split(of, at, true, names));
                    for (half, made) in halves.into_iter().zip(made) {
                        self.frames[level].adjoint_memories.insert(half, made);
                    }
                    made[usize::from(halves[1] == memory)]
                }
                None => {
                    let of = self.adjoint_place(&of);
                    self.in_frame(level, |sweep| sweep.cursor().view(of, true, name))
                }
            },
            None => {
                let (ty, init) = self.zero_init(memory, level);
                let adjoint = self.function.new_memory(MemoryInfo {
                    ty,
                    name,
                    mutable: true,
                    origin: Origin::Local,
                    span: info.span,
                });
                self.in_frame(level, |sweep| {
                    let kind = OpKind::Alloc { memory: adjoint, init };
                    sweep.frame().ops.push(crate::ir::Op { kind, span: info.span });
                });
                adjoint
            }
        };
        self.frames[level].adjoint_memories.insert(memory, adjoint);
        adjoint
    }

    pub(super) fn adjoint_place(&mut self, place: &Place) -> Place {
        let memory = self.adjoint_memory(place.memory);
        let path = self.primal_path(&place.path);
        Place { memory, path: path.into_iter().map(Step::into_tangent).collect() }
    }

    /// Zeros in the shape of a memory that is no view.
    fn zero_init(&mut self, memory: MemoryId, level: usize) -> (Type, Init) {
        let ty = self.primal.memory(memory).ty.clone();
        let scalar = |ty: &Type| matches!(ty, Type::Float(_));
        if let Some(leaf) = array_leaf(&ty)
            && scalar(leaf)
        {
            let leaf = leaf.clone();
            let value = self.in_frame(level, |sweep| sweep.zero(leaf));
            return (ty, Init::Repeat { value, lens: Vec::new() });
        }
        if let Type::Vec(of) | Type::Slice(of) = &ty
            && let Some(leaf) = array_leaf(of)
            && scalar(leaf)
        {
            let leaf = leaf.clone();
            let len = self.length(memory);
            let value = self.in_frame(level, |sweep| sweep.zero(leaf));
            return (Type::Vec(of.clone()), Init::Repeat { value, lens: vec![len] });
        }
        let ty = match ty {
            Type::Slice(of) => Type::Vec(of),
            ty => ty,
        };
        let like = self.primal_memory(memory);
        (ty.tangent(), Init::ZeroLike(like.into()))
    }

    /// Runs `f` with the frame at `level` as the innermost one. What it emits stands before the loop that is being fused, if
    /// there is one.
    pub(super) fn in_frame<R>(&mut self, level: usize, f: impl FnOnce(&mut Self) -> R) -> R {
        let early = self.runs_early(level);
        let inner = self.frames.split_off(level + 1);
        let late = early.then(|| std::mem::take(&mut self.frame().ops));
        let result = f(self);
        if let Some(late) = late {
            let frame = self.frame();
            let point = super::Point { region: frame.region, pos: frame.pos };
            let ops = std::mem::replace(&mut frame.ops, late);
            self.inserted.entry(point).or_default().extend(ops);
        }
        self.frames.extend(inner);
        result
    }

    /// The frame of the region in which a variable is defined.
    pub(super) fn level_of(&self, var: Var) -> usize {
        let region = self.site(var).map_or(TOP, |site| site.region);
        self.level(region)
    }

    pub(super) fn level(&self, region: RegionId) -> usize {
        self.frames.iter().position(|frame: &Frame| frame.region == region).unwrap_or(0)
    }

    /// The place that a view is a name for.
    pub(super) fn view_of(&self, memory: MemoryId) -> Option<Place> {
        let site = self.scopes.site(Var::Memory(memory))?;
        let op = self.scopes.op(super::Point { region: site.region, pos: site.pos? });
        match &op.kind {
            OpKind::View { of, .. } => Some(of.clone()),
            OpKind::Split { memories, of, at } => {
                let mut of = of.clone();
                of.path.push(if memories[0] == memory {
                    Step::Range { start: None, end: Some(*at), inclusive: false }
                } else {
                    Step::Range { start: Some(*at), end: None, inclusive: false }
                });
                Some(of)
            }
            _ => None,
        }
    }

    /// Both halves of the split that a view is a half of. They are taken together again, so that both have names at a time.
    pub(super) fn split_of(&self, memory: MemoryId) -> Option<([MemoryId; 2], Place, ValueId)> {
        let site = self.scopes.site(Var::Memory(memory))?;
        let op = self.scopes.op(super::Point { region: site.region, pos: site.pos? });
        match &op.kind {
            OpKind::Split { memories, of, at } => Some((*memories, of.clone(), *at)),
            _ => None,
        }
    }

    /// The sum of all scalars in a place.
    pub(super) fn sum(&mut self, place: &Place) -> ValueId {
        let ty = self.function.place_type(place);
        if ty.element().is_none() {
            return self.cursor().load(place.clone(), None);
        }
        self.each_element(place, |sweep, element| Some(sweep.sum(element)))
            .expect("every element has a sum")
    }

    /// A loop over the elements of a place, which may add up a value.
    pub(super) fn each_element(
        &mut self,
        place: &Place,
        body: impl FnOnce(&mut Self, &Place) -> Option<ValueId>,
    ) -> Option<ValueId> {
        use crate::ir::{Float, For, Int, Op, Range, Region};
        let usize = Type::Int(Int::Usize);
        let span = self.span;
        let len = self.function.new_value(usize.clone(), None, span);
        self.emit(OpKind::Len { out: len, place: place.clone() });
        let start = self.cursor().int(0, usize.clone());
        let index = self.function.new_value(usize, Some("i".to_string()), span);
        let mut element = place.clone();
        element.path.push(Step::Index(index));
        let outer: Vec<Op> = std::mem::take(&mut self.frame().ops);
        let value = body(self, &element);
        let mut region = Region { ops: std::mem::take(&mut self.frame().ops), ..Region::default() };
        self.frame().ops = outer;
        let (mut inits, mut outs) = (Vec::new(), Vec::new());
        if let Some(value) = value {
            let ty = self.function.value(value).ty.clone();
            let ty = if ty == Type::Unknown { Type::Float(Float::F64) } else { ty };
            inits.push(self.zero(ty.clone()));
            let mut fresh = || self.function.new_value(ty.clone(), Some("sum".to_string()), span);
            let (param, sum, out) = (fresh(), fresh(), fresh());
            region.params.push(param);
            let kind = OpKind::Rule { out: sum, rule: Rule::Add, args: vec![param, value] };
            region.ops.push(Op { kind, span });
            region.yields.push(Var::Value(sum));
            outs.push(out);
        }
        let out = outs.first().copied();
        let range = Range { start, end: len, inclusive: false, adaptors: Vec::new() };
        let body = region;
        let all = For { index, range, inits, body, outs, exit: None, records: None };
        self.emit(OpKind::For(Box::new(all)));
        out
    }

    /// The active values that the region uses but does not define: those whose adjoints a reversed loop carries.
    pub(super) fn active_captures(&self, id: RegionId) -> Vec<ValueId> {
        let region = self.scopes.region(id);
        let mut captures = std::collections::BTreeSet::new();
        let mut note = |var: Var| {
            if let Var::Value(value) = var
                && self.activity.value(value)
                && self.site(var).is_some_and(|site| !self.scopes.within(site.region, id))
            {
                captures.insert(value);
            }
        };
        region.yields.iter().for_each(|var| note(*var));
        visit::walk(region, &mut |op| {
            visit::operands(op).uses.into_iter().map(Var::Value).for_each(&mut note);
            for nested in visit::regions(op) {
                nested.yields.iter().for_each(|var| note(*var));
            }
        });
        captures.into_iter().collect()
    }
}

/// The scalar type in nested arrays; `None` if anything else is in between.
fn array_leaf(mut ty: &Type) -> Option<&Type> {
    while let Type::Array(of, _) = ty {
        ty = of;
    }
    match ty {
        Type::Vec(_) | Type::Slice(_) | Type::Tuple(_) => None,
        leaf => Some(leaf),
    }
}
