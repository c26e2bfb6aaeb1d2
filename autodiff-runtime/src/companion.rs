//! How generated functions find what was generated beside the functions they call.

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

/// What `#[grad]` puts beside a function `f`: a type of the same name that carries the sweeps, so that one
/// `use path::f;` imports both.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no derivative",
    label = "called on a value that is being differentiated",
    note = "put `#[grad]` on the function, or give it a rule of its own",
    note = "if no derivative is meant to pass through it, wrap the argument: `autodiff_runtime::no_diff(..)`"
)]
pub trait Companion {
    /// What the forward sweep keeps for the reverse sweep.
    type Kept;
    /// The result, for a caller who must keep one whose type only the compiler knows.
    type Output;
}

/// The [`Companion`] of a function for arguments of these types, in a tuple and without references: that of a generic
/// function depends on them.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no derivative for these arguments",
    label = "called on a value that is being differentiated",
    note = "put `#[grad]` on the function, or give it a rule of its own",
    note = "if it is generic, every type parameter must show in the type of an argument"
)]
pub trait CompanionOf<Args> {
    /// What the forward sweep keeps for the reverse sweep.
    type Kept;
    /// The result.
    type Output;
}

#[diagnostic::do_not_recommend]
impl<C: Companion, Args> CompanionOf<Args> for C {
    type Kept = C::Kept;
    type Output = C::Output;
}

/// A type in error where the compiler refuses a function, and never implemented. Its own message is for what is declared in
/// another file than the one whose text tells of it (`include!`).
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "something that this function names is not declared in its file as it is used",
    label = "in this function",
    note = "name it by its path: `crate::module::function(..)`, `crate::module::Type`"
)]
pub trait Refused {
    type Type;
}

/// Stands for a slice or a vector among the arguments of [`CompanionOf`].
#[doc(hidden)]
#[derive(Debug)]
pub struct List<T>(core::marker::PhantomData<T>);

/// The type parameters and constants of a generic function, where what it keeps is asked for by these.
#[doc(hidden)]
#[derive(Debug)]
pub struct Generics<T>(core::marker::PhantomData<T>);

/// Stands there for a type that only the callee knows.
#[doc(hidden)]
#[derive(Debug)]
pub struct Unnamed;

/// What has elements: arrays, slices and vectors.
#[doc(hidden)]
pub trait Elements {
    type Of;
}

impl<T> Elements for List<T> {
    type Of = T;
}

impl<T, const N: usize> Elements for [T; N] {
    type Of = T;
}

#[cfg(feature = "alloc")]
impl<T> Elements for Vec<T> {
    type Of = T;
}

/// Whatever `#[grad(hessian)]` is on, itself.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no second derivative",
    label = "called on a value that is being differentiated twice",
    note = "write `#[grad(hessian)]` on `{Self}`, too",
    note = "if no derivative is meant to pass through it, say so: `autodiff_runtime::no_diff(..)` around the call"
)]
pub trait Twice {
    /// `Self`.
    type Sweeps;
}

/// What `#[grad(hessian)]` puts beside it.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no second derivative",
    label = "called on a value that is being differentiated twice",
    note = "write `#[grad(hessian)]` on `{Self}`, too",
    note = "if no derivative is meant to pass through it, say so: `autodiff_runtime::no_diff(..)` around the call"
)]
pub trait SecondOrder {
    /// What the forward sweep keeps for the reverse sweep, with tangents.
    type Kept;
}

/// As [`CompanionOf`].
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no second derivative for these arguments",
    label = "called on a value that is being differentiated twice",
    note = "put `#[grad(hessian)]` on the function"
)]
pub trait SecondOrderOf<Args> {
    /// What the forward sweep keeps for the reverse sweep, with tangents.
    type Kept;
}

#[diagnostic::do_not_recommend]
impl<C: SecondOrder, Args> SecondOrderOf<Args> for C {
    type Kept = C::Kept;
}

/// The type of field `I` of a tuple, for a caller who must keep a part of a result.
#[doc(hidden)]
pub trait Field<const I: usize> {
    /// Its type.
    type Type;
}

