//! `+`, `-`, `*` and `/` of vectors and matrices, by value and by reference.

// Of the four forms of an operator some need no lifetime.
#![allow(clippy::extra_unused_lifetimes)]

use nalgebra::{
    DefaultAllocator, Dim, Matrix, OMatrix, Storage, StorageMut,
    allocator::Allocator,
    constraint::{AreMultipliable, SameNumberOfColumns, SameNumberOfRows, ShapeConstraint},
};

use super::Entry;
use crate::{Direction, operator};

/// `a + b` and `a - b`: `$sign` is what becomes of the adjoint for the right operand.
macro_rules! sum {
    ($($trait:ident $forward:ident $operator:tt |$d:ident| $sign:expr;)+) => {
        $(
            sum!(@form $trait $forward $operator |$d| $sign; [Matrix<T, R, C, SA>] [Matrix<T, R, C, SB>]);
            sum!(@form $trait $forward $operator |$d| $sign; [Matrix<T, R, C, SA>] [&'b Matrix<T, R, C, SB>]);
            sum!(@form $trait $forward $operator |$d| $sign; [&'a Matrix<T, R, C, SA>] [Matrix<T, R, C, SB>]);
            sum!(@form $trait $forward $operator |$d| $sign; [&'a Matrix<T, R, C, SA>] [&'b Matrix<T, R, C, SB>]);
        )+
    };
    (@form $trait:ident $forward:ident $operator:tt |$d:ident| $sign:expr; [$($left:tt)+] [$($right:tt)+]) => {
        impl<'a, 'b, T, R, C, SA, SB> operator::$trait<$($right)+> for $($left)+
        where
            T: Entry,
            R: Dim,
            C: Dim,
            SA: Storage<T, R, C>,
            SB: Storage<T, R, C>,
            DefaultAllocator: Allocator<R, C>,
        {
            type Seed = OMatrix<T, R, C>;
            type Left = OMatrix<T, R, C>;
            type Right = OMatrix<T, R, C>;

            #[inline]
            fn reverse(self, _: $($right)+, $d: Self::Seed) -> (Self::Left, Self::Right) {
                ($d.clone(), $sign)
            }
        }

        impl<'a, 'b, T, R, C, SA, SB> operator::$forward<$($right)+> for $($left)+
        where
            T: Entry,
            R: Dim,
            C: Dim,
            SA: Storage<T, R, C>,
            SB: Storage<T, R, C>,
            DefaultAllocator: Allocator<R, C>,
            $($left)+: core::ops::$trait<$($right)+, Output = OMatrix<T, R, C>>,
        {
            type Output = OMatrix<T, R, C>;

            #[inline]
            fn forward(
                self,
                right: $($right)+,
                d_self: impl Direction<Self::Left>,
                d_right: impl Direction<Self::Right>,
            ) -> (Self::Output, Self::Seed) {
                let value = self $operator right;
                let mut tangent = match d_self.get() {
                    Some(tangent) => tangent,
                    None => crate::zero_like(&value),
                };
                if let Some($d) = d_right.get() {
                    tangent += $sign;
                }
                (value, tangent)
            }
        }
    };
}
sum! {
    Add AddForward + |d| d;
    Sub SubForward - |d| -d;
}

/// What `a * b` contributes to the adjoints of its operands.
#[inline]
fn product<T, R1, C1, R2, C2, SA, SB>(
    a: &Matrix<T, R1, C1, SA>,
    b: &Matrix<T, R2, C2, SB>,
    d: &OMatrix<T, R1, C2>,
) -> (OMatrix<T, R1, C1>, OMatrix<T, R2, C2>)
where
    T: Entry,
    R1: Dim,
    C1: Dim,
    R2: Dim,
    C2: Dim,
    SA: Storage<T, R1, C1>,
    SB: Storage<T, R2, C2>,
    DefaultAllocator: Allocator<R1, C1> + Allocator<R2, C2> + Allocator<R1, C2> + Allocator<C2, R2>,
    ShapeConstraint: SameNumberOfRows<R1, R1>
        + SameNumberOfColumns<C1, R2>
        + AreMultipliable<R1, C2, C2, R2>
        + SameNumberOfRows<R2, C1>
        + SameNumberOfColumns<C2, C2>
        + AreMultipliable<C1, R1, R1, C2>,
{
    let (mut d_a, mut d_b) = (crate::zero_like(a), crate::zero_like(b));
    d_a.gemm(T::one(), d, &b.transpose(), T::zero());
    d_b.gemm_tr(T::one(), a, d, T::zero());
    (d_a, d_b)
}

macro_rules! product {
    ($([$($left:tt)+] [$($right:tt)+] $a:ident => $a_ref:expr, $b:ident => $b_ref:expr;)+) => {
        $(
            impl<'a, 'b, T, R1, C1, R2, C2, SA, SB> operator::Mul<$($right)+> for $($left)+
            where
                T: Entry,
                R1: Dim,
                C1: Dim,
                R2: Dim,
                C2: Dim,
                SA: Storage<T, R1, C1>,
                SB: Storage<T, R2, C2>,
                DefaultAllocator:
                    Allocator<R1, C1> + Allocator<R2, C2> + Allocator<R1, C2> + Allocator<C2, R2>,
                ShapeConstraint: SameNumberOfRows<R1, R1>
                    + SameNumberOfColumns<C1, R2>
                    + AreMultipliable<R1, C2, C2, R2>
                    + SameNumberOfRows<R2, C1>
                    + SameNumberOfColumns<C2, C2>
                    + AreMultipliable<C1, R1, R1, C2>,
            {
                type Seed = OMatrix<T, R1, C2>;
                type Left = OMatrix<T, R1, C1>;
                type Right = OMatrix<T, R2, C2>;

                #[inline]
                fn reverse(self, $b: $($right)+, seed: Self::Seed) -> (Self::Left, Self::Right) {
                    let $a = self;
                    product($a_ref, $b_ref, &seed)
                }
            }

            impl<'a, 'b, T, R1, C1, R2, C2, SA, SB> operator::MulForward<$($right)+> for $($left)+
            where
                T: Entry,
                R1: Dim,
                C1: Dim,
                R2: Dim,
                C2: Dim,
                SA: Storage<T, R1, C1>,
                SB: Storage<T, R2, C2>,
                DefaultAllocator:
                    Allocator<R1, C1> + Allocator<R2, C2> + Allocator<R1, C2> + Allocator<C2, R2>,
                ShapeConstraint: AreMultipliable<R1, C1, R2, C2>,
                Self: operator::Mul<
                        $($right)+,
                        Seed = OMatrix<T, R1, C2>,
                        Left = OMatrix<T, R1, C1>,
                        Right = OMatrix<T, R2, C2>,
                    >,
            {
                type Output = OMatrix<T, R1, C2>;

                #[inline]
                fn forward(
                    self,
                    $b: $($right)+,
                    d_self: impl Direction<Self::Left>,
                    d_right: impl Direction<Self::Right>,
                ) -> (Self::Output, Self::Seed) {
                    let $a = self;
                    let (a, b) = ($a_ref, $b_ref);
                    let value = a * b;
                    let tangent = match (d_self.get(), d_right.get()) {
                        (Some(d_a), Some(d_b)) => {
                            let mut tangent = d_a * b;
                            tangent += a * d_b;
                            tangent
                        }
                        (Some(d_a), None) => d_a * b,
                        (None, Some(d_b)) => a * d_b,
                        (None, None) => crate::zero_like(&value),
                    };
                    (value, tangent)
                }
            }
        )+
    };
}
product! {
    [Matrix<T, R1, C1, SA>] [Matrix<T, R2, C2, SB>] a => &a, b => &b;
    [Matrix<T, R1, C1, SA>] [&'b Matrix<T, R2, C2, SB>] a => &a, b => b;
    [&'a Matrix<T, R1, C1, SA>] [Matrix<T, R2, C2, SB>] a => a, b => &b;
    [&'a Matrix<T, R1, C1, SA>] [&'b Matrix<T, R2, C2, SB>] a => a, b => b;
}

/// `a * k` and `a / k` with a number.
macro_rules! scaled {
    ($($trait:ident $forward:ident $operator:tt |$a:ident, $k:ident, $d:ident| $right:expr;)+) => {
        $(
            scaled!(@form $trait $forward $operator |$a, $k, $d| $right; [Matrix<T, R, C, S>]);
            scaled!(@form $trait $forward $operator |$a, $k, $d| $right; [&Matrix<T, R, C, S>]);
        )+
    };
    (@form $trait:ident $forward:ident $operator:tt |$a:ident, $k:ident, $d:ident| $right:expr; [$($left:tt)+]) => {
        impl<T, R, C, S> operator::$trait<T> for $($left)+
        where
            T: Entry,
            R: Dim,
            C: Dim,
            S: Storage<T, R, C>,
            DefaultAllocator: Allocator<R, C>,
        {
            type Seed = OMatrix<T, R, C>;
            type Left = OMatrix<T, R, C>;
            type Right = T;

            #[inline]
            fn reverse(self, $k: T, $d: Self::Seed) -> (Self::Left, T) {
                let $a = self;
                let right = $right;
                ($d $operator $k, right)
            }
        }

        impl<T, R, C, S> operator::$forward<T> for $($left)+
        where
            T: Entry,
            R: Dim,
            C: Dim,
            S: Storage<T, R, C>,
            DefaultAllocator: Allocator<R, C>,
        {
            type Output = OMatrix<T, R, C>;

            #[inline]
            fn forward(
                self,
                k: T,
                d_self: impl Direction<Self::Left>,
                d_k: impl Direction<T>,
            ) -> (Self::Output, Self::Seed) {
                let value = self.clone_owned() $operator k;
                let mut tangent = match d_self.get() {
                    Some(tangent) => tangent $operator k,
                    None => crate::zero_like(&value),
                };
                if let Some(d_k) = d_k.get() {
                    tangent += scaled!(@along $operator self, value, k, d_k);
                }
                (value, tangent)
            }
        }
    };
    (@along * $self:ident, $value:ident, $k:ident, $d_k:ident) => { $self.clone_owned() * $d_k };
    (@along / $self:ident, $value:ident, $k:ident, $d_k:ident) => { &$value * (-$d_k / $k) };
}
scaled! {
    Mul MulForward * |a, k, d| a.dot(&d);
    Div DivForward / |a, k, d| -a.dot(&d) / (k * k);
}

/// `k * a` with a number.
macro_rules! scaled_from_left {
    ($($float:ident [$($right:tt)+];)+) => {
        $(
            impl<R, C, S> operator::Mul<$($right)+> for $float
            where
                R: Dim,
                C: Dim,
                S: Storage<$float, R, C>,
                DefaultAllocator: Allocator<R, C>,
            {
                type Seed = OMatrix<$float, R, C>;
                type Left = $float;
                type Right = OMatrix<$float, R, C>;

                #[inline]
                fn reverse(self, right: $($right)+, seed: Self::Seed) -> (Self::Left, Self::Right) {
                    (right.dot(&seed), seed * self)
                }
            }

            impl<R, C, S> operator::MulForward<$($right)+> for $float
            where
                R: Dim,
                C: Dim,
                S: Storage<$float, R, C>,
                DefaultAllocator: Allocator<R, C>,
            {
                type Output = OMatrix<$float, R, C>;

                #[inline]
                fn forward(
                    self,
                    right: $($right)+,
                    d_self: impl Direction<$float>,
                    d_right: impl Direction<Self::Right>,
                ) -> (Self::Output, Self::Seed) {
                    let right = right.clone_owned();
                    let mut tangent = match d_right.get() {
                        Some(d_right) => self * d_right,
                        None => crate::zero_like(&right),
                    };
                    if let Some(d) = d_self.get() {
                        tangent += d * &right;
                    }
                    (self * right, tangent)
                }
            }
        )+
    };
}
scaled_from_left! {
    f32 [Matrix<f32, R, C, S>];
    f32 [&Matrix<f32, R, C, S>];
    f64 [Matrix<f64, R, C, S>];
    f64 [&Matrix<f64, R, C, S>];
}

macro_rules! negated {
    ($([$($of:tt)+];)+) => {
        $(
            impl<T, R, C, S> operator::Neg for $($of)+
            where
                T: Entry,
                R: Dim,
                C: Dim,
                S: Storage<T, R, C>,
                DefaultAllocator: Allocator<R, C>,
            {
                type Seed = OMatrix<T, R, C>;
                type Left = OMatrix<T, R, C>;

                #[inline]
                fn reverse(self, seed: Self::Seed) -> Self::Left {
                    -seed
                }
            }

            impl<T, R, C, S> operator::NegForward for $($of)+
            where
                T: Entry,
                R: Dim,
                C: Dim,
                S: Storage<T, R, C>,
                DefaultAllocator: Allocator<R, C>,
            {
                type Output = OMatrix<T, R, C>;

                #[inline]
                fn forward(self, d_self: impl Direction<Self::Left>) -> (Self::Output, Self::Seed) {
                    let value = -self.clone_owned();
                    let tangent = match d_self.get() {
                        Some(tangent) => -tangent,
                        None => crate::zero_like(&value),
                    };
                    (value, tangent)
                }
            }
        )+
    };
}
negated! {
    [Matrix<T, R, C, S>];
    [&Matrix<T, R, C, S>];
}

/// `a += b` and `a -= b`.
macro_rules! sum_assigned {
    ($($trait:ident $forward:ident $operator:tt |$d:ident| $sign:expr; [$($right:tt)+];)+) => {
        $(
            impl<T, R, C, SA, SB> operator::$trait<$($right)+> for Matrix<T, R, C, SA>
            where
                T: Entry,
                R: Dim,
                C: Dim,
                SA: StorageMut<T, R, C>,
                SB: Storage<T, R, C>,
                DefaultAllocator: Allocator<R, C>,
            {
                type Left = OMatrix<T, R, C>;
                type Right = OMatrix<T, R, C>;

                #[inline]
                fn reverse(&self, _: $($right)+, $d: &mut Self::Left) -> Self::Right {
                    $sign
                }
            }

            impl<T, R, C, SA, SB> operator::$forward<$($right)+> for Matrix<T, R, C, SA>
            where
                T: Entry,
                R: Dim,
                C: Dim,
                SA: StorageMut<T, R, C>,
                SB: Storage<T, R, C>,
                DefaultAllocator: Allocator<R, C>,
                ShapeConstraint: SameNumberOfRows<R, R> + SameNumberOfColumns<C, C>,
            {
                #[inline]
                fn forward(
                    &mut self,
                    right: $($right)+,
                    d_self: &mut Self::Left,
                    d_right: impl Direction<Self::Right>,
                ) -> ((), ()) {
                    *self $operator right;
                    if let Some(d_right) = d_right.get() {
                        *d_self $operator d_right;
                    }
                    ((), ())
                }
            }
        )+
    };
}
sum_assigned! {
    AddAssign AddAssignForward += |d| d.clone(); [Matrix<T, R, C, SB>];
    AddAssign AddAssignForward += |d| d.clone(); [&Matrix<T, R, C, SB>];
    SubAssign SubAssignForward -= |d| -&*d; [Matrix<T, R, C, SB>];
    SubAssign SubAssignForward -= |d| -&*d; [&Matrix<T, R, C, SB>];
}

/// `a *= k` and `a /= k` with a number.
macro_rules! scaled_in_place {
    ($($trait:ident $forward:ident $operator:tt |$a:ident, $k:ident, $d:ident| $right:expr, $along:expr;)+) => {
        $(
            impl<T, R, C, S> operator::$trait<T> for Matrix<T, R, C, S>
            where
                T: Entry,
                R: Dim,
                C: Dim,
                S: StorageMut<T, R, C>,
                DefaultAllocator: Allocator<R, C>,
            {
                type Left = OMatrix<T, R, C>;
                type Right = T;

                #[inline]
                fn reverse(&self, $k: T, $d: &mut Self::Left) -> T {
                    let $a = self;
                    let right = $right;
                    *$d $operator $k;
                    right
                }
            }

            impl<T, R, C, S> operator::$forward<T> for Matrix<T, R, C, S>
            where
                T: Entry,
                R: Dim,
                C: Dim,
                S: StorageMut<T, R, C>,
                DefaultAllocator: Allocator<R, C>,
            {
                #[inline]
                fn forward(
                    &mut self,
                    $k: T,
                    d_self: &mut Self::Left,
                    d_k: impl Direction<T>,
                ) -> ((), ()) {
                    *d_self $operator $k;
                    if let Some($d) = d_k.get() {
                        let $a = &*self;
                        *d_self += $along;
                    }
                    *self $operator $k;
                    ((), ())
                }
            }
        )+
    };
}
scaled_in_place! {
    MulAssign MulAssignForward *= |a, k, d| a.dot(d), a.clone_owned() * d;
    DivAssign DivAssignForward /= |a, k, d| -a.dot(d) / (k * k), a.clone_owned() * (-d / (k * k));
}
