//! The derivatives of operators: one trait beside each of `core::ops`, implemented for floats here, and for a type of the
//! user's by `#[grad]` on its `impl` of the operator. By these, generated code finds the derivative of `a * b` where only
//! the compiler knows what `a` and `b` are.

macro_rules! binary {
    ($name:ident, $forward:ident, $message:literal) => {
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
    };
}
binary!(Add, AddForward, "`{Self} + {R}` has no derivative");
binary!(Sub, SubForward, "`{Self} - {R}` has no derivative");
binary!(Mul, MulForward, "`{Self} * {R}` has no derivative");
binary!(Div, DivForward, "`{Self} / {R}` has no derivative");
binary!(Rem, RemForward, "`{Self} % {R}` has no derivative");

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

macro_rules! assign {
    ($name:ident, $forward:ident, $message:literal) => {
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
    };
}
assign!(AddAssign, AddAssignForward, "`{Self} += {R}` has no derivative");
assign!(SubAssign, SubAssignForward, "`{Self} -= {R}` has no derivative");
assign!(MulAssign, MulAssignForward, "`{Self} *= {R}` has no derivative");
assign!(DivAssign, DivAssignForward, "`{Self} /= {R}` has no derivative");
assign!(RemAssign, RemAssignForward, "`{Self} %= {R}` has no derivative");

/// For floats: the partial derivatives, of the operands and the adjoint of the result.
macro_rules! float {
    ($float:ident: $($name:ident $forward:ident $operator:tt |$a:ident, $b:ident, $d:ident| $left:expr, $right:expr;)+) => {
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
    };
}

macro_rules! floats {
    ($($float:ident)+) => {
        $(float! { $float:
            Add AddForward + |a, b, d| d, d;
            Sub SubForward - |a, b, d| d, -d;
            Mul MulForward * |a, b, d| d * b, d * a;
            Div DivForward / |a, b, d| d / b, -d * a / (b * b);
        })+
    };
}
floats!(f32 f64);