macro_rules! fields {
    ($($name:ident $index:tt),+) => {
        fields!(@each ($($name),+) $($name $index),+);
    };
    (@each $all:tt $($name:ident $index:tt),+) => {
        $(fields!(@one $all $name $index);)+
    };
    (@one ($($all:ident),+) $name:ident $index:tt) => {
        impl<$($all),+> Field<$index> for ($($all,)+) {
            type Type = $name;
        }
    };
}
crate::vector::each_tuple!(fields);

/// In the place of a derivative where there is none: that of an integer beside floats in a tuple.
///
/// ```
/// use autodiff_runtime::{NoDerivative, grad};
///
/// #[grad]
/// fn total(items: &[(u32, f64)]) -> f64 {
///     items.iter().map(|&(count, price)| f64::from(count) * price).sum()
/// }
/// assert_eq!(total_grad(&[(2, 10.0), (3, 5.0)]), [(NoDerivative, 2.0), (NoDerivative, 3.0)]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoDerivative;

/// Nothing can be added to it: no component.
impl crate::VectorSpace for NoDerivative {
    const PRECISION: f64 = 0.0;
    const DIMENSION: Option<usize> = Some(0);

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

    fn write_path(&self, _: usize, _: &mut dyn core::fmt::Write) -> core::fmt::Result {
        Ok(())
    }
}

/// The contribution of a callee to the adjoint of an argument passed by value, which must be there: a
/// [`NoDerivative`] is refused, with the reason.
#[doc(hidden)]
#[inline(always)]
pub fn active<T: Contribution>(contribution: T) -> T::Adjoint {
    contribution.to_adjoint()
}

/// A contribution to an adjoint: everything that can be added, unlike [`NoDerivative`].
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a value that is being differentiated is passed to a parameter that the callee does not differentiate",
    label = "the callee has no derivative with respect to this argument",
    note = "the parameter's type has none, or `wrt(..)` of the callee's `#[grad]` leaves it out",
    note = "if no derivative is meant to pass, wrap the argument: `autodiff_runtime::no_diff(..)`"
)]
pub trait Contribution {
    /// `Self`. Unknown where there is an error about the contribution, which is then not followed by others.
    type Adjoint;

    /// The contribution itself.
    fn to_adjoint(self) -> Self::Adjoint;
}

// Without bounds on elements, so that it is this trait's message that the user sees.
macro_rules! contribution {
    ($([$($generics:tt)*] $type:ty;)+) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<$($generics)*> Contribution for $type {
                type Adjoint = $type;

                #[inline(always)]
                fn to_adjoint(self) -> $type {
                    self
                }
            }
        )+
    };
}
contribution! {
    [] f32;
    [] f64;
    [T, const K: usize] crate::Lanes<T, K>;
    [T, const N: usize] [T; N];
}
#[cfg(feature = "alloc")]
contribution! {
    [T] Vec<T>;
}

macro_rules! tuple {
    // For any type, the compiler would suggest to write one around what has no derivative.
    ($name:ident $index:tt) => {
        contribution! {
            [] (f32,);
            [] (f64,);
        }
    };
    ($($name:ident $index:tt),+) => {
        contribution! {
            [$($name),+] ($($name,)+);
        }
    };
}
crate::vector::each_tuple!(tuple);

/// Returns `value`, which is a constant for `#[grad]` from here on: no derivative passes through.
///
/// ```
/// use autodiff_runtime::no_diff;
/// assert_eq!(no_diff(3.0), 3.0);
/// ```
///
/// In a differentiated function, it says that a dependence is left out on purpose: into a function that has no
/// derivative, or into an integer.
///
/// ```
/// use autodiff_runtime::{grad, no_diff};
///
/// fn lookup(x: f64) -> f64 {
///     format!("{x:.1}").parse().unwrap()
/// }
///
/// #[grad]
/// fn scaled(x: f64, table: &[f64]) -> f64 {
///     x * table[no_diff(x) as usize] * lookup(no_diff(x))
/// }
/// assert_eq!(scaled_grad(1.5, &[3.0, 4.0]), (6.0, vec![0.0, 2.25]));
/// ```
#[inline(always)]
pub fn no_diff<T>(value: T) -> T {
    value
}

