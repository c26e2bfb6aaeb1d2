//! The derivatives of operators: one trait beside each of `core::ops`, implemented for floats here, and for a type of the
//! user's by `#[grad]` on its `impl` of the operator. By these, generated code finds the derivative of `a * b` where only
//! the compiler knows what `a` and `b` are.

macro_rules! binary {
    ($name:ident, $forward:ident, $second:ident, $message:literal) => {
        #[diagnostic::on_unimplemented(
            message = $message,
            label = "an operand of this is being differentiated",
            note = "put `#[grad]` on the `impl` of the operator for these types",
            note = "if no derivative is meant to pass through it, wrap the operands: `autodiff_runtime::no_diff(..)`"
        )]
        pub trait $name<R>: Sized {
            /// The adjoint of the result.
            type Seed;
            /// The adjoint of the left operand.
            type Left;
            /// The adjoint of the right operand.
            type Right;

            /// What the adjoint of the result contributes to those of the operands.
            fn reverse(self, right: R, seed: Self::Seed) -> (Self::Left, Self::Right);
        }

        #[diagnostic::on_unimplemented(
            message = $message,
            label = "an operand of this is being differentiated in forward mode",
            note = "put `#[grad(jvp)]` on the `impl` of the operator for these types",
            note = "if no derivative is meant to pass through it, wrap the operands: `autodiff_runtime::no_diff(..)`"
        )]
        pub trait $forward<R>: $name<R> {
            /// What the operator yields.
            type Output;

            /// The result and its tangent, of the operands and theirs.
            fn forward(
                self,
                right: R,
                d_self: impl crate::Direction<Self::Left>,
                d_right: impl crate::Direction<Self::Right>,
            ) -> (Self::Output, Self::Seed);
        }

        #[diagnostic::on_unimplemented(
            message = $message,
            label = "an operand of this is being differentiated twice",
            note = "put `#[grad(hessian)]` on the `impl` of the operator for these types",
            note = "if no derivative is meant to pass through it, wrap the operands: `autodiff_runtime::no_diff(..)`"
        )]
        pub trait $second<R>: $name<R> {
            /// What `reverse` yields, and its tangent.
            #[allow(clippy::type_complexity)]
            fn second(
                self,
                right: R,
                d_self: impl crate::Direction<Self::Left>,
                d_right: impl crate::Direction<Self::Right>,
                seed: Self::Seed,
                d_seed: Self::Seed,
            ) -> ((Self::Left, Self::Right), (Self::Left, Self::Right));
        }
    };
}
binary!(Add, AddForward, AddSecond, "`{Self} + {R}` has no derivative");
binary!(Sub, SubForward, SubSecond, "`{Self} - {R}` has no derivative");
binary!(Mul, MulForward, MulSecond, "`{Self} * {R}` has no derivative");
binary!(Div, DivForward, DivSecond, "`{Self} / {R}` has no derivative");
binary!(Rem, RemForward, RemSecond, "`{Self} % {R}` has no derivative");

#[diagnostic::on_unimplemented(
    message = "`-{Self}` has no derivative",
    label = "the operand of this is being differentiated",
    note = "put `#[grad]` on the `impl` of the operator for this type",
    note = "if no derivative is meant to pass through it, wrap the operand: `autodiff_runtime::no_diff(..)`"
)]
pub trait Neg: Sized {
    /// The adjoint of the result.
    type Seed;
    /// The adjoint of the operand.
    type Left;

    /// What the adjoint of the result contributes to that of the operand.
    fn reverse(self, seed: Self::Seed) -> Self::Left;
}

#[diagnostic::on_unimplemented(
    message = "`-{Self}` has no derivative",
    label = "the operand of this is being differentiated in forward mode",
    note = "put `#[grad(jvp)]` on the `impl` of the operator for this type",
    note = "if no derivative is meant to pass through it, wrap the operand: `autodiff_runtime::no_diff(..)`"
)]
pub trait NegForward: Neg {
    /// What the operator yields.
    type Output;

    /// The result and its tangent, of the operand and its.
    fn forward(self, d_self: impl crate::Direction<Self::Left>) -> (Self::Output, Self::Seed);
}

#[diagnostic::on_unimplemented(
    message = "`-{Self}` has no derivative",
    label = "the operand of this is being differentiated twice",
    note = "put `#[grad(hessian)]` on the `impl` of the operator for this type",
    note = "if no derivative is meant to pass through it, wrap the operand: `autodiff_runtime::no_diff(..)`"
)]
pub trait NegSecond: Neg {
    /// What `reverse` yields, and its tangent.
    fn second(
        self,
        d_self: impl crate::Direction<Self::Left>,
        seed: Self::Seed,
        d_seed: Self::Seed,
    ) -> (Self::Left, Self::Left);
}

