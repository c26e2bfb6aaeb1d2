//! Buffers that are kept from call to call.

use alloc::{boxed::Box, vec::Vec};
use core::{
    any::{Any, TypeId},
    cell::RefCell,
    fmt, mem,
    ops::{Deref, DerefMut},
};

/// Memory that a caller keeps between gradients, so that they need not ask the system for it each time.
///
/// `#[grad(workspace)]` on `f` makes `f_grad_with`: `f_grad_into` with a workspace as first argument. What the sweeps keep
/// (records of iterations, saved states, adjoints of vectors) and the function's own vectors of floats are taken from
/// there and given back. The first call makes what it needs; a second of the same size makes nothing. One workspace may serve
/// any number of functions and sizes; each thread has its own. What a *called* function keeps is its own affair.
///
/// ```
/// use autodiff_runtime::{Workspace, grad};
///
/// /// Diffusion: the state of each step is kept for the way back.
/// #[grad(workspace)]
/// fn energy(start: &[f64], steps: usize) -> f64 {
///     let mut u = start.to_vec();
///     for _ in 0..steps {
///         for i in 1..u.len() {
///             u[i] += 0.5 * (u[i - 1] - u[i]).tanh();
///         }
///     }
///     let mut sum = 0.0;
///     for i in 0..u.len() {
///         sum += u[i] * u[i];
///     }
///     sum
/// }
///
/// let mut workspace = Workspace::new();
/// let mut gradient = vec![0.0; 3];
/// for step in 0..100 {
///     let start = [1.0, 0.01 * step as f64, 0.0];
///     let value = energy_grad_with(&mut workspace, &start, 20, &mut gradient);
///     assert_eq!(value, energy(&start, 20));
/// }
/// ```
#[derive(Default)]
pub struct Workspace {
    /// For each type of element a `Vec<Vec<T>>` of buffers that nobody uses, the last given back on top.
    shelves: RefCell<Vec<(TypeId, Box<dyn Any>)>>,
}

impl Workspace {
    /// An empty workspace; allocates nothing.
    pub const fn new() -> Workspace {
        Workspace { shelves: RefCell::new(Vec::new()) }
    }

    /// Gives all memory back to the system.
    pub fn clear(&mut self) {
        self.shelves.get_mut().clear();
    }

    /// What is done with the shelf for this type.
    fn shelf<T: 'static, R>(&self, act: impl FnOnce(&mut Vec<Vec<T>>) -> R) -> R {
        let mut shelves = self.shelves.borrow_mut();
        let id = TypeId::of::<T>();
        let at = match shelves.iter().position(|(of, _)| *of == id) {
            Some(at) => at,
            None => {
                shelves.push((id, Box::new(Vec::<Vec<T>>::new())));
                shelves.len() - 1
            }
        };
        act(shelves[at].1.downcast_mut().expect("a shelf is found by its type"))
    }

    /// An empty vector.
    #[doc(hidden)]
    pub fn stack<T: 'static>(&self) -> Lent<'_, T> {
        Lent { vec: self.shelf(Vec::pop).unwrap_or_default(), from: self }
    }

    /// `vec![value; len]`.
    #[doc(hidden)]
    #[inline]
    pub fn filled<T: Copy + 'static>(&self, len: usize, value: T) -> Lent<'_, T> {
        let mut lent = self.stack();
        lent.vec.resize(len, value);
        lent
    }

    /// `of.to_vec()`.
    #[doc(hidden)]
    #[inline]
    pub fn copied<T: Copy + 'static>(&self, of: &[T]) -> Lent<'_, T> {
        let mut lent = self.stack();
        lent.vec.extend_from_slice(of);
        lent
    }
}

impl fmt::Debug for Workspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workspace").finish_non_exhaustive()
    }
}

/// A vector that goes back to its workspace.
#[doc(hidden)]
#[derive(Debug)]
pub struct Lent<'a, T: 'static> {
    vec: Vec<T>,
    from: &'a Workspace,
}

impl<T> Deref for Lent<'_, T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.vec
    }
}

impl<T> DerefMut for Lent<'_, T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.vec
    }
}

impl<T> Drop for Lent<'_, T> {
    fn drop(&mut self) {
        let mut vec = mem::take(&mut self.vec);
        vec.clear();
        self.from.shelf(|shelf| shelf.push(vec));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_come_back() {
        let workspace = Workspace::new();
        let first = {
            let lent = workspace.filled(8, 1.5);
            assert_eq!(**lent, [1.5; 8]);
            lent.as_ptr()
        };
        // Others of another type do not disturb it.
        let numbers = workspace.copied(&[1usize, 2]);
        let again = workspace.copied(&[2.5; 4]);
        assert_eq!((again.as_ptr(), &**again, &**numbers), (first, &[2.5; 4][..], &[1, 2][..]));
    }
}
