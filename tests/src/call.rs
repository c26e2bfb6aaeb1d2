//! `check!`: one call of a differentiated function, and all that is generated beside it.

/// Checks every function generated for `f` at a point.
///
/// The call is written as a call of `f`, and then its result type:
///
/// - `x`, `&x`: a differentiable argument, by value or by shared reference,
/// - `&mut x`: an in-out buffer,
/// - `by as_ref x`: the same, passed as `x.as_ref()`, or by another method that borrows,
/// - `const x`: an argument that is not differentiated, whatever its type.
///
/// The result decides what there is to check: after `-> f64` and `-> f32` the `f_grad` family
/// too, after `-> ()` no seed is passed, after any other type the seed has its shape. With
/// `; no jvp` at the end, `f` is only `#[grad]`.
///
/// A slice is written as a reference to what owns it: `&vec![0.5, 1.5]`.
#[macro_export]
macro_rules! check {
    ($c:expr, $f:ident($($arguments:tt)*) -> $($result:tt)+) => {
        $crate::check_arguments!(
            ($c, $f, [$($result)+])
            [] [] [] [] [] []
            $($arguments)* ,
        )
    };
}

/// As [`check!`], without what `f_grad` and its like make of the sweeps.
#[macro_export]
macro_rules! check_sweeps {
    ($c:expr, $f:ident($($arguments:tt)*) -> $($result:tt)+) => {
        $crate::check_arguments!(
            (sweeps $c, $f, [$($result)+])
            [] [] [] [] [] []
            $($arguments)* ,
        )
    };
}

/// Sorts the arguments: what is active, fixed, passed, in-out, and the gradient's rest.
///
/// Every step names its argument `argument` and its adjoint `adjoint`; hygiene keeps those of
/// different steps apart.
#[doc(hidden)]
#[macro_export]
macro_rules! check_arguments {
    // All sorted. What is not in-out comes back as nothing, bare, or as a tuple.
    ($head:tt $active:tt $fixed:tt $passed:tt $into:tt $in_out:tt [] $(,)?) => {
        $crate::check_result!($head $active $fixed $passed $into $in_out [()] [])
    };
    ($head:tt $active:tt $fixed:tt $passed:tt $into:tt $in_out:tt [$rest:ident] $(,)?) => {
        $crate::check_result!($head $active $fixed $passed $into $in_out [$rest] [$rest,])
    };
    ($head:tt $active:tt $fixed:tt $passed:tt $into:tt $in_out:tt [$($rest:ident)+] $(,)?) => {
        $crate::check_result!(
            $head $active $fixed $passed $into $in_out [($($rest),+)] [($($rest),+),]
        )
    };

    ($head:tt $active:tt [$($fixed:tt)*] [$($passed:tt)*] $into:tt $in_out:tt $rest:tt
     const $value:expr, $($more:tt)*) => {
        $crate::check_arguments!(
            $head $active
            [$($fixed)* (argument $value)]
            [$($passed)* argument,]
            $into $in_out $rest $($more)*
        )
    };
    ($head:tt [$($active:tt)*] $fixed:tt [$($passed:tt)*] [$($into:tt)*] [$($in_out:tt)*] $rest:tt
     &mut $value:expr, $($more:tt)*) => {
        $crate::check_arguments!(
            $head
            [$($active)* (argument adjoint $value)]
            $fixed
            [$($passed)* &mut argument,]
            [$($into)* &mut adjoint,]
            [$($in_out)* (argument adjoint)]
            $rest $($more)*
        )
    };
    ($head:tt [$($active:tt)*] $fixed:tt [$($passed:tt)*] [$($into:tt)*] $in_out:tt [$($rest:tt)*]
     by $method:ident $value:expr, $($more:tt)*) => {
        $crate::check_arguments!(
            $head
            [$($active)* (argument adjoint $value)]
            $fixed
            [$($passed)* argument.$method(),]
            [$($into)* &mut adjoint,]
            $in_out
            [$($rest)* adjoint] $($more)*
        )
    };
    ($head:tt [$($active:tt)*] $fixed:tt [$($passed:tt)*] [$($into:tt)*] $in_out:tt [$($rest:tt)*]
     & $value:expr, $($more:tt)*) => {
        $crate::check_arguments!(
            $head
            [$($active)* (argument adjoint $value)]
            $fixed
            [$($passed)* &argument,]
            [$($into)* &mut adjoint,]
            $in_out
            [$($rest)* adjoint] $($more)*
        )
    };
    ($head:tt [$($active:tt)*] $fixed:tt [$($passed:tt)*] [$($into:tt)*] $in_out:tt [$($rest:tt)*]
     $value:expr, $($more:tt)*) => {
        $crate::check_arguments!(
            $head
            [$($active)* (argument adjoint $value)]
            $fixed
            [$($passed)* argument,]
            [$($into)* &mut adjoint,]
            $in_out
            [$($rest)* adjoint] $($more)*
        )
    };
}