/// Returns `value`, and says to `#[grad]` what its derivative is: the sum over the pairs `(argument, slope)` of the
/// slope times the derivative of the argument. How `value` and the slopes were computed is of no consequence.
///
/// For a formula that is better than the derivative of the code: one that does not overflow, one that is known
/// although the value is found by trial, one that is wanted although it is not the derivative. For a whole function,
/// [`derivative`](macro@crate::derivative) is the same.
///
/// ```
/// use autodiff_runtime::{grad, no_diff, with_derivative};
///
/// /// The softplus ln(1 + e^x), whose derivative is the logistic function: never inf / inf.
/// #[grad]
/// fn softplus(x: f64) -> f64 {
///     with_derivative(x.exp().ln_1p(), [(x, 1.0 / (1.0 + (-x).exp()))])
/// }
/// assert_eq!(softplus_grad(0.0), 0.5);
/// assert_eq!(softplus_grad(1e6), 1.0);
///
/// /// Kepler's equation: the x with x - e sin(x) = m, found by any means.
/// #[grad]
/// fn eccentric_anomaly(m: f64, e: f64) -> f64 {
///     let mut x = m;
///     for _ in 0..50 {
///         x = m + e * x.sin();
///     }
///     let slope = 1.0 / (1.0 - e * x.cos());
///     with_derivative(x, [(m, slope), (e, slope * x.sin())])
/// }
/// let (d_m, d_e) = eccentric_anomaly_grad(1.0, 0.1);
/// assert!((d_m - 1.0486).abs() < 1e-4 && (d_e - 0.9291).abs() < 1e-4);
/// ```
#[inline(always)]
pub fn with_derivative<T, const N: usize>(value: T, slopes: [(T, T); N]) -> T {
    let _ = slopes;
    value
}

/// An argument passed by value, for the callee's reverse sweep: a scalar again, nothing for what was moved (of that the
/// callee keeps what it needs). For callers that do not know which of the two they have.
#[doc(hidden)]
pub trait Again {
    type Arg;
    fn again(&self) -> Self::Arg;
}

macro_rules! again {
    ($($scalar:ident)*) => {
        $(impl Again for $scalar {
            type Arg = $scalar;

            #[inline(always)]
            fn again(&self) -> $scalar {
                *self
            }
        })*
    };
}
again!(f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize bool char);

impl<T, const N: usize> Again for [T; N] {
    type Arg = ();

    #[inline(always)]
    fn again(&self) {}
}

#[cfg(feature = "alloc")]
impl<T> Again for alloc::vec::Vec<T> {
    type Arg = ();

    #[inline(always)]
    fn again(&self) {}
}

impl<'a, T: ?Sized> Again for &'a T {
    type Arg = &'a T;

    #[inline(always)]
    fn again(&self) -> &'a T {
        self
    }
}

#[doc(hidden)]
#[inline(always)]
pub fn again<T: Again>(value: &T) -> T::Arg {
    value.again()
}

/// `a + b` of two adjoints of any shape.
#[doc(hidden)]
#[inline]
pub fn plus<T: crate::AddAll<T>>(mut a: T, b: T) -> T {
    crate::add_all(&mut a, &b);
    a
}

