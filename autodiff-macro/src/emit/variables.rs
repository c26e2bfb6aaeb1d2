//! Out of SSA: which values share one mutable variable of the printed code.
//!
//! A loop's carried parameter, its results, its initial value and its next value are meant to be one variable
//! (`let mut s = 0.0; for .. { s += x; }`). They are, where no two of them are alive at the same time and the
//! user's names agree; otherwise there is an assignment between two variables.

use super::plan::Plan;
use crate::{
    ir::{Function, Op, OpKind, Region, Type, ValueId, Var, visit},
    maps::{HashMap, HashSet},
};

/// Where a variable is declared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Home {
    /// With the operation that defines this value.
    Definition(ValueId),
    /// Just before the loop with this carried parameter.
    Loop(ValueId),
}

#[derive(Debug, Default)]
pub struct Variables {
    class: HashMap<ValueId, usize>,
    classes: Vec<Class>,
}

#[derive(Debug)]
struct Class {
    members: Vec<ValueId>,
    home: Home,
    /// The position of the home in the order of the program, and the regions around it.
    order: usize,
    regions: Vec<*const Region>,
}

impl Variables {
    pub fn new(function: &Function, plan: &Plan, body: &Region, tail: &[Var]) -> Variables {
        let mut liveness = Liveness {
            function,
            plan,
            merged: HashSet::default(),
            live: HashSet::default(),
            edges: HashSet::default(),
        };
        merged_in(body, &mut liveness.merged);
        for value in tail.iter().filter_map(|var| var.value()) {
            liveness.read(value);
        }
        liveness.region(body, None);
        let mut coalesce = Coalesce {
            function,
            plan,
            edges: liveness.edges,
            variables: Variables::default(),
            order: 0,
            path: Vec::new(),
        };
        coalesce.homes(body);
        coalesce.region(body);
        coalesce.variables
    }

    /// The value whose name the variable has.
    pub fn representative(&self, value: ValueId) -> ValueId {
        match self.class(value) {
            Some(class) => class.members[0],
            None => value,
        }
    }

    pub fn members(&self, value: ValueId) -> &[ValueId] {
        self.class(value).map_or(&[], |class| &class.members)
    }

    pub fn same(&self, a: ValueId, b: ValueId) -> bool {
        a == b || self.class.contains_key(&a) && self.class.get(&a) == self.class.get(&b)
    }

    pub fn is_mutable(&self, value: ValueId) -> bool {
        self.class(value).is_some_and(|class| class.members.len() > 1)
    }

    /// Whether the definition of `value` declares its variable; otherwise it assigns.
    pub fn declares(&self, value: ValueId) -> bool {
        self.class(value).is_none_or(|class| class.home == Home::Definition(value))
    }

    /// Whether the loop that carries `param` declares its variable.
    pub fn loop_declares(&self, param: ValueId) -> bool {
        self.class(param).is_some_and(|class| class.home == Home::Loop(param))
    }

    fn class(&self, value: ValueId) -> Option<&Class> {
        self.class.get(&value).map(|class| &self.classes[*class])
    }
}

/// What may share a variable with something: nothing else is asked about.
fn merged_in(region: &Region, merged: &mut HashSet<ValueId>) {
    let values = |vars: &[Var]| vars.iter().filter_map(|var| var.value()).collect::<Vec<_>>();
    visit::walk(region, &mut |op| match &op.kind {
        OpKind::If { then, otherwise, outs, .. } => {
            for vars in [outs, &then.yields, &otherwise.yields] {
                merged.extend(values(vars));
            }
        }
        OpKind::For(f) => {
            merged.extend(values(&f.body.yields));
            merged.extend(f.inits.iter().chain(&f.body.params).chain(&f.outs));
        }
        OpKind::While(w) => {
            merged.extend(values(&w.body.yields));
            merged
                .extend(w.inits.iter().chain(&w.body.params).chain(&w.cond.params).chain(&w.outs));
        }
        _ => {}
    });
}

/// Backwards over the program: two values interfere if one is defined while the other is alive.
struct Liveness<'a> {
    function: &'a Function,
    plan: &'a Plan<'a>,
    /// The others are left out: in a long function, most are alive together with many.
    merged: HashSet<ValueId>,
    live: HashSet<ValueId>,
    edges: HashSet<(ValueId, ValueId)>,
}

