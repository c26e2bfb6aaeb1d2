//! What is decided before anything is printed: which views get a name, and which values are written where they are
//! used instead of being bound.

mod folding;

use self::folding::Folding;

use crate::{
    ir::{
        Arg, Constant, Direction, Function, MemoryId, Op, OpKind, Origin, Passing, Place, Region,
        Shape, Type, ValueId, Var,
        visit::{self, Access},
    },
    maps::{HashMap, HashSet},
};

#[derive(Debug)]
pub struct Plan<'a> {
    /// The operation that defines each value.
    pub definitions: HashMap<ValueId, &'a Op>,
    /// Values written where they are used.
    folded: HashSet<ValueId>,
    /// Views without a name: their place is written at each use.
    inline: HashSet<MemoryId>,
    /// Memories written to through this name or a view of it.
    pub written: HashSet<MemoryId>,
    /// How often each value is read.
    counts: HashMap<ValueId, usize>,
}

impl<'a> Plan<'a> {
    /// `barrier` is an index into the operations of `body` that no expression moves across; `optional` are the views of
    /// slots, which are reached anew at each use.
    pub fn new(
        function: &'a Function,
        body: &'a Region,
        barrier: usize,
        tail: &[Var],
        optional: &HashSet<MemoryId>,
    ) -> Plan<'a> {
        let mut plan = Plan {
            definitions: HashMap::default(),
            folded: HashSet::default(),
            inline: HashSet::default(),
            written: HashSet::default(),
            counts: HashMap::default(),
        };
        visit::walk(body, &mut |op| {
            for var in visit::operands(op).defines {
                if let Var::Value(value) = var {
                    plan.definitions.insert(value, op);
                }
            }
        });
        plan.find_written(function, body);
        plan.place_views(function, body, tail, optional);
        let mut folding = Folding {
            function,
            plan: &mut plan,
            sites: HashMap::default(),
            facts: HashMap::default(),
            body,
            barrier,
        };
        folding.count(body, None, tail);
        folding.decide(body);
        plan
    }

    pub fn is_folded(&self, value: ValueId) -> bool {
        self.folded.contains(&value)
    }

    /// Whether the view is written out at each use.
    pub fn is_inline(&self, memory: MemoryId) -> bool {
        self.inline.contains(&memory)
    }

    pub fn count(&self, value: ValueId) -> usize {
        self.counts.get(&value).copied().unwrap_or(0)
    }

    pub fn constant(&self, value: ValueId) -> Option<&'a Constant> {
        match self.definitions.get(&value).map(|op| &op.kind) {
            Some(OpKind::Const { value, .. }) => Some(value),
            _ => None,
        }
    }

    /// The values that an operation reads when it is printed: inline views and folded expressions spelt out.
    pub fn leaves(&self, function: &Function, op: &Op) -> Vec<ValueId> {
        let mut leaves = Vec::new();
        for value in self.direct(function, op) {
            self.leaves_of(function, value, &mut leaves);
        }
        leaves
    }

    /// The bound values that the expression for `value` reads.
    pub fn leaves_of(&self, function: &Function, value: ValueId, leaves: &mut Vec<ValueId>) {
        if self.constant(value).is_some() {
            return;
        }
        if !self.is_folded(value) {
            leaves.push(value);
            return;
        }
        let Some(op) = self.definitions.get(&value) else { return };
        for value in self.direct(function, op) {
            self.leaves_of(function, value, leaves);
        }
        for region in visit::regions(op) {
            for var in &region.yields {
                if let Var::Value(value) = var
                    && !matches!(&op.kind, OpKind::If { cond, .. } if cond == value)
                {
                    self.leaves_of(function, *value, leaves);
                }
            }
        }
    }

    /// The operands of `op` itself, with the places of inline views.
    fn direct(&self, function: &Function, op: &Op) -> Vec<ValueId> {
        if let OpKind::View { memory, .. } = &op.kind
            && self.is_inline(*memory)
        {
            return Vec::new();
        }
        if let OpKind::Split { memories, .. } = &op.kind
            && self.is_inline(memories[0])
        {
            return Vec::new();
        }
        if let OpKind::Given { value, .. } = &op.kind {
            return vec![*value];
        }
        let operands = visit::operands(op);
        let mut values = operands.uses.to_vec();
        for (place, _) in &operands.places {
            self.view_values(function, place.memory, &mut values);
        }
        values
    }

    fn view_values(&self, function: &Function, memory: MemoryId, values: &mut Vec<ValueId>) {
        if self.is_inline(memory)
            && let Origin::View(of) = &function.memory(memory).origin
        {
            values.extend(visit::place_uses(of));
            self.view_values(function, of.memory, values);
        }
    }

    fn find_written(&mut self, function: &Function, body: &Region) {
        let mut written = Vec::new();
        visit::walk(body, &mut |op| {
            for (place, access) in places(op) {
                if writes(access) {
                    written.push(place.memory);
                }
            }
        });
        for mut memory in written {
            self.written.insert(memory);
            while let Origin::View(of) = &function.memory(memory).origin {
                memory = of.memory;
                self.written.insert(memory);
            }
        }
    }

    /// A view gets a name if, between its definition and its last use, nothing conflicts with the borrow.
    fn place_views(
        &mut self,
        function: &Function,
        region: &Region,
        tail: &[Var],
        optional: &HashSet<MemoryId>,
    ) {
        for (at, op) in region.ops.iter().enumerate() {
            let views: &[MemoryId] = match &op.kind {
                OpKind::View { memory, .. } => std::slice::from_ref(memory),
                OpKind::Split { memories, .. } => memories,
                _ => &[],
            };
            if !views.is_empty()
                && (views.iter().any(|view| optional.contains(view))
                    || !self.can_bind(function, views, &region.ops[at + 1..], tail))
            {
                self.inline.extend(views);
            }
            for nested in visit::regions(op) {
                self.place_views(function, nested, &[], optional);
            }
        }
    }

    /// Whether the two memories lie in different halves of a split whose halves have names.
    fn apart(&self, function: &Function, a: MemoryId, b: MemoryId) -> bool {
        let ancestors = |memory: MemoryId| {
            let mut all = vec![memory];
            let mut memory = memory;
            while let Origin::View(of) = &function.memory(memory).origin {
                memory = of.memory;
                all.push(memory);
            }
            all
        };
        let (a, b) = (ancestors(a), ancestors(b));
        let mut found = false;
        visit::walk(&function.body, &mut |op| {
            if let OpKind::Split { memories: [left, right], .. } = &op.kind
                && !self.is_inline(*left)
            {
                found |= (a.contains(left) && b.contains(right))
                    || (a.contains(right) && b.contains(left));
            }
        });
        found
    }

    fn can_bind(&self, function: &Function, views: &[MemoryId], rest: &[Op], tail: &[Var]) -> bool {
        let root = function.root(views[0]);
        let through_view = |memory: MemoryId| {
            let mut memory = memory;
            loop {
                if views.contains(&memory) {
                    return true;
                }
                match &function.memory(memory).origin {
                    Origin::View(of) => memory = of.memory,
                    _ => return false,
                }
            }
        };
        let mutable = views.iter().any(|view| self.written.contains(view));
        let touches = |op: &Op| {
            let mut used = false;
            let mut conflict = false;
            let mut look = |op: &Op| {
                for (place, access) in places(op) {
                    if function.root(place.memory) != root {
                        continue;
                    }
                    if through_view(place.memory) {
                        used = true;
                    } else if self.apart(function, place.memory, views[0]) {
                        // The other half of a split that has names for its halves.
                    } else if mutable || writes(access) {
                        conflict = true;
                    }
                }
            };
            look(op);
            for nested in visit::regions(op) {
                visit::walk(nested, &mut look);
            }
            (used, conflict)
        };
        let touched: Vec<_> = rest.iter().map(touches).collect();
        let in_tail =
            tail.iter().any(|var| matches!(var, Var::Memory(memory) if through_view(*memory)));
        let Some(last) = touched.iter().rposition(|(used, _)| *used) else { return true };
        !touched[..=last].iter().any(|(_, conflict)| *conflict) && !in_tail
    }
}