/// Adds what depends on the result: the seed as it is passed, and the `f_grad` family.
#[doc(hidden)]
#[macro_export]
macro_rules! check_result {
    ((modes $c:expr, $f:ident, [f64 $($options:tt)*]) $($lists:tt)*) => {
        $crate::check_modes_of!(($c, $f, scalar, seed, [seed,]) $($lists)*)
    };
    ((modes $c:expr, $f:ident, [f32 $($options:tt)*]) $($lists:tt)*) => {
        $crate::check_modes_of!(($c, $f, scalar, seed, [seed,]) $($lists)*)
    };
    ((modes $c:expr, $f:ident, [() $($options:tt)*]) $($lists:tt)*) => {
        $crate::check_modes_of!(($c, $f, compound, _, []) $($lists)*)
    };
    ((modes $c:expr, $f:ident, [$result:ty $(; no jvp)?]) $($lists:tt)*) => {
        $crate::check_modes_of!(($c, $f, compound, seed, [seed,]) $($lists)*)
    };
    ((sweeps $c:expr, $f:ident, [f64 $($options:tt)*]) $($lists:tt)*) => {
        $crate::check_case!(($c, $f, compound, seed, [seed,], [$($options)*]) $($lists)*)
    };
    ((sweeps $c:expr, $f:ident, [f32 $($options:tt)*]) $($lists:tt)*) => {
        $crate::check_case!(($c, $f, compound, seed, [seed,], [$($options)*]) $($lists)*)
    };
    ((sweeps $($head:tt)*) $($lists:tt)*) => {
        $crate::check_result!(($($head)*) $($lists)*)
    };
    (($c:expr, $f:ident, [f64 $($options:tt)*]) $($lists:tt)*) => {
        $crate::check_case!(($c, $f, scalar, seed, [seed,], [$($options)*]) $($lists)*)
    };
    (($c:expr, $f:ident, [f32 $($options:tt)*]) $($lists:tt)*) => {
        $crate::check_case!(($c, $f, scalar, seed, [seed,], [$($options)*]) $($lists)*)
    };
    (($c:expr, $f:ident, [() $($options:tt)*]) $($lists:tt)*) => {
        $crate::check_case!(($c, $f, compound, _, [], [$($options)*]) $($lists)*)
    };
    (($c:expr, $f:ident, [$result:ty]) $($lists:tt)*) => {
        $crate::check_case!(($c, $f, compound, seed, [seed,], []) $($lists)*)
    };
    (($c:expr, $f:ident, [$result:ty; no jvp]) $($lists:tt)*) => {
        $crate::check_case!(($c, $f, compound, seed, [seed,], [; no jvp]) $($lists)*)
    };
}

