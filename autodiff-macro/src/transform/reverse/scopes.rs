//! Where everything is defined: regions numbered, and for each value and memory its region and position.

use std::cmp::Ordering;

use super::integers::Integers;
use crate::ir::{
    Adaptor, Function, MemoryId, Op, OpKind, Origin, Place, Region, Step, Type, ValueId, Var, visit,
};
use crate::{analysis::storage::Storage, maps::HashMap};

/// A region of the primal, numbered in the order of the text; 0 is the function's body.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RegionId(pub usize);

pub const TOP: RegionId = RegionId(0);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RegionKind {
    Top,
    /// The arm of an `If`: 0 is `then`.
    Arm(usize),
    Cond,
    Loop,
}

/// An operation: its region and its position there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Point {
    pub region: RegionId,
    pub pos: usize,
}

/// Where a variable is defined; `pos` is `None` for what a region has at its entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Site {
    pub region: RegionId,
    pub pos: Option<usize>,
}

struct RegionInfo<'a> {
    region: &'a Region,
    kind: RegionKind,
    parent: Option<Point>,
    /// What each operation may write, nested ones included.
    writes: Vec<Vec<MemoryId>>,
}

pub struct Scopes<'a> {
    regions: Vec<RegionInfo<'a>>,
    nested: HashMap<(Point, usize), RegionId>,
    sites: HashMap<Var, Site>,
    /// Memories that an operation moves away, and where.
    moved: HashMap<MemoryId, Point>,
    replaced: Vec<MemoryId>,
    integers: Integers,
}

/// Where two accesses touch the same element, seen from a loop around both.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Overlap {
    /// Perhaps anywhere.
    Any,
    /// Only in one and the same iteration.
    Same,
    /// Only the first one in an iteration after that of the second.
    Later,
    /// Only the first one in an iteration before that of the second.
    Earlier,
}

impl<'a> Scopes<'a> {
    pub fn new(function: &'a Function) -> Scopes<'a> {
        let mut scopes = Scopes {
            regions: Vec::new(),
            nested: HashMap::default(),
            sites: HashMap::default(),
            moved: HashMap::default(),
            replaced: Vec::new(),
            integers: Integers::of(function),
        };
        for param in &function.params {
            for var in visit::shape_vars(&param.shape) {
                scopes.sites.insert(var, Site { region: TOP, pos: None });
            }
        }
        scopes.add(&function.body, RegionKind::Top, None);
        scopes.moved.retain(|memory, _| !copied(&function.memory(*memory).ty));
        scopes
    }

    fn add(&mut self, region: &'a Region, kind: RegionKind, parent: Option<Point>) -> RegionId {
        let id = RegionId(self.regions.len());
        let writes = region.ops.iter().map(visit::writes).collect();
        self.regions.push(RegionInfo { region, kind, parent, writes });
        for param in &region.params {
            self.sites.insert(Var::Value(*param), Site { region: id, pos: None });
        }
        for (pos, op) in region.ops.iter().enumerate() {
            let point = Point { region: id, pos };
            let operands = visit::operands(op);
            for var in operands.defines {
                self.sites.insert(var, Site { region: id, pos: Some(pos) });
            }
            for (place, access) in operands.places {
                if access == visit::Access::Move && place.path.is_empty() {
                    self.moved.insert(place.memory, point);
                }
            }
            match &op.kind {
                OpKind::Assign { to, .. } => self.replaced.push(*to),
                OpKind::Vector { place, .. } => self.replaced.push(place.memory),
                _ => {}
            }
            for (n, nested) in visit::regions(op).into_iter().enumerate() {
                let kind = match &op.kind {
                    OpKind::If { .. } => RegionKind::Arm(n),
                    OpKind::While(_) if n == 0 => RegionKind::Cond,
                    _ => RegionKind::Loop,
                };
                let nested_id = self.add(nested, kind, Some(point));
                if kind == RegionKind::Loop {
                    for var in visit::region_entries(op) {
                        self.sites.insert(var, Site { region: nested_id, pos: None });
                    }
                }
                self.nested.insert((point, n), nested_id);
            }
        }
        id
    }

    pub fn kind(&self, region: RegionId) -> RegionKind {
        self.regions[region.0].kind
    }

    pub fn region(&self, region: RegionId) -> &'a Region {
        self.regions[region.0].region
    }