macro_rules! assign {
    ($name:ident, $forward:ident, $second:ident, $message:literal) => {
        #[diagnostic::on_unimplemented(
            message = $message,
            label = "an operand of this is being differentiated",
            note = "put `#[grad]` on the `impl` of the operator for these types",
            note = "if no derivative is meant to pass through it, wrap the operand: `autodiff_runtime::no_diff(..)`"
        )]
        pub trait $name<R> {
            /// The adjoint of the left operand.
            type Left;
            /// The adjoint of the right operand.
            type Right;

            /// From the adjoint of the left operand after the operation to that before it (in place); returns what is
            /// contributed to that of the right operand. `self` is as it was before.
            fn reverse(&self, right: R, d_self: &mut Self::Left) -> Self::Right;
        }

        #[diagnostic::on_unimplemented(
            message = $message,
            label = "an operand of this is being differentiated in forward mode",
            note = "put `#[grad(jvp)]` on the `impl` of the operator for these types",
            note = "if no derivative is meant to pass through it, wrap the operand: `autodiff_runtime::no_diff(..)`"
        )]
        pub trait $forward<R>: $name<R> {
            /// The operation, and the same to the tangent.
            fn forward(
                &mut self,
                right: R,
                d_self: &mut Self::Left,
                d_right: impl crate::Direction<Self::Right>,
            ) -> ((), ());
        }

        #[diagnostic::on_unimplemented(
            message = $message,
            label = "an operand of this is being differentiated twice",
            note = "put `#[grad(hessian)]` on the `impl` of the operator for these types",
            note = "if no derivative is meant to pass through it, wrap the operand: `autodiff_runtime::no_diff(..)`"
        )]
        pub trait $second<R>: $name<R> {
            /// `reverse` and its tangent: of the adjoint of the left operand in place, and what is returned.
            fn second(
                &self,
                right: R,
                d_self: impl crate::Direction<Self::Left>,
                d_right: impl crate::Direction<Self::Right>,
                adjoint: &mut Self::Left,
                t_adjoint: impl crate::Slot<Self::Left>,
            ) -> (Self::Right, Self::Right);
        }
    };
}
assign!(AddAssign, AddAssignForward, AddAssignSecond, "`{Self} += {R}` has no derivative");
assign!(SubAssign, SubAssignForward, SubAssignSecond, "`{Self} -= {R}` has no derivative");
assign!(MulAssign, MulAssignForward, MulAssignSecond, "`{Self} *= {R}` has no derivative");
assign!(DivAssign, DivAssignForward, DivAssignSecond, "`{Self} /= {R}` has no derivative");
assign!(RemAssign, RemAssignForward, RemAssignSecond, "`{Self} %= {R}` has no derivative");

/// For floats: the partial derivatives, of the operands and the adjoint of the result.
macro_rules! float {
    ($float:ident: $($name:ident $forward:ident $second:ident $operator:tt |$a:ident, $b:ident, $d:ident| $left:expr, $right:expr; |$t_a:ident, $t_b:ident, $t_d:ident| $t_left:expr, $t_right:expr;)+) => {
        $(
            #[allow(unused_variables)]
            impl $name<$float> for $float {
                type Seed = $float;
                type Left = $float;
                type Right = $float;

                #[inline(always)]
                fn reverse(self, right: $float, seed: $float) -> ($float, $float) {
                    let ($a, $b, $d) = (self, right, seed);
                    ($left, $right)
                }
            }

            #[allow(unused_variables)]
            impl $forward<$float> for $float {
                type Output = $float;

                #[inline(always)]
                fn forward(
                    self,
                    right: $float,
                    d_self: impl crate::Direction<$float>,
                    d_right: impl crate::Direction<$float>,
                ) -> ($float, $float) {
                    let ($a, $b) = (self, right);
                    let from_left = d_self.get().map_or(0.0, |$d| $left);
                    let from_right = d_right.get().map_or(0.0, |$d| $right);
                    (self $operator right, from_left + from_right)
                }
            }

            #[allow(unused_variables)]
            impl $second<$float> for $float {
                #[inline(always)]
                fn second(
                    self,
                    right: $float,
                    d_self: impl crate::Direction<$float>,
                    d_right: impl crate::Direction<$float>,
                    seed: $float,
                    d_seed: $float,
                ) -> (($float, $float), ($float, $float)) {
                    let ($a, $b, $d) = (self, right, seed);
                    let ($t_a, $t_b) = (d_self.get().unwrap_or(0.0), d_right.get().unwrap_or(0.0));
                    let $t_d = d_seed;
                    (($left, $right), ($t_left, $t_right))
                }
            }
        )+

        impl Neg for $float {
            type Seed = $float;
            type Left = $float;

            #[inline(always)]
            fn reverse(self, seed: $float) -> $float {
                -seed
            }
        }

        impl NegForward for $float {
            type Output = $float;

            #[inline(always)]
            fn forward(self, d_self: impl crate::Direction<$float>) -> ($float, $float) {
                (-self, -d_self.get().unwrap_or(0.0))
            }
        }

        impl NegSecond for $float {
            #[inline(always)]
            fn second(
                self,
                _: impl crate::Direction<$float>,
                seed: $float,
                d_seed: $float,
            ) -> ($float, $float) {
                (-seed, -d_seed)
            }
        }
    };
}

macro_rules! floats {
    ($($float:ident)+) => {
        $(float! { $float:
            Add AddForward AddSecond + |a, b, d| d, d; |t_a, t_b, t_d| t_d, t_d;
            Sub SubForward SubSecond - |a, b, d| d, -d; |t_a, t_b, t_d| t_d, -t_d;
            Mul MulForward MulSecond * |a, b, d| d * b, d * a;
                |t_a, t_b, t_d| t_d * b + d * t_b, t_d * a + d * t_a;
            Div DivForward DivSecond / |a, b, d| d / b, -d * a / (b * b);
                |t_a, t_b, t_d| t_d / b - d * t_b / (b * b),
                (2.0 * d * a * t_b / b - t_d * a - d * t_a) / (b * b);
        })+
    };
}
floats!(f32 f64);