/// What a generated function calls, under names that always mean something.
///
/// `use path::f` brings the function and, if it has a derivative, the type of its name that carries it. Where that brings
/// no type, `d_f` is the one from a glob import, which is hidden otherwise; its use is an error that says what to do about
/// `f`. So is the use of a mode that the type does not have: methods of a trait stand in, which come after the type's own.
///
/// Where a module has the function's name, the type is called `__f_sweeps`, and what `use path::f` brings is the module.
/// It is found by glob imports: from where the path says that the function is, or from the module of its name.
#[doc(hidden)]
#[macro_export]
macro_rules! callees {
    ($(
        use $path:path as $alias:ident, $sweeps:ident of [$($around:tt)*] ($($bring:tt)*), or $module:ident::$name:ident {
            forward($($forward:ident)*),
            reverse($($reverse:ident)*) -> $contributions:ty,
            reverse_into($($reverse_into:ident)*),
            jvp($($jvp:ident)*) -> $tangents:ty,
            second($($second:ident)*) -> $value:ty,
            second_into($($second_into:ident)*),
            $message:literal, $rule:literal, $no_jvp:literal, $jvp_rule:literal,
            $no_batch:literal, $batch_rule:literal
        };
    )*) => {
        #[allow(unused_imports)]
        use callees::*;
        #[allow(unused, nonstandard_style, unreachable_pub, clippy::all)]
        #[allow(missing_debug_implementations, missing_copy_implementations)]
        mod callees {
            $(
                pub mod $module {
                    #[diagnostic::on_unimplemented(
                        message = $message,
                        label = "called on a value that is being differentiated",
                        note = "put `#[grad]` on the function",
                        note = $rule,
                        note = "if no derivative is meant to pass through it, say so: `autodiff_runtime::no_diff(..)` around the call"
                    )]
                    pub trait HasDerivative {}

                    #[diagnostic::on_unimplemented(
                        message = $no_jvp,
                        label = "called in forward mode, which `jvp` or `jacobian` of the caller asks for",
                        note = $jvp_rule
                    )]
                    pub trait HasForwardMode {}

                    #[diagnostic::on_unimplemented(
                        message = $no_batch,
                        label = "called in a batched sweep, which `batch` of the caller asks for",
                        note = $batch_rule
                    )]
                    pub trait HasBatches {}

                    // A type that may stand before `::*`.
                    pub enum $name {}

                    // As private as what it leads to may be.
                    pub(in super::super) trait Carried {
                        type Carrier;
                    }

                    impl $name {
                        pub fn forward<Value, $($forward),*>($(_: $forward),*) -> (Value, ())
                        where
                            ($name, Value): HasDerivative,
                        {
                            ::core::unreachable!()
                        }

                        pub fn reverse<$($reverse),*>($(_: $reverse),*) -> $contributions {
                            ::core::unreachable!()
                        }

                        pub fn reverse_into<$($reverse_into),*>($(_: $reverse_into),*) {
                            ::core::unreachable!()
                        }

                        pub fn jvp<$($jvp),*>($(_: $jvp),*) -> $tangents {
                            ::core::unreachable!()
                        }

                        pub fn forward_second<Value, $($jvp),*>($(_: $jvp),*) -> (Value, Value, ())
                        where
                            ($name, Value): HasDerivative,
                        {
                            ::core::unreachable!()
                        }
                    }

                    impl $crate::Companion for $name {
                        type Kept = ();
                        type Output = $contributions;
                    }

                    impl $crate::Twice for $name {
                        type Sweeps = $name;
                    }

                    impl $crate::SecondOrder for $name {
                        type Kept = ();
                    }

                    pub trait Missing {
                        fn jvp<Value, $($jvp),*>($(_: $jvp),*) -> (Value, Value)
                        where
                            ($name, Value): HasForwardMode,
                        {
                            ::core::unreachable!()
                        }

                        fn jvp_batch<Value, Tangent, $($jvp),*>($(_: $jvp),*) -> (Value, Tangent)
                        where
                            ($name, Tangent): HasBatches,
                        {
                            ::core::unreachable!()
                        }

                        fn reverse_batch<Adjoints, $($reverse),*>($(_: $reverse),*) -> Adjoints
                        where
                            ($name, Adjoints): HasBatches,
                        {
                            ::core::unreachable!()
                        }

                        // What is kept has a type whose name is an error already.
                        fn forward_second<Value, Kept, $($jvp),*>($(_: $jvp),*)
                            -> ($value, $value, Kept)
                        {
                            ::core::unreachable!()
                        }

                        fn reverse_second<$($second),*>($(_: $second),*) -> ($contributions, $contributions) {
                            ::core::unreachable!()
                        }

                        fn reverse_second_into<$($second_into),*>($(_: $second_into),*) {
                            ::core::unreachable!()
                        }
                    }
                }
            )*
        }
        $(
            #[allow(unused_imports)]
            const _: () = {
                use $module::$name as __found;
                use $module::$name as $sweeps;
                const _: () = {
                    $($bring)*
                    use $path as __found;
                    use $path as $sweeps;
                    const _: () = {
                        use $($around)*::*;
                        use __found::*;
                        impl $module::Carried for $module::$name {
                            type Carrier = $sweeps;
                        }
                    };
                };
            };
            type $alias = <$module::$name as $module::Carried>::Carrier;
            #[allow(unused_imports)]
            use callees::$module::Missing as _;
            impl callees::$module::Missing for $alias {}
        )*
    };
}
