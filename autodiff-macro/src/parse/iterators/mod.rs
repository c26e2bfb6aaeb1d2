//! Iterators: a chain is a description until something goes over it, which makes loops of it.
//!
//! `source` reads the syntax. An iterator whose item `i` can be had by itself is *indexed* (`index`): a loop over it is a
//! `For` over a range, and two of them go side by side. What drops items, ends early or makes several of one is walked
//! (`walk`): the stages become branches and exits around whatever is done with an item. `consume`, `select`, `rows`, `attempt` and `collect`
//! are what is done with the items.

mod advance;
mod attempt;
mod collect;
mod consume;
mod grid;
mod index;
mod length;
mod mapped;
mod nested;
mod option;
mod rows;
mod select;
mod source;
mod walk;

use std::rc::Rc;

use crate::ir::{Place, ValueId};

use super::{closure::Callable, env::Bind};

#[derive(Clone, Debug)]
pub enum Iter {
    Range {
        start: ValueId,
        /// `None`: it never ends.
        end: Option<ValueId>,
        inclusive: bool,
    },
    /// The elements of an array, slice or vector.
    Elements {
        place: Place,
        by: By,
    },
    /// `chunks` and its kin, as views.
    Chunks {
        place: Place,
        size: ValueId,
        kind: Chunks,
        mutable: bool,
    },
    /// `windows(k)`, as views.
    Windows {
        place: Place,
        size: ValueId,
    },
    /// The elements of rows of one length, row by row, by their number.
    Grid {
        place: Place,
        by: By,
        columns: ValueId,
    },
    /// The same value again and again.
    Repeat(Bind),
    Once(Bind),
    Empty,
    /// `first`, and what the function makes of each item for the next, while it makes one.
    Successors(Bind, Callable),
    FromFn(Callable),
    /// Items part by part of an iterator that some of its items have been taken from.
    Part {
        of: Box<Iter>,
        front: ValueId,
        back: ValueId,
    },
    /// The items that are left of an iterator in a variable, taken from it one by one: what is not taken stays there.
    Rest {
        variable: usize,
        of: Rc<Iter>,
    },
    Copied(Box<Iter>),
    Zip(Box<Iter>, Box<Iter>),
    Enumerate(Box<Iter>),
    Rev(Box<Iter>),
    /// As `Rev`, of so many items.
    Reversed(Box<Iter>, ValueId),
    Skip(Box<Iter>, ValueId),
    Take(Box<Iter>, ValueId),
    /// Every `k`-th.
    StepBy(Box<Iter>, ValueId),
    Cycle(Box<Iter>),
    Chain(Box<Iter>, Box<Iter>),
    Map(Box<Iter>, Callable),
    /// Each item behind what the function makes of it.
    Keyed(Box<Iter>, Callable),
    Inspect(Box<Iter>, Callable),
    Filter(Box<Iter>, Callable),
    FilterMap(Box<Iter>, Callable),
    TakeWhile(Box<Iter>, Callable),
    SkipWhile(Box<Iter>, Callable),
    MapWhile(Box<Iter>, Callable),
    Scan(Box<Iter>, Bind, Callable),
    FlatMap(Box<Iter>, Callable),
    Flatten(Box<Iter>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    Value,
    Shared,
    Mutable,
}

/// What becomes of a length that is no multiple of the chunks' size.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Chunks {
    /// The rest is left out.
    Exact,
    /// The last chunk is shorter.
    Short,
    /// From the end; the last chunk, at the beginning, is shorter.
    FromEnd,
}

/// What an iterator yields or not, and whether it is known before the program runs.
#[derive(Clone, Debug)]
pub enum Maybe {
    Never,
    Always(Bind),
    If(ValueId, Bind),
}

impl Iter {
    fn inner(&self) -> Vec<&Iter> {
        match self {
            Iter::Range { .. }
            | Iter::Elements { .. }
            | Iter::Chunks { .. }
            | Iter::Windows { .. }
            | Iter::Grid { .. }
            | Iter::Repeat(_)
            | Iter::Once(_)
            | Iter::Empty
            | Iter::Successors(..)
            | Iter::FromFn(_) => Vec::new(),
            Iter::Rest { of, .. } => vec![of],
            Iter::Zip(a, b) | Iter::Chain(a, b) => vec![a, b],
            Iter::Part { of, .. }
            | Iter::Copied(of)
            | Iter::Enumerate(of)
            | Iter::Rev(of)
            | Iter::Reversed(of, _)
            | Iter::Skip(of, _)
            | Iter::Take(of, _)
            | Iter::StepBy(of, _)
            | Iter::Cycle(of)
            | Iter::Map(of, _)
            | Iter::Keyed(of, _)
            | Iter::Inspect(of, _)
            | Iter::Filter(of, _)
            | Iter::FilterMap(of, _)
            | Iter::TakeWhile(of, _)
            | Iter::SkipWhile(of, _)
            | Iter::MapWhile(of, _)
            | Iter::Scan(of, _, _)
            | Iter::FlatMap(of, _)
            | Iter::Flatten(of) => vec![of],
        }
    }

    /// The functions that going over it calls.
    pub fn callables(&self) -> Vec<&Callable> {
        let mut all: Vec<&Callable> =
            self.inner().into_iter().flat_map(|of| of.callables()).collect();
        match self {
            Iter::Successors(_, f)
            | Iter::FromFn(f)
            | Iter::Map(_, f)
            | Iter::Keyed(_, f)
            | Iter::Inspect(_, f)
            | Iter::Filter(_, f)
            | Iter::FilterMap(_, f)
            | Iter::TakeWhile(_, f)
            | Iter::SkipWhile(_, f)
            | Iter::MapWhile(_, f)
            | Iter::Scan(_, _, f)
            | Iter::FlatMap(_, f) => all.push(f),
            _ => {}
        }
        all
    }

    /// Whether the loop over it may be left before its source ends.
    pub fn may_end_early(&self) -> bool {
        let itself = matches!(
            self,
            Iter::Take(..)
                | Iter::TakeWhile(..)
                | Iter::MapWhile(..)
                | Iter::Scan(..)
                | Iter::Zip(..)
                | Iter::Successors(..)
                | Iter::FromFn(_)
                | Iter::Rest { .. }
        );
        itself || self.inner().into_iter().any(Iter::may_end_early)
    }

    /// Whether items are taken from a variable.
    fn takes(&self) -> bool {
        matches!(self, Iter::Rest { .. }) || self.inner().into_iter().any(Iter::takes)
    }

    /// Whether it becomes one loop.
    fn is_one_loop(&self) -> bool {
        let several = matches!(
            self,
            Iter::Chain(..) | Iter::FlatMap(..) | Iter::Flatten(_) | Iter::Once(_) | Iter::Empty
        );
        !several && self.inner().into_iter().all(Iter::is_one_loop)
    }
}