/// The calls themselves, each as a closure over plain vectors.
#[doc(hidden)]
#[macro_export]
macro_rules! check_case {
    (
        ($c:expr, $f:ident, $kind:ident, $seed:tt, [$($seeded:tt)*], [$($options:tt)*])
        [$(($active:ident $adjoint:ident $at:expr))*]
        [$(($fixed:ident $value:expr))*]
        [$($passed:tt)*]
        [$($into:tt)*]
        [$(($in_out:ident $in_out_adjoint:ident))*]
        [$rest:pat]
        [$($direction:tt)*]
    ) => {
        $crate::paste! {{
            #[allow(unused_mut, unused_variables)]
            {
                let inputs = ($(Clone::clone(&$at),)*);
                // Once, for the shape of what comes out.
                let outputs = {
                    let ($(mut $active,)*) = inputs.clone();
                    $(let $fixed = $value;)*
                    let value = $f($($passed)*);
                    (value, $($in_out,)*)
                };
                $c.run(&$crate::Case {
                    name: stringify!($f),
                    epsilon: $crate::epsilon(&inputs, &outputs),
                    point: $crate::flat(&inputs),
                    primal: &|x| {
                        let ($(mut $active,)*) = $crate::like(&inputs, x);
                        $(let $fixed = $value;)*
                        let value = $f($($passed)*);
                        $crate::flat(&(value, $($in_out,)*))
                    },
                    vjp: &|x, u| {
                        let ($(mut $active,)*) = $crate::like(&inputs, x);
                        $(let $fixed = $value;)*
                        let ($seed, $(mut $in_out_adjoint,)*) = $crate::tangent_like(&outputs, u);
                        let (value, $rest) =
                            [<$f _vjp>]($($passed)* $($seeded)* $(&mut $in_out_adjoint,)*);
                        ($crate::flat(&(value, $($in_out,)*)), $crate::flat(&($($adjoint,)*)))
                    },
                    forward_reverse: &|x, seeds| {
                        let ($(mut $active,)*) = $crate::like(&inputs, x);
                        $(let $fixed = $value;)*
                        let mut gradients = Vec::new();
                        let value = {
                            let (value, residuals) = [<$f _forward>]($($passed)*);
                            for u in seeds {
                                let ($seed, $(mut $in_out_adjoint,)*) = $crate::tangent_like(&outputs, u);
                                let $rest = [<$f _reverse>](
                                    &residuals, $($seeded)* $(&mut $in_out_adjoint,)*
                                );
                                gradients.push($crate::flat(&($($adjoint,)*)));
                            }
                            value
                        };
                        ($crate::flat(&(value, $($in_out,)*)), gradients)
                    },
                    jvp: $crate::check_jvp!([$($options)*] &|x, v| {
                        let ($(mut $active,)*) = $crate::like(&inputs, x);
                        $(let $fixed = $value;)*
                        let ($(mut $adjoint,)*) = $crate::tangent_like(&inputs, v);
                        let (value, tangent) =
                            [<$f _jvp>]($($passed)* $($direction)* $(&mut $in_out_adjoint,)*);
                        (
                            $crate::flat(&(value, $($in_out,)*)),
                            $crate::flat(&(tangent, $($in_out_adjoint,)*)),
                        )
                    }),
                    grad: $crate::check_grad!($kind &|x, u| {
                        let ($(mut $active,)*) = $crate::like(&inputs, x);
                        $(let $fixed = $value;)*
                        let (_, $(mut $in_out_adjoint,)*) = $crate::tangent_like(&outputs, u);
                        let $rest = [<$f _grad>]($($passed)* $(&mut $in_out_adjoint,)*);
                        $crate::flat(&($($adjoint,)*))
                    }),
                    value_and_grad: $crate::check_grad!($kind &|x, u| {
                        let ($(mut $active,)*) = $crate::like(&inputs, x);
                        $(let $fixed = $value;)*
                        let (_, $(mut $in_out_adjoint,)*) = $crate::tangent_like(&outputs, u);
                        let (value, $rest) =
                            [<$f _value_and_grad>]($($passed)* $(&mut $in_out_adjoint,)*);
                        ($crate::flat(&(value, $($in_out,)*)), $crate::flat(&($($adjoint,)*)))
                    }),
                    grad_into: $crate::check_grad!($kind &|x, u| {
                        let ($(mut $active,)*) = $crate::like(&inputs, x);
                        $(let $fixed = $value;)*
                        // Buffers are overwritten, whatever is in them.
                        let ($(mut $adjoint,)*) = $crate::tangent_like(&inputs, &vec![f64::NAN; x.len()]);
                        let (_, $(mut $in_out_adjoint,)*) = $crate::tangent_like(&outputs, u);
                        let value = [<$f _grad_into>]($($passed)* $($into)*);
                        ($crate::flat(&(value, $($in_out,)*)), $crate::flat(&($($adjoint,)*)))
                    }),
                });
            }
        }}
    };
}

/// `f_jvp` exists when the fixture asks for it.
#[doc(hidden)]
#[macro_export]
macro_rules! check_jvp {
    ([] $call:expr) => {
        Some($call)
    };
    ([; no jvp] $call:expr) => {
        None
    };
}

/// The `f_grad` family exists for scalar results.
#[doc(hidden)]
#[macro_export]
macro_rules! check_grad {
    (scalar $call:expr) => {
        Some($call)
    };
    (compound $call:expr) => {
        None
    };
}

/// The coarsest machine epsilon among what goes in and what comes out.
#[doc(hidden)]
pub fn epsilon<I: crate::Flat, O: crate::Flat>(_: &I, _: &O) -> f64 {
    I::EPSILON.max(O::EPSILON)
}