    pub fn op(&self, point: Point) -> &'a Op {
        &self.regions[point.region.0].region.ops[point.pos]
    }

    /// The operation that holds the region.
    pub fn parent(&self, region: RegionId) -> Option<Point> {
        self.regions[region.0].parent
    }

    /// The `n`th region of the operation.
    pub fn nested(&self, point: Point, n: usize) -> RegionId {
        self.nested[&(point, n)]
    }

    pub fn site(&self, var: Var) -> Option<Site> {
        self.sites.get(&var).copied()
    }

    pub fn value_site(&self, value: ValueId) -> Option<Site> {
        self.site(Var::Value(value))
    }

    pub fn writes(&self, point: Point) -> &[MemoryId] {
        &self.regions[point.region.0].writes[point.pos]
    }

    pub fn moved(&self, memory: MemoryId) -> Option<Point> {
        self.moved.get(&memory).copied()
    }

    /// Whether the memory's storage is ever replaced by another, or grows or shrinks: whether it may change its length.
    pub fn replaced(&self, storage: &Storage, memory: MemoryId) -> bool {
        self.replaced.iter().any(|to| storage.of(*to) == storage.of(memory))
    }

    /// Whether `region` is `outer` or nested in it.
    pub fn within(&self, mut region: RegionId, outer: RegionId) -> bool {
        loop {
            if region == outer {
                return true;
            }
            match self.parent(region) {
                Some(point) => region = point.region,
                None => return false,
            }
        }
    }

    /// The operations that hold `point`, outermost first, and `point` itself.
    fn path(&self, point: Point) -> Vec<Point> {
        let mut path = vec![point];
        let mut region = point.region;
        while let Some(parent) = self.parent(region) {
            path.push(parent);
            region = parent.region;
        }
        path.reverse();
        path
    }

    /// Whether `first` may be executed before `second` and touch what `second` touches, in one life of their storage
    /// (which is defined in `scope`).
    ///
    /// It may if it stands before it in the text, or if a loop inside `scope` holds both; unless their indices are that loop's
    /// and a constant each, so that an element which both touch is touched by both in the same iteration, or by the second one
    /// first: then that loop alone makes no overlap, and where it is not the same iteration, nothing in its body does.
    ///
    /// `fused`: loops each of whose iterations is undone before the next one begins.
    pub fn may_precede(
        &self,
        first: &Touch,
        second: &Touch,
        scope: RegionId,
        fused: impl Fn(RegionId) -> bool,
    ) -> bool {
        if self.integers.differ(first, second) {
            return false;
        }
        let (a, b) = (self.path(first.point), self.path(second.point));
        for (a, b) in a.iter().zip(&b) {
            if a.region != b.region {
                break;
            }
            if self.kind(a.region) == RegionKind::Loop {
                let overlap = self.overlap(a.region, first, second);
                if !fused(a.region)
                    && a.region != scope
                    && self.within(a.region, scope)
                    && matches!(overlap, Overlap::Any | Overlap::Earlier)
                {
                    return true;
                }
                if matches!(overlap, Overlap::Later | Overlap::Earlier) {
                    return false;
                }
            }
            if a.pos != b.pos {
                return a.pos < b.pos;
            }
        }
        // One operation, or two arms of one, in the same iteration of every loop.
        false
    }

    /// In which iterations of the loop with this body the two touch the same element.
    fn overlap(&self, body: RegionId, first: &Touch, second: &Touch) -> Overlap {
        let Some(point) = self.parent(body) else { return Overlap::Any };
        let OpKind::For(f) = &self.op(point).kind else { return Overlap::Any };
        let (Some(a), Some(b)) = (&first.indices, &second.indices) else { return Overlap::Any };
        let distance = a.iter().zip(b).find_map(|(a, b)| {
            let ((of_a, a), (of_b, b)) = (self.integers.step(*a), self.integers.step(*b));
            (of_a == f.index && of_b == f.index).then(|| a - b)
        });
        let Some(distance) = distance else { return Overlap::Any };
        if moves_elements(&f.body) {
            return Overlap::Any;
        }
        let backwards = f.range.adaptors.iter().filter(|of| matches!(of, Adaptor::Rev)).count() % 2;
        match (distance.cmp(&0), backwards == 1) {
            (Ordering::Equal, _) => Overlap::Same,
            // `x[i + 1]` before `x[i]`, where the index grows.
            (Ordering::Greater, false) | (Ordering::Less, true) => Overlap::Earlier,
            (Ordering::Less, false) | (Ordering::Greater, true) => Overlap::Later,
        }
    }
}

/// Whether elements change their places in it, so that an index is not always of the same one.
fn moves_elements(region: &Region) -> bool {
    let mut found = false;
    visit::walk(region, &mut |op| {
        found |= matches!(op.kind, OpKind::Swap { .. } | OpKind::Permute { .. });
    });
    found
}

/// An access to a storage: where, and at which indices from its root on, if it is a plain element.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Touch {
    pub storage: MemoryId,
    pub point: Point,
    pub indices: Option<Vec<ValueId>>,
}

impl Touch {
    pub fn new(function: &Function, storage: &Storage, place: &Place, point: Point) -> Touch {
        let root = !matches!(function.memory(place.memory).origin, Origin::View(_));
        let row = storage.row(place.memory);
        let indices = (root || row.is_some()).then(|| {
            let path = place.path.iter().map(|step| match step {
                Step::Index(index) => Some(*index),
                _ => None,
            });
            row.into_iter().map(Some).chain(path)
        });
        // The whole of a row says no more than which row it is.
        let indices = match (row, place.path.iter().all(|step| matches!(step, Step::Index(_)))) {
            (Some(row), false) => Some(vec![row]),
            _ => indices.and_then(|indices| indices.collect()),
        };
        Touch { storage: storage.of(place.memory), point, indices }
    }
}

/// Whether what is passed by value is a copy: an array of scalars, not a vector.
fn copied(ty: &Type) -> bool {
    match ty {
        Type::Array(of, _) => of.is_float() || of.is_int() || **of == Type::Bool || copied(of),
        _ => false,
    }
}
