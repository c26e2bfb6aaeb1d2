//! Bounds of integers that are known at compile time: how often a loop runs at the most.

use crate::rules::Rule;
use crate::{
    ir::{Adaptor, Constant, For, Function, Op, OpKind, Place, Type, ValueId, visit},
    maps::HashMap,
};

/// The smallest and the largest number that a value can be.
pub type Interval = (i128, i128);

enum Source<'a> {
    Op(&'a Op),
    Index(&'a For),
}

pub struct Bounds<'a> {
    function: &'a Function,
    sources: HashMap<ValueId, Source<'a>>,
}

impl<'a> Bounds<'a> {
    pub fn new(function: &'a Function) -> Bounds<'a> {
        let mut sources = HashMap::default();
        visit::walk(&function.body, &mut |op| {
            for var in visit::operands(op).defines {
                if let crate::ir::Var::Value(value) = var {
                    sources.insert(value, Source::Op(op));
                }
            }
            if let OpKind::For(f) = &op.kind {
                sources.insert(f.index, Source::Index(f));
            }
        });
        Bounds { function, sources }
    }

    pub fn interval(&self, value: ValueId) -> Option<Interval> {
        self.at_depth(value, 0)
    }

    fn at_depth(&self, value: ValueId, depth: usize) -> Option<Interval> {
        if depth > 16 {
            return None;
        }
        match self.sources.get(&value)? {
            Source::Index(f) => {
                let (low, _) = self.at_depth(f.range.start, depth + 1)?;
                let (_, high) = self.at_depth(f.range.end, depth + 1)?;
                Some((low, if f.range.inclusive { high } else { high - 1 }))
            }
            Source::Op(op) => match &op.kind {
                OpKind::Const { value: Constant::Int(n), .. } => Some((*n, *n)),
                OpKind::Const { value: Constant::Tokens(name), .. } => {
                    self.function.numbers.get(&name.to_string()).map(|n| (*n, *n))
                }
                OpKind::Cast { arg, ty: Type::Int(_), .. } => self.at_depth(*arg, depth + 1),
                OpKind::Len { place, .. } => self.length(place).map(|n| (n, n)),
                OpKind::Rule { rule, args, .. } if args.len() == 2 => {
                    let a = self.at_depth(args[0], depth + 1)?;
                    let b = self.at_depth(args[1], depth + 1)?;
                    combine(*rule, a, b)
                }
                _ => None,
            },
        }
    }

    fn length(&self, place: &Place) -> Option<i128> {
        match self.function.place_type(place) {
            Type::Array(_, length) => length.known.map(i128::from),
            _ => None,
        }
    }

    /// The most iterations that the loop can make.
    pub fn trips(&self, f: &For) -> Option<u64> {
        let (low, _) = self.interval(f.range.start)?;
        let (_, high) = self.interval(f.range.end)?;
        let mut trips = high - low + i128::from(f.range.inclusive);
        for adaptor in &f.range.adaptors {
            if let Adaptor::StepBy(step) = adaptor
                && let Some((step, _)) = self.interval(*step)
                && step > 0
            {
                trips = (trips + step - 1) / step;
            }
        }
        u64::try_from(trips.max(0)).ok()
    }
}

fn combine(rule: Rule, a: Interval, b: Interval) -> Option<Interval> {
    match rule {
        Rule::Add => Some((a.0.checked_add(b.0)?, a.1.checked_add(b.1)?)),
        Rule::Sub => Some((a.0.checked_sub(b.1)?, a.1.checked_sub(b.0)?)),
        Rule::Mul => {
            let all = [
                a.0.checked_mul(b.0)?,
                a.0.checked_mul(b.1)?,
                a.1.checked_mul(b.0)?,
                a.1.checked_mul(b.1)?,
            ];
            Some((*all.iter().min()?, *all.iter().max()?))
        }
        Rule::Div if b.0 > 0 => Some(((a.0 / b.0).min(a.0 / b.1), (a.1 / b.0).max(a.1 / b.1))),
        Rule::Min => Some((a.0.min(b.0), a.1.min(b.1))),
        Rule::Max => Some((a.0.max(b.0), a.1.max(b.1))),
        _ => None,
    }
}