impl Liveness<'_> {
    fn read(&mut self, value: ValueId) {
        let mut leaves = Vec::new();
        self.plan.leaves_of(self.function, value, &mut leaves);
        self.live.extend(leaves.into_iter().filter(|leaf| self.merged.contains(leaf)));
    }

    fn define(&mut self, values: &[ValueId]) {
        let values: Vec<ValueId> =
            values.iter().copied().filter(|value| self.merged.contains(value)).collect();
        for value in &values {
            self.live.remove(value);
        }
        for (i, value) in values.iter().enumerate() {
            for other in self.live.iter().chain(&values[i + 1..]) {
                self.edges.insert((*value, *other));
                self.edges.insert((*other, *value));
            }
        }
    }

    /// From what is alive after the region's yields to what is alive before it.
    fn region(&mut self, region: &Region, exit: Option<ValueId>) {
        for value in region.yields.iter().filter_map(|var| var.value()).chain(exit) {
            self.read(value);
        }
        for op in region.ops.iter().rev() {
            self.op(op);
        }
    }

    fn op(&mut self, op: &Op) {
        if self.plan.is_silent(op) {
            return;
        }
        let defines: Vec<_> =
            visit::operands(op).defines.into_iter().filter_map(Var::value).collect();
        self.define(&defines);
        match &op.kind {
            OpKind::If { then, otherwise, .. } => {
                let after = self.live.clone();
                self.region(then, None);
                let before_then = std::mem::replace(&mut self.live, after);
                self.region(otherwise, None);
                self.live.extend(before_then);
            }
            OpKind::For(f) => {
                let mut entries = f.body.params.clone();
                entries.push(f.index);
                if let Some(records) = &f.records {
                    entries.extend(records.fields.iter().filter_map(|var| var.value()));
                }
                self.repeat(&[&f.body], f.exit, &entries);
            }
            OpKind::While(w) => self.repeat(&[&w.cond, &w.body], w.exit, &[]),
            OpKind::Sort(sort) => self.repeat(&[&sort.body], None, &sort.indices),
            _ => {}
        }
        let leaves = self.plan.leaves(self.function, op);
        self.live.extend(leaves.into_iter().filter(|leaf| self.merged.contains(leaf)));
    }

    /// What a loop's regions read from outside is alive all through the loop.
    fn repeat(&mut self, regions: &[&Region], exit: Option<ValueId>, entries: &[ValueId]) {
        let mut outside = Vec::new();
        for region in regions {
            self.reads_of(region, &mut outside);
        }
        if let Some(exit) = exit {
            self.plan.leaves_of(self.function, exit, &mut outside);
        }
        let mut inside: HashSet<ValueId> = entries.iter().copied().collect();
        for region in regions {
            definitions_in(region, &mut inside);
        }
        outside.retain(|value| self.merged.contains(value) && !inside.contains(value));
        self.live.extend(outside);
        let through = self.live.clone();
        for (i, region) in regions.iter().enumerate().rev() {
            let last = i + 1 == regions.len();
            if !last {
                // What a `while` carries outlives its condition: the body and what follows the loop have it from there.
                let merged = &self.merged;
                self.live.extend(region.params.iter().filter(|value| merged.contains(value)));
            }
            self.region(region, exit.filter(|_| last));
            self.define(&region.params);
            self.define(entries);
        }
        self.live.extend(through);
    }

    fn reads_of(&self, region: &Region, reads: &mut Vec<ValueId>) {
        visit::walk(region, &mut |op| {
            if !self.plan.is_silent(op) {
                reads.extend(self.plan.leaves(self.function, op));
            }
            for nested in visit::regions(op) {
                for value in nested.yields.iter().filter_map(|var| var.value()) {
                    self.plan.leaves_of(self.function, value, reads);
                }
            }
            if let Some(exit) = visit::exit(op) {
                self.plan.leaves_of(self.function, exit, reads);
            }
        });
        for value in region.yields.iter().filter_map(|var| var.value()) {
            self.plan.leaves_of(self.function, value, reads);
        }
    }
}

fn definitions_in(region: &Region, defined: &mut HashSet<ValueId>) {
    defined.extend(&region.params);
    for op in &region.ops {
        defined.extend(visit::operands(op).defines.into_iter().filter_map(Var::value));
        defined.extend(visit::region_entries(op).into_iter().filter_map(Var::value));
        for nested in visit::regions(op) {
            definitions_in(nested, defined);
        }
    }
}

struct Coalesce<'a> {
    function: &'a Function,
    plan: &'a Plan<'a>,
    edges: HashSet<(ValueId, ValueId)>,
    variables: Variables,
    order: usize,
    path: Vec<*const Region>,
}

