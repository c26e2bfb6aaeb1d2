//! Tapes without heap: a stack in an array.

use core::{fmt, mem, ops::Deref};

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

/// A value to fill unused places with, for every type that a record may hold.
#[doc(hidden)]
pub trait Blank: Sized {
    /// Never read.
    const BLANK: Self;
}

macro_rules! blank {
    ($($type:ty = $value:expr;)+) => {
        $(
            impl Blank for $type {
                const BLANK: Self = $value;
            }
        )+
    };
}
blank! {
    () = ();
    bool = false;
    char = '\0';
    &str = "";
    crate::NoDerivative = crate::NoDerivative;
    f32 = 0.0;
    f64 = 0.0;
    i8 = 0;
    i16 = 0;
    i32 = 0;
    i64 = 0;
    i128 = 0;
    isize = 0;
    u8 = 0;
    u16 = 0;
    u32 = 0;
    u64 = 0;
    u128 = 0;
    usize = 0;
}

impl<T: Blank, const N: usize> Blank for [T; N] {
    const BLANK: Self = [T::BLANK; N];
}

impl<T: Blank, const K: usize> Blank for crate::Lanes<T, K> {
    const BLANK: Self = crate::Lanes(<[T; K]>::BLANK);
}

/// What a callee keeps is stored as `Some(kept)`.
impl<T> Blank for Option<T> {
    const BLANK: Self = None;
}

#[cfg(feature = "alloc")]
impl Blank for alloc::string::String {
    const BLANK: Self = alloc::string::String::new();
}

impl<T: ?Sized> Blank for core::marker::PhantomData<T> {
    const BLANK: Self = core::marker::PhantomData;
}

impl<T> Blank for &[T] {
    const BLANK: Self = &[];
}

#[cfg(feature = "alloc")]
impl<T> Blank for Vec<T> {
    const BLANK: Self = Vec::new();
}

impl<T: Blank, const N: usize> Blank for Stack<T, N> {
    const BLANK: Self = Stack::new();
}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: Blank),+> Blank for ($($name,)+) {
            const BLANK: Self = ($($name::BLANK,)+);
        }
    };
}
crate::vector::each_tuple!(tuple);

/// A stack of at most `N` records, in an array. Reads as the slice of the records that are there.
#[doc(hidden)]
#[derive(Clone)]
pub struct Stack<T, const N: usize> {
    /// Those from `len` on are blank or stale.
    places: [T; N],
    len: usize,
}

impl<T: Blank, const N: usize> Stack<T, N> {
    /// No records.
    #[inline]
    pub const fn new() -> Self {
        Self { places: [T::BLANK; N], len: 0 }
    }

    /// Takes the last record off.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        self.len = self.len.checked_sub(1)?;
        Some(mem::replace(&mut self.places[self.len], T::BLANK))
    }
}

impl<T, const N: usize> Stack<T, N> {
    /// One record more.
    ///
    /// # Panics
    /// If there are `N` already: the macro has miscounted.
    #[inline]
    #[track_caller]
    pub fn push(&mut self, record: T) {
        self.places[self.len] = record;
        self.len += 1;
    }

    /// The records in the order in which they were pushed.
    #[inline]
    pub fn as_slice(&self) -> &[T] {
        &self.places[..self.len]
    }

    /// Takes records off until `len` are left; none if there are fewer.
    #[inline]
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }
}

impl<T, const N: usize> Deref for Stack<T, N> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        self.as_slice()
    }
}

impl<T: Blank, const N: usize> Default for Stack<T, N> {
    #[inline]
    fn default() -> Self {
        Self::new()
    }
}

impl<T: fmt::Debug, const N: usize> fmt::Debug for Stack<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.as_slice()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records() {
        let mut stack: Stack<(f64, usize, [f64; 40]), 3> = Stack::new();
        stack.push((1.0, 2, [0.0; 40]));
        stack.push((3.0, 4, [1.0; 40]));
        assert_eq!(stack.len(), 2);
        let (rest, last) = stack.split_at(1);
        assert_eq!((rest[0].1, last[0].1), (2, 4));
        assert_eq!(stack.pop().map(|record| record.1), Some(4));
        stack.truncate(0);
        assert!(stack.pop().is_none());
    }

    #[test]
    fn what_is_no_copy_goes_in_an_option() {
        struct Kept(f64);
        let mut stack: Stack<(Option<Kept>, f64), 2> = Stack::default();
        stack.push((Some(Kept(1.5)), 2.0));
        let kept = stack[0].0.as_ref().map_or(0.0, |kept| kept.0);
        assert_eq!(kept, 1.5);
    }

    #[test]
    #[should_panic(expected = "out of bounds")]
    fn no_room() {
        let mut stack: Stack<f64, 1> = Stack::new();
        stack.push(1.0);
        stack.push(2.0);
    }
}
