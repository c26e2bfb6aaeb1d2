//! `+`, `-`, `*` and `/` element by element, with broadcasting, and with a number.

// Of the forms of an operator some need no lifetime.
#![allow(clippy::extra_unused_lifetimes)]

use ndarray::{Array, ArrayBase, Data, DataMut, DimMax, Dimension};

use super::{Entry, any, inner, negative, shrunk};
use crate::{Direction, operator};

/// Two arrays: what the adjoint `d` of the result contributes to both.
macro_rules! elementwise {
    ($($trait:ident $forward:ident $operator:tt |$a:ident, $b:ident, $d:ident| $to_a:expr, $to_b:expr;)+) => {
        $(
            elementwise!(@form $trait $forward $operator |$a, $b, $d| $to_a, $to_b;
                [ArrayBase<S, D, T>] [ArrayBase<S2, E, T>] [D] [E] [D: Dimension + DimMax<E>, E: Dimension]);
            elementwise!(@form $trait $forward $operator |$a, $b, $d| $to_a, $to_b;
                [ArrayBase<S, D, T>] [&'b ArrayBase<S2, E, T>] [D] [E] [D: Dimension + DimMax<E>, E: Dimension]);
            elementwise!(@form $trait $forward $operator |$a, $b, $d| $to_a, $to_b;
                [&'a ArrayBase<S, D, T>] [ArrayBase<S2, E, T>] [E] [D] [D: Dimension, E: Dimension + DimMax<D>]);
            elementwise!(@form $trait $forward $operator |$a, $b, $d| $to_a, $to_b;
                [&'a ArrayBase<S, D, T>] [&'b ArrayBase<S2, E, T>] [D] [E] [D: Dimension + DimMax<E>, E: Dimension]);
        )+
    };
    (@form $trait:ident $forward:ident $operator:tt |$a:ident, $b:ident, $d:ident| $to_a:expr, $to_b:expr;
        [$($left:tt)+] [$($right:tt)+] [$larger:ident] [$smaller:ident] [$($dims:tt)+]) => {
        impl<'a, 'b, T, S, S2, D, E> operator::$trait<$($right)+> for $($left)+
        where
            T: Entry,
            S: Data<Elem = T>,
            S2: Data<Elem = T>,
            $($dims)+
        {
            type Seed = Array<T, <$larger as DimMax<$smaller>>::Output>;
            type Left = Array<T, D>;
            type Right = Array<T, E>;

            #[inline]
            fn reverse(self, right: $($right)+, seed: Self::Seed) -> (Self::Left, Self::Right) {
                let ($a, $b, $d) = (any(&self), any(&right), seed.into_dyn());
                let _ = (&$a, &$b);
                (shrunk($to_a, &self), shrunk($to_b, &right))
            }
        }

        impl<'a, 'b, T, S, S2, D, E> operator::$forward<$($right)+> for $($left)+
        where
            T: Entry,
            S: Data<Elem = T>,
            S2: Data<Elem = T>,
            $($dims)+
        {
            type Output = Self::Seed;

            #[inline]
            fn forward(
                self,
                right: $($right)+,
                d_self: impl Direction<Self::Left>,
                d_right: impl Direction<Self::Right>,
            ) -> (Self::Seed, Self::Seed) {
                let ($a, $b) = (any(&self), any(&right));
                let value = &$a $operator &$b;
                let mut tangent = Array::zeros(value.raw_dim());
                if let Some(d) = d_self.get() {
                    let $d = d.into_dyn();
                    tangent += &$to_a;
                }
                if let Some(d) = d_right.get() {
                    let $d = d.into_dyn();
                    tangent += &$to_b;
                }
                (super::of_dimension(value), super::of_dimension(tangent))
            }
        }
    };
}
elementwise! {
    Add AddForward + |a, b, d| d.clone(), d.clone();
    Sub SubForward - |a, b, d| d.clone(), negative(&d);
    Mul MulForward * |a, b, d| &d * &b, &d * &a;
    Div DivForward / |a, b, d| &d / &b, negative(&(&(&d * &a) / &(&b * &b)));
}

/// An array and a number on its right.
macro_rules! with_number {
    ($($trait:ident $forward:ident $operator:tt |$a:ident, $k:ident, $d:ident| $to_a:expr, $to_k:expr, $along_k:expr;)+) => {
        $(
            with_number!(@form $trait $forward $operator |$a, $k, $d| $to_a, $to_k, $along_k; [ArrayBase<S, D, T>]);
            with_number!(@form $trait $forward $operator |$a, $k, $d| $to_a, $to_k, $along_k; [&ArrayBase<S, D, T>]);
        )+
    };
    (@form $trait:ident $forward:ident $operator:tt |$a:ident, $k:ident, $d:ident| $to_a:expr, $to_k:expr, $along_k:expr;
        [$($left:tt)+]) => {
        #[allow(unused_variables)]
        impl<T: Entry, S: Data<Elem = T>, D: Dimension> operator::$trait<T> for $($left)+ {
            type Seed = Array<T, D>;
            type Left = Array<T, D>;
            type Right = T;

            #[inline]
            fn reverse(self, $k: T, seed: Self::Seed) -> (Self::Left, T) {
                let ($a, $d) = (&self, &seed);
                let to_k = $to_k;
                ($to_a, to_k)
            }
        }

        #[allow(unused_variables)]
        impl<T: Entry, S: Data<Elem = T>, D: Dimension> operator::$forward<T> for $($left)+ {
            type Output = Array<T, D>;

            #[inline]
            fn forward(
                self,
                $k: T,
                d_self: impl Direction<Self::Left>,
                d_k: impl Direction<T>,
            ) -> (Self::Output, Self::Seed) {
                let $a = &self;
                let value = $a.mapv(|x| x $operator $k);
                let mut tangent = match d_self.get() {
                    Some(d) => {
                        let $d = &d;
                        $to_a
                    }
                    None => crate::zero_like(&value),
                };
                if let Some($d) = d_k.get() {
                    tangent += &$along_k;
                }
                (value, tangent)
            }
        }
    };
}
with_number! {
    Add AddForward + |a, k, d| d.clone(), d.sum(), a.mapv(|_| d);
    Sub SubForward - |a, k, d| d.clone(), -d.sum(), a.mapv(|_| -d);
    Mul MulForward * |a, k, d| d.mapv(|d| d * k), inner(d, a), a.mapv(|a| a * d);
    Div DivForward / |a, k, d| d.mapv(|d| d / k), -inner(d, a) / (k * k), a.mapv(|a| -a * d / (k * k));
}

/// A number on the left.
macro_rules! from_left {
    ($($trait:ident $forward:ident $operator:tt |$k:ident, $b:ident, $d:ident| $to_k:expr, $to_b:expr, $along_k:expr;)+) => {
        $(
            from_left!(@form $trait $forward $operator |$k, $b, $d| $to_k, $to_b, $along_k; f32 [ArrayBase<S, D, f32>]);
            from_left!(@form $trait $forward $operator |$k, $b, $d| $to_k, $to_b, $along_k; f32 [&ArrayBase<S, D, f32>]);
            from_left!(@form $trait $forward $operator |$k, $b, $d| $to_k, $to_b, $along_k; f64 [ArrayBase<S, D, f64>]);
            from_left!(@form $trait $forward $operator |$k, $b, $d| $to_k, $to_b, $along_k; f64 [&ArrayBase<S, D, f64>]);
        )+
    };
    (@form $trait:ident $forward:ident $operator:tt |$k:ident, $b:ident, $d:ident| $to_k:expr, $to_b:expr, $along_k:expr;
        $float:ident [$($right:tt)+]) => {
        #[allow(unused_variables)]
        impl<S: Data<Elem = $float>, D: Dimension> operator::$trait<$($right)+> for $float {
            type Seed = Array<$float, D>;
            type Left = $float;
            type Right = Array<$float, D>;

            #[inline]
            fn reverse(self, right: $($right)+, seed: Self::Seed) -> (Self::Left, Self::Right) {
                let ($k, $b, $d) = (self, &right, &seed);
                ($to_k, $to_b)
            }
        }

        #[allow(unused_variables)]
        impl<S: Data<Elem = $float>, D: Dimension> operator::$forward<$($right)+> for $float {
            type Output = Array<$float, D>;

            #[inline]
            fn forward(
                self,
                right: $($right)+,
                d_self: impl Direction<$float>,
                d_right: impl Direction<Self::Right>,
            ) -> (Self::Output, Self::Seed) {
                let ($k, $b) = (self, &right);
                let value = $b.mapv(|b| $k $operator b);
                let mut tangent = match d_right.get() {
                    Some(d) => {
                        let $d = &d;
                        $to_b
                    }
                    None => crate::zero_like(&value),
                };
                if let Some($d) = d_self.get() {
                    tangent += &$along_k;
                }
                (value, tangent)
            }
        }
    };
}
from_left! {
    Add AddForward + |k, b, d| d.sum(), d.clone(), b.mapv(|_| d);
    Sub SubForward - |k, b, d| d.sum(), negative(d), b.mapv(|_| d);
    Mul MulForward * |k, b, d| inner(d, b), d * k, b.mapv(|b| b * d);
    Div DivForward / |k, b, d| inner(d, &b.mapv(|b| 1.0 / b)), d * &b.mapv(|b| -k / (b * b)), b.mapv(|b| d / b);
}

macro_rules! negated {
    ($([$($of:tt)+];)+) => {
        $(
            impl<T: Entry, S: Data<Elem = T>, D: Dimension> operator::Neg for $($of)+ {
                type Seed = Array<T, D>;
                type Left = Array<T, D>;

                #[inline]
                fn reverse(self, seed: Self::Seed) -> Self::Left {
                    -seed
                }
            }

            impl<T: Entry, S: Data<Elem = T>, D: Dimension> operator::NegForward for $($of)+ {
                type Output = Array<T, D>;

                #[inline]
                fn forward(self, d_self: impl Direction<Self::Left>) -> (Self::Output, Self::Seed) {
                    let value = self.mapv(|x| -x);
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
    [ArrayBase<S, D, T>];
    [&ArrayBase<S, D, T>];
}

/// `a += &b` and the like: `b` is broadcast.
macro_rules! assigned {
    ($($trait:ident $forward:ident $operator:tt |$a:ident, $b:ident, $d:ident| $to_b:expr, $before:expr, $along_b:expr;)+) => {
        $(
            #[allow(unused_variables)]
            impl<T, S, S2, D, E> operator::$trait<&ArrayBase<S2, E, T>> for ArrayBase<S, D, T>
            where
                T: Entry,
                S: DataMut<Elem = T>,
                S2: Data<Elem = T>,
                D: Dimension,
                E: Dimension,
            {
                type Left = Array<T, D>;
                type Right = Array<T, E>;

                #[inline]
                fn reverse(&self, right: &ArrayBase<S2, E, T>, d_self: &mut Self::Left) -> Self::Right {
                    let ($a, $b, $d) = (any(self), any(right), any(d_self));
                    let to_b = shrunk($to_b, right);
                    let before = $before;
                    if let Some(before) = before {
                        *d_self = super::of_dimension(before);
                    }
                    to_b
                }
            }

            #[allow(unused_variables)]
            impl<T, S, S2, D, E> operator::$forward<&ArrayBase<S2, E, T>> for ArrayBase<S, D, T>
            where
                T: Entry,
                S: DataMut<Elem = T>,
                S2: Data<Elem = T>,
                D: Dimension,
                E: Dimension,
            {
                #[inline]
                fn forward(
                    &mut self,
                    right: &ArrayBase<S2, E, T>,
                    d_self: &mut Self::Left,
                    d_right: impl Direction<Self::Right>,
                ) -> ((), ()) {
                    let ($a, $b) = (any(self), any(right));
                    let before = {
                        let $d = any(d_self);
                        $before
                    };
                    if let Some(before) = before {
                        *d_self = super::of_dimension(before);
                    }
                    if let Some(d) = d_right.get() {
                        let $d = d.view().into_dyn();
                        *d_self += &$along_b;
                    }
                    *self $operator right;
                    ((), ())
                }
            }
        )+
    };
}
assigned! {
    AddAssign AddAssignForward += |a, b, d| d.to_owned(), None::<Array<T, ndarray::IxDyn>>, d.to_owned();
    SubAssign SubAssignForward -= |a, b, d| negative(&d), None::<Array<T, ndarray::IxDyn>>, negative(&d);
    MulAssign MulAssignForward *= |a, b, d| &d * &a, Some(&d * &b), &a * &d;
    DivAssign DivAssignForward /= |a, b, d| negative(&(&(&d * &a) / &(&b * &b))), Some(&d / &b), negative(&(&(&a * &d) / &(&b * &b)));
}

/// `a += k` and the like.
macro_rules! number_assigned {
    ($($trait:ident $forward:ident $operator:tt |$a:ident, $k:ident, $d:ident| $to_k:expr, $before:expr, $along_k:expr;)+) => {
        $(
            #[allow(unused_variables, clippy::no_effect)]
            impl<T: Entry, S: DataMut<Elem = T>, D: Dimension> operator::$trait<T> for ArrayBase<S, D, T> {
                type Left = Array<T, D>;
                type Right = T;

                #[inline]
                fn reverse(&self, $k: T, $d: &mut Self::Left) -> T {
                    let $a = self;
                    let to_k = $to_k;
                    $before;
                    to_k
                }
            }

            #[allow(unused_variables, clippy::no_effect)]
            impl<T: Entry, S: DataMut<Elem = T>, D: Dimension> operator::$forward<T> for ArrayBase<S, D, T> {
                #[inline]
                fn forward(&mut self, $k: T, d_self: &mut Self::Left, d_k: impl Direction<T>) -> ((), ()) {
                    {
                        let $d = &mut *d_self;
                        $before;
                    }
                    if let Some($d) = d_k.get() {
                        let $a = &*self;
                        *d_self += &$along_k;
                    }
                    self.map_inplace(|x| *x $operator $k);
                    ((), ())
                }
            }
        )+
    };
}
number_assigned! {
    AddAssign AddAssignForward += |a, k, d| d.sum(), (), a.mapv(|_| d);
    SubAssign SubAssignForward -= |a, k, d| -d.sum(), (), a.mapv(|_| -d);
    MulAssign MulAssignForward *= |a, k, d| inner(d, a), d.map_inplace(|d| *d *= k), a.mapv(|a| a * d);
    DivAssign DivAssignForward /= |a, k, d| -inner(d, a) / (k * k), d.map_inplace(|d| *d /= k),
        a.mapv(|a| -a * d / (k * k));
}