/// The places that an operation touches. Tangents of what is passed shared are only read.
fn places(op: &Op) -> Vec<(Place, Access)> {
    let mut places = visit::operands(op).places;
    if let OpKind::CallTangent { args, directions, .. } = &op.kind {
        for (arg, direction) in args.iter().zip(directions) {
            if let (Arg::Memory { passing, .. }, Direction::Memory(tangent)) = (arg, direction)
                && matches!(passing, Passing::Shared | Passing::ByValue)
                && let Some((_, access)) = places.iter_mut().rfind(|(place, _)| place == tangent)
            {
                *access = Access::Read;
            }
        }
    }
    places
}

fn writes(access: Access) -> bool {
    matches!(access, Access::Write | Access::Add | Access::ReadWrite | Access::Move)
}

impl Plan<'_> {
    /// `c && d` or `c || d`: one arm is a constant (or the condition itself), the other an expression.
    pub fn logical(&self, cond: ValueId, then: &Region, otherwise: &Region) -> Option<Logical> {
        let ([Var::Value(a)], [Var::Value(b)]) = (&then.yields[..], &otherwise.yields[..]) else {
            return None;
        };
        if !self.only_expressions(then) || !self.only_expressions(otherwise) {
            return None;
        }
        self.operator(cond, *a, *b)
    }

    /// A selection between two booleans as an operator.
    pub fn selected(
        &self,
        function: &Function,
        cond: ValueId,
        [a, b]: [ValueId; 2],
    ) -> Option<Logical> {
        if function.value(a).ty != Type::Bool && function.value(b).ty != Type::Bool {
            return None;
        }
        self.operator(cond, a, b)
    }

    fn operator(&self, cond: ValueId, a: ValueId, b: ValueId) -> Option<Logical> {
        match (self.constant(a), self.constant(b)) {
            (_, Some(Constant::Bool(false))) => Some(Logical::And(a)),
            _ if b == cond => Some(Logical::And(a)),
            (Some(Constant::Bool(true)), _) => Some(Logical::Or(b)),
            _ if a == cond => Some(Logical::Or(b)),
            (Some(Constant::Bool(false)), _) => Some(Logical::NotAnd(b)),
            _ => None,
        }
    }

    pub fn only_expressions(&self, region: &Region) -> bool {
        region.ops.iter().all(|op| self.is_silent(op))
    }

    /// Whether an operation prints no statement of its own.
    pub fn is_silent(&self, op: &Op) -> bool {
        match &op.kind {
            OpKind::Const { .. } => true,
            OpKind::View { memory, .. } => self.is_inline(*memory),
            OpKind::Split { memories, .. } => self.is_inline(memories[0]),
            _ => {
                matches!(visit::operands(op).defines[..], [Var::Value(out)] if self.is_folded(out))
            }
        }
    }
}

/// A boolean `If` as an operator.
#[derive(Clone, Copy, Debug)]
pub enum Logical {
    And(ValueId),
    Or(ValueId),
    /// `!c && d`.
    NotAnd(ValueId),
}

/// The variables of a function's outputs, in order.
pub fn output_vars<'s>(shapes: impl IntoIterator<Item = &'s Shape>) -> Vec<Var> {
    shapes.into_iter().flat_map(visit::shape_vars).collect()
}
