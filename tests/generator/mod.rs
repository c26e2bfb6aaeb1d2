//! Random programs as source text: what people write, put together as nobody would.
//!
//! Every program is in bounds, ends, borrows as the compiler wants it and stays among tame numbers, by construction:
//! lengths, ranges of integers and borrows are tracked while the text is made (see [`scope`]); values that are assigned
//! in loops are either convex combinations or go through a bounded function (see [`floats`]). Paths do depend on
//! floats, so that a difference may step over a branch: the checker leaves such a difference out.

mod calls;
mod control;
mod floats;
mod integers;
mod iterators;
mod loops;
mod memory;
mod parts;
mod program;
mod scope;
mod statements;

pub use program::program;

use crate::random::Random;
use scope::{Length, Variable};
use std::fmt::Display;

/// What makes one program, a function after the other.
struct Generator {
    random: Random,
    text: String,
    indent: usize,
    /// What can be named here. A block's declarations are gone after it, as are its borrows.
    scope: Vec<Variable>,
    loops: Vec<loops::Loop>,
    /// The functions so far, which later ones call.
    functions: Vec<program::Signature>,
    result: program::Output,
    ids: usize,
    labels: usize,
    /// Statements that this function may still have.
    statements: usize,
    calls: usize,
}

impl Generator {
    fn line(&mut self, text: impl Display) {
        let indent = 4 * self.indent;
        self.text.push_str(&format!("{:indent$}{text}\n", ""));
    }

    /// `head {` body `tail`, where what the body declares and borrows ends with it.
    fn block(&mut self, head: impl Display, tail: &str, body: impl FnOnce(&mut Self)) {
        self.line(format_args!("{head} {{"));
        self.nested(body);
        self.line(format_args!("}}{tail}"));
    }

    fn nested(&mut self, body: impl FnOnce(&mut Self)) {
        let scope = self.scope.clone();
        self.indent += 1;
        body(self);
        self.indent -= 1;
        self.scope = scope;
    }

    fn below(&mut self, end: usize) -> usize {
        self.random.below(end)
    }

    /// True so many times of a hundred.
    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.random.below(from.len())].clone()
    }

    fn id(&mut self) -> usize {
        self.ids += 1;
        self.ids
    }

    fn label(&mut self) -> String {
        self.labels += 1;
        let name = self.pick(&["outer", "rows", "search", "again"]);
        format!("'{name}{}", self.labels)
    }

    /// A length of which only the least is known.
    fn unknown_length(&mut self, min: usize) -> Length {
        Length { id: self.id(), min, exact: None }
    }
}
