//! What `#[derive(Differentiable)]` builds on.

#[cfg(feature = "alloc")]
use alloc::vec::Vec;
use core::{
    fmt,
    ops::{AddAssign, Index, IndexMut, SubAssign},
};

use crate::{AddAll, Blank, Direction, FillAll, Slot, VectorSpace};

/// The tangent of a struct or an enum of the user's: what is done with one as a whole.
#[doc(hidden)]
pub trait TangentRecord: VectorSpace {}

#[diagnostic::do_not_recommend]
impl<T: TangentRecord> Direction<T> for T {
    const ACTIVE: bool = true;

    #[inline(always)]
    fn get(self) -> Option<T> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: TangentRecord> AddAll<T> for T {
    #[inline]
    #[track_caller]
    fn add_all(&mut self, from: &T) {
        self.add_assign(from);
    }
}

#[diagnostic::do_not_recommend]
impl<T: TangentRecord, V: Copy + Into<f64>> FillAll<V> for T {
    #[inline]
    fn fill_all(&mut self, value: V) {
        let value = value.into();
        if value == 0.0 {
            self.set_zero();
        } else {
            self.map_each(&mut |_| value);
        }
    }
}

/// The largest of some numbers.
#[doc(hidden)]
#[must_use]
pub const fn largest(of: &[f64]) -> f64 {
    let mut largest = 0.0;
    let mut i = 0;
    while i < of.len() {
        if of[i] > largest {
            largest = of[i];
        }
        i += 1;
    }
    largest
}

/// In the place of the adjoint of a field that has no derivative (an integer, or one with `#[no_diff]`), for functions that
/// cannot know that: whatever is added to it is dropped.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ignored;

/// Of its own zeros nothing is read either.
impl crate::Differentiable for Ignored {
    type Tangent = Ignored;
    type Buffer = Ignored;

    #[inline(always)]
    fn zero_tangent(&self) -> Ignored {
        Ignored
    }
}

impl<T> AddAssign<T> for Ignored {
    #[inline(always)]
    fn add_assign(&mut self, _: T) {}
}

impl<T> SubAssign<T> for Ignored {
    #[inline(always)]
    fn sub_assign(&mut self, _: T) {}
}

impl<I> Index<I> for Ignored {
    type Output = Ignored;

    #[inline(always)]
    fn index(&self, _: I) -> &Ignored {
        self
    }
}

impl<I> IndexMut<I> for Ignored {
    #[inline(always)]
    fn index_mut(&mut self, _: I) -> &mut Ignored {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> AddAll<T> for Ignored {
    #[inline(always)]
    fn add_all(&mut self, _: &T) {}
}

#[diagnostic::do_not_recommend]
impl<V: Copy> FillAll<V> for Ignored {
    #[inline(always)]
    fn fill_all(&mut self, _: V) {}
}

/// Passed on as the adjoint of an argument: there is nobody to read it.
macro_rules! slot {
    ($($of:ty, [$($generics:tt)*];)+) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<$($generics)*> Slot<$of> for &mut Ignored {
                const ACTIVE: bool = false;

                #[inline(always)]
                fn get(&mut self) -> Option<&mut $of> {
                    None
                }
            }

            #[diagnostic::do_not_recommend]
            impl<$($generics)*> Slot<$of> for Option<&mut Ignored> {
                const ACTIVE: bool = false;

                #[inline(always)]
                fn get(&mut self) -> Option<&mut $of> {
                    None
                }
            }
        )+
    };
}
slot! {
    f32, [];
    f64, [];
    [T], [T];
    [T; N], [T, const N: usize];
    crate::NoDerivative, [];
    T, [T: TangentRecord];
}
#[cfg(feature = "alloc")]
slot!(Vec<T>, [T];);

impl VectorSpace for Ignored {
    const PRECISION: f64 = 0.0;

    fn dimension(&self) -> usize {
        0
    }

    fn set_zero(&mut self) {}

    fn add_assign(&mut self, _: &Self) {}

    fn scale(&mut self, _: f64) {}

    fn add_scaled(&mut self, _: f64, _: &Self) {}

    fn dot(&self, _: &Self) -> f64 {
        0.0
    }

    fn for_each(&self, _: &mut dyn FnMut(f64)) {}

    fn map_each(&mut self, _: &mut dyn FnMut(f64) -> f64) {}

    fn write_path(&self, index: usize, to: &mut dyn fmt::Write) -> fmt::Result {
        write!(to, "[{index} past the end]")
    }
}

#[diagnostic::do_not_recommend]
impl<T> Direction<T> for Ignored {
    const ACTIVE: bool = false;

