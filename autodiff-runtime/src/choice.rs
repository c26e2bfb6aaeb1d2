//! `Option` and `Result` as generated code looks at them.

/// An `Option` or a `Result`, as generated code looks at it.
#[doc(hidden)]
pub trait Choice {
    /// What it holds.
    type Held;
    /// Whether it holds anything, and what; something that nobody reads where it does not.
    fn parts(self) -> (bool, Self::Held);
}

impl<T: Default> Choice for Option<T> {
    type Held = T;
    #[inline]
    fn parts(self) -> (bool, T) {
        (self.is_some(), self.unwrap_or_default())
    }
}

impl<T: Default, E> Choice for Result<T, E> {
    type Held = T;
    #[inline]
    fn parts(self) -> (bool, T) {
        (self.is_ok(), self.unwrap_or_default())
    }
}

/// See [`Choice::parts`].
#[doc(hidden)]
#[inline]
pub fn parts<C: Choice>(choice: C) -> (bool, C::Held) {
    choice.parts()
}
