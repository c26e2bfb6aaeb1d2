//! Where everything is defined: regions numbered, and for each value and memory its region and position.

use crate::ir::{
    Function, MemoryId, Op, OpKind, Origin, Place, Region, Step, Type, ValueId, Var, visit,
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
}

impl<'a> Scopes<'a> {
    pub fn new(function: &'a Function) -> Scopes<'a> {
        let mut scopes = Scopes {
            regions: Vec::new(),
            nested: HashMap::default(),
            sites: HashMap::default(),
            moved: HashMap::default(),
            replaced: Vec::new(),
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
    /// It may if it stands before it in the text, or if a loop inside `scope` holds both; unless the two are at the same index
    /// of that loop's, which differs from one iteration to the next: then that loop alone makes no overlap.
    ///
    /// `fused`: loops each of whose iterations is undone before the next one begins.
    pub fn may_precede(
        &self,
        first: &Touch,
        second: &Touch,
        scope: RegionId,
        fused: impl Fn(RegionId) -> bool,
    ) -> bool {
        let (a, b) = (self.path(first.point), self.path(second.point));
        for (a, b) in a.iter().zip(&b) {
            if a.region != b.region {
                break;
            }
            let in_loop = self.kind(a.region) == RegionKind::Loop;
            if in_loop
                && !fused(a.region)
                && a.region != scope
                && self.within(a.region, scope)
                && !self.apart(a.region, first, second)
            {
                return true;
            }
            if a.pos != b.pos {
                return a.pos < b.pos;
            }
        }
        // One operation, or two arms of one, in the same iteration of every loop.
        false
    }

    /// Whether different iterations of the loop with this body touch different elements.
    fn apart(&self, body: RegionId, first: &Touch, second: &Touch) -> bool {
        let Some(point) = self.parent(body) else { return false };
        let OpKind::For(f) = &self.op(point).kind else { return false };
        let (Some(a), Some(b)) = (&first.indices, &second.indices) else { return false };
        a.iter().zip(b).any(|(a, b)| a == b && *a == f.index)
    }
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