impl Coalesce<'_> {
    /// Gives every value that may share a variable a class of its own.
    fn homes(&mut self, region: &Region) {
        self.path.push(region);
        for op in &region.ops {
            self.order += 1;
            if !self.plan.is_silent(op) {
                match &op.kind {
                    OpKind::If { outs, .. } => {
                        for out in outs.iter().filter_map(|var| var.value()) {
                            self.class(out, Home::Definition(out));
                        }
                    }
                    OpKind::For(f) => self.phi(&[&f.body.params, &f.outs]),
                    OpKind::While(w) => self.phi(&[&w.body.params, &w.cond.params, &w.outs]),
                    kind => {
                        if let Some(out) = kind.computed() {
                            self.class(out, Home::Definition(out));
                        }
                    }
                }
            }
            for nested in visit::regions(op) {
                self.homes(nested);
            }
        }
        self.path.pop();
    }

    fn class(&mut self, value: ValueId, home: Home) {
        self.variables.class.insert(value, self.variables.classes.len());
        self.variables.classes.push(Class {
            members: vec![value],
            home,
            order: self.order,
            regions: self.path.clone(),
        });
    }

    /// What a loop carries is one variable in any case.
    fn phi(&mut self, lists: &[&[ValueId]]) {
        for i in 0..lists[0].len() {
            let param = lists[0][i];
            self.class(param, Home::Loop(param));
            let class = self.variables.classes.len() - 1;
            for list in &lists[1..] {
                self.variables.class.insert(list[i], class);
                self.variables.classes[class].members.push(list[i]);
            }
        }
    }

    fn region(&mut self, region: &Region) {
        for op in &region.ops {
            if self.plan.is_silent(op) {
                continue;
            }
            match &op.kind {
                OpKind::For(f) => {
                    for (i, param) in f.body.params.iter().enumerate() {
                        self.merge_named(*param, f.inits[i]);
                    }
                    self.merge_yields(&f.body);
                }
                OpKind::While(w) => {
                    for (i, param) in w.body.params.iter().enumerate() {
                        self.merge_named(*param, w.inits[i]);
                    }
                    self.merge_yields(&w.body);
                }
                OpKind::If { then, otherwise, outs, .. } => {
                    for (i, out) in outs.iter().enumerate() {
                        self.merge_arms(*out, then.yields[i], otherwise.yields[i]);
                    }
                }
                _ => {}
            }
            for nested in visit::regions(op) {
                self.region(nested);
            }
        }
    }

    fn merge_yields(&mut self, body: &Region) {
        for (param, next) in body.params.iter().zip(&body.yields) {
            if let Var::Value(next) = next {
                self.merge_named(*param, *next);
            }
        }
    }

    fn merge_arms(&mut self, out: Var, then: Var, otherwise: Var) {
        let (Var::Value(out), Var::Value(then), Var::Value(otherwise)) = (out, then, otherwise)
        else {
            return;
        };
        if self.variables.declares(out) {
            // The result may be kept in a variable that is there already, if an arm leaves that alone.
            for arm in [then, otherwise] {
                if self.encloses(arm, out) && self.merge_named(out, arm) {
                    break;
                }
            }
        }
        if !self.variables.declares(out) {
            self.merge_named(out, then);
            self.merge_named(out, otherwise);
        }
    }

    /// Whether `outer` is declared before `inner`, in a region around it.
    fn encloses(&self, outer: ValueId, inner: ValueId) -> bool {
        match (self.variables.class(outer), self.variables.class(inner)) {
            (Some(outer), Some(inner)) => {
                outer.order <= inner.order && inner.regions.starts_with(&outer.regions)
            }
            _ => false,
        }
    }

    fn merge_named(&mut self, a: ValueId, b: ValueId) -> bool {
        let name = |value: ValueId| self.function.value(value).name.as_deref();
        if let (Some(a), Some(b)) = (name(a), name(b))
            && a != b
        {
            return false;
        }
        self.merge(a, b)
    }

    fn merge(&mut self, a: ValueId, b: ValueId) -> bool {
        if self.plan.is_folded(a) || self.plan.is_folded(b) || !self.same_type(a, b) {
            return false;
        }
        let (Some(&of_a), Some(&of_b)) =
            (self.variables.class.get(&a), self.variables.class.get(&b))
        else {
            return false;
        };
        if of_a == of_b {
            return true;
        }
        let (outer, inner) = if self.encloses(a, b) {
            (of_a, of_b)
        } else if self.encloses(b, a) {
            (of_b, of_a)
        } else {
            return false;
        };
        let classes = &mut self.variables.classes;
        let interfere = classes[outer]
            .members
            .iter()
            .any(|a| classes[inner].members.iter().any(|b| self.edges.contains(&(*a, *b))));
        if interfere {
            return false;
        }
        let moved = std::mem::take(&mut classes[inner].members);
        for value in &moved {
            self.variables.class.insert(*value, outer);
        }
        classes[outer].members.extend(moved);
        true
    }

    fn same_type(&self, a: ValueId, b: ValueId) -> bool {
        let (a, b) = (&self.function.value(a).ty, &self.function.value(b).ty);
        a == b || *a == Type::Unknown || *b == Type::Unknown
    }
}