    #[inline(always)]
    fn get(self) -> Option<T> {
        None
    }
}

impl Blank for Ignored {
    const BLANK: Ignored = Ignored;
}

/// The tangent of a field, as a number: of one without a derivative, zero.
#[doc(hidden)]
pub trait Component<T> {
    /// The number.
    fn component(&self) -> T;
}

macro_rules! component {
    ($($float:ident)+) => {
        $(
            impl Component<$float> for $float {
                #[inline(always)]
                fn component(&self) -> $float {
                    *self
                }
            }

            impl Component<$float> for Ignored {
                #[inline(always)]
                fn component(&self) -> $float {
                    0.0
                }
            }
        )+
    };
}
component!(f32 f64);

/// Of a field that the function casts: the width is of no consequence.
impl Component<f64> for f32 {
    #[inline(always)]
    fn component(&self) -> f64 {
        f64::from(*self)
    }
}

#[doc(hidden)]
#[inline(always)]
pub fn component<T>(of: &impl Component<T>) -> T {
    of.component()
}

/// `+`, `-`, `*`, `/` and their assigning forms for a tangent type: `[generics] [type] [where ..]`.
#[doc(hidden)]
#[macro_export]
macro_rules! tangent_operators {
    ([$($generics:tt)*] [$($of:tt)*] [$($where:tt)*]) => {
        $crate::tangent_operators!(@sum [$($generics)*] [$($of)*] [$($where)*]
            Add add AddAssign add_assign 1.0, Sub sub SubAssign sub_assign -1.0);

        // A tangent has tangents, which are of its own type.
        impl<$($generics)*> $crate::Differentiable for $($of)* $($where)* {
            type Tangent = Self;
            type Buffer = Self;

            #[inline]
            fn zero_tangent(&self) -> Self {
                let mut zero = ::core::clone::Clone::clone(self);
                $crate::VectorSpace::set_zero(&mut zero);
                zero
            }
        }

        impl<$($generics)*> $crate::Point for $($of)* $($where)* {
            #[inline]
            fn step(&mut self, by: f64, along: &Self) {
                $crate::VectorSpace::add_scaled(self, by, along);
            }

            fn coordinates(&self, each: &mut dyn ::core::ops::FnMut(f64)) {
                $crate::VectorSpace::for_each(self, each);
            }

            fn replace_coordinates(&mut self, map: &mut dyn ::core::ops::FnMut(f64) -> f64) {
                $crate::VectorSpace::map_each(self, map);
            }
        }

        impl<$($generics)*> ::core::ops::Neg for $($of)* $($where)* {
            type Output = Self;

            #[inline]
            fn neg(mut self) -> Self {
                $crate::VectorSpace::scale(&mut self, -1.0);
                self
            }
        }

        impl<$($generics)*> ::core::ops::Mul<f64> for $($of)* $($where)* {
            type Output = Self;

            #[inline]
            fn mul(mut self, by: f64) -> Self {
                $crate::VectorSpace::scale(&mut self, by);
                self
            }
        }

        impl<$($generics)*> ::core::ops::Mul<$($of)*> for f64 $($where)* {
            type Output = $($of)*;

            #[inline]
            fn mul(self, mut of: $($of)*) -> $($of)* {
                $crate::VectorSpace::scale(&mut of, self);
                of
            }
        }

        impl<$($generics)*> ::core::ops::MulAssign<f64> for $($of)* $($where)* {
            #[inline]
            fn mul_assign(&mut self, by: f64) {
                $crate::VectorSpace::scale(self, by);
            }
        }

        impl<$($generics)*> ::core::ops::Div<f64> for $($of)* $($where)* {
            type Output = Self;

            #[inline]
            fn div(mut self, by: f64) -> Self {
                $crate::VectorSpace::scale(&mut self, 1.0 / by);
                self
            }
        }
    };
    (@sum $generics:tt $of:tt $where:tt
        $($op:ident $method:ident $assign:ident $assign_method:ident $sign:expr),+) => {
        $($crate::tangent_operators!(@one $generics $of $where $op $method $assign $assign_method $sign);)+
    };
    (@one [$($generics:tt)*] [$($of:tt)*] [$($where:tt)*]
        $op:ident $method:ident $assign:ident $assign_method:ident $sign:expr) => {
        impl<$($generics)*> ::core::ops::$op for $($of)* $($where)* {
            type Output = Self;

            #[inline]
            fn $method(mut self, other: Self) -> Self {
                $crate::VectorSpace::add_scaled(&mut self, $sign, &other);
                self
            }
        }

        impl<$($generics)*> ::core::ops::$op<&$($of)*> for $($of)* $($where)* {
            type Output = Self;

            #[inline]
            fn $method(mut self, other: &Self) -> Self {
                $crate::VectorSpace::add_scaled(&mut self, $sign, other);
                self
            }
        }

        impl<$($generics)*> ::core::ops::$assign for $($of)* $($where)* {
            #[inline]
            fn $assign_method(&mut self, other: Self) {
                $crate::VectorSpace::add_scaled(self, $sign, &other);
            }
        }

        impl<$($generics)*> ::core::ops::$assign<&$($of)*> for $($of)* $($where)* {
            #[inline]
            fn $assign_method(&mut self, other: &Self) {
                $crate::VectorSpace::add_scaled(self, $sign, other);
            }
        }
    };
}
