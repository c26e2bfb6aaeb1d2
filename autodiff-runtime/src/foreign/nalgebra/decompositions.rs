//! Cholesky and LU decompositions. The tangent of one is that of the matrix that was decomposed, as Giles has it in "Collected
//! matrix derivative results for forward and reverse mode algorithmic differentiation" (2008): a solution, an inverse or a
//! determinant is a function of that matrix, and the reverse sweep solves with the factors that are there.

#![allow(clippy::type_complexity)]

use nalgebra::{
    Cholesky, DefaultAllocator, Dim, DimMin, LU, Matrix, OMatrix, Storage,
    allocator::Allocator,
    constraint::{AreMultipliable, SameNumberOfColumns, SameNumberOfRows, ShapeConstraint},
};

use super::{
    Entry, add,
    square::{cofactors, through_inverse},
};
use crate::{Again, Differentiable, Direction, DirectionRef, NoDerivative, Slot, foreign::Absent};

type Chosen<T> = (NoDerivative, T);

impl<T: Entry, D: Dim> Differentiable for Cholesky<T, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    type Tangent = OMatrix<T, D, D>;
    type Buffer = OMatrix<T, D, D>;

    #[inline]
    fn zero_tangent(&self) -> OMatrix<T, D, D> {
        crate::zero_like(self.l_dirty())
    }
}

impl<T: Entry, D: DimMin<D, Output = D>> Differentiable for LU<T, D, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    type Tangent = OMatrix<T, D, D>;
    type Buffer = OMatrix<T, D, D>;

    #[inline]
    fn zero_tangent(&self) -> OMatrix<T, D, D> {
        crate::zero_like(self.lu_internal())
    }
}

impl<T: Entry, D: Dim> Again for Cholesky<T, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    type Arg = ();

    #[inline(always)]
    fn again(&self) {}
}

impl<T: Entry, D: Dim> Absent for Cholesky<T, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    fn absent() -> Self {
        Cholesky::pack_dirty(OMatrix::absent())
    }
}

impl<T: Entry, R: Dim, C: Dim> Absent for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    fn absent() -> Self {
        let rows = R::from_usize(R::try_to_usize().unwrap_or(0));
        let columns = C::from_usize(C::try_to_usize().unwrap_or(0));
        OMatrix::zeros_generic(rows, columns)
    }
}

/// A decomposition of `a`.
trait Factors<T: Entry, D: Dim>
where
    DefaultAllocator: Allocator<D, D>,
{
    /// `b` becomes the solution `x` of `a x = b`, if there is one.
    fn solve_in_place<R2: Dim, C2: Dim>(&self, b: &mut OMatrix<T, R2, C2>) -> bool
    where
        DefaultAllocator: Allocator<R2, C2>,
        ShapeConstraint: SameNumberOfRows<R2, D>;

    /// The same with the transpose of `a`.
    fn solve_transposed<R2: Dim, C2: Dim>(&self, b: &mut OMatrix<T, R2, C2>)
    where
        DefaultAllocator: Allocator<R2, C2>,
        ShapeConstraint: SameNumberOfRows<R2, D>;
}

impl<T: Entry, D: Dim> Factors<T, D> for Cholesky<T, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    #[inline]
    fn solve_in_place<R2: Dim, C2: Dim>(&self, b: &mut OMatrix<T, R2, C2>) -> bool
    where
        DefaultAllocator: Allocator<R2, C2>,
        ShapeConstraint: SameNumberOfRows<R2, D>,
    {
        self.solve_mut(b);
        true
    }

    #[inline]
    fn solve_transposed<R2: Dim, C2: Dim>(&self, b: &mut OMatrix<T, R2, C2>)
    where
        DefaultAllocator: Allocator<R2, C2>,
        ShapeConstraint: SameNumberOfRows<R2, D>,
    {
        self.solve_mut(b);
    }
}

impl<T: Entry, D: DimMin<D, Output = D>> Factors<T, D> for LU<T, D, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    #[inline]
    fn solve_in_place<R2: Dim, C2: Dim>(&self, b: &mut OMatrix<T, R2, C2>) -> bool
    where
        DefaultAllocator: Allocator<R2, C2>,
        ShapeConstraint: SameNumberOfRows<R2, D>,
    {
        self.solve_mut(b)
    }

    #[inline]
    fn solve_transposed<R2: Dim, C2: Dim>(&self, b: &mut OMatrix<T, R2, C2>)
    where
        DefaultAllocator: Allocator<R2, C2>,
        ShapeConstraint: SameNumberOfRows<R2, D>,
    {
        self.lu_internal().tr_solve_upper_triangular_mut(b);
        self.l().tr_solve_lower_triangular_mut(b);
        self.p().inv_permute_rows(b);
    }
}

/// The adjoint of what is solved for, and of what is solved with: `t` is the solution for the seed with the transpose.
#[inline]
fn solve_reverse<T, D, R2, C2, F, S2>(
    factors: &F,
    b: &Matrix<T, R2, C2, S2>,
    seed: OMatrix<T, R2, C2>,
    slot: &mut impl Slot<OMatrix<T, D, D>>,
    b_slot: &mut impl Slot<OMatrix<T, R2, C2>>,
) where
    T: Entry,
    D: Dim,
    R2: Dim,
    C2: Dim,
    S2: Storage<T, R2, C2>,
    F: Factors<T, D>,
    DefaultAllocator: Allocator<D, D> + Allocator<R2, C2> + Allocator<C2, R2>,
    ShapeConstraint: SameNumberOfRows<R2, D>
        + SameNumberOfRows<D, R2>
        + SameNumberOfColumns<D, R2>
        + AreMultipliable<R2, C2, C2, R2>,
{
    let mut t = seed;
    factors.solve_transposed(&mut t);
    if let Some(adjoint) = slot.get() {
        let mut x = b.clone_owned();
        factors.solve_in_place(&mut x);
        adjoint.gemm(-T::one(), &t, &x.transpose(), T::one());
    }
    if let Some(adjoint) = b_slot.get() {
        *adjoint += t;
    }
}

/// The tangent of a solution `x`.
#[inline]
fn solve_forward<T, D, R2, C2, F>(
    factors: &F,
    x: &OMatrix<T, R2, C2>,
    direction: &impl DirectionRef<OMatrix<T, D, D>>,
    b_direction: &impl DirectionRef<OMatrix<T, R2, C2>>,
) -> OMatrix<T, R2, C2>
where
    T: Entry,
    D: Dim,
    R2: Dim,
    C2: Dim,
    F: Factors<T, D>,
    DefaultAllocator: Allocator<D, D> + Allocator<R2, C2>,
    ShapeConstraint:
        SameNumberOfRows<R2, D> + SameNumberOfColumns<C2, C2> + AreMultipliable<D, D, R2, C2>,
{
    let mut tangent = match b_direction.get() {
        Some(d) => d.clone(),
        None => crate::zero_like(x),
    };
    if let Some(d) = direction.get() {
        tangent.gemm(-T::one(), d, x, T::one());
    }
    factors.solve_in_place(&mut tangent);
    tangent
}

macro_rules! solve {
    ($($trait:ident for $of:ty, $value:ty, |$seed:ident| $bare:expr, |$x:ident| $there:expr, |$result:ident| $tuple:expr, $pair:ty, [$($bound:tt)*];)+) => {
        $(
            /// `factors.solve(&b)`.
            pub trait $trait<T: Entry, D: Dim, R2: Dim, C2: Dim, S2>
            where
                DefaultAllocator: Allocator<D, D> + Allocator<R2, C2>,
            {
                /// What the reverse sweep contributes.
                fn solve_sweep(
                    &self,
                    b: &Matrix<T, R2, C2, S2>,
                    seed: $value,
                    slot: impl Slot<OMatrix<T, D, D>>,
                    b_slot: impl Slot<OMatrix<T, R2, C2>>,
                );
                /// The value and its tangent.
                fn solve_tangent(
                    &self,
                    b: &Matrix<T, R2, C2, S2>,
                    direction: impl DirectionRef<OMatrix<T, D, D>>,
                    b_direction: impl DirectionRef<OMatrix<T, R2, C2>>,
                ) -> $pair;
            }

            impl<T, D, R2, C2, S2> $trait<T, D, R2, C2, S2> for $of
            where
                T: Entry,
                D: $($bound)*,
                R2: Dim,
                C2: Dim,
                S2: Storage<T, R2, C2>,
                DefaultAllocator: Allocator<D, D> + Allocator<D> + Allocator<R2, C2> + Allocator<C2, R2>,
                ShapeConstraint: SameNumberOfRows<R2, D>
                    + SameNumberOfRows<D, R2>
                    + SameNumberOfColumns<D, R2>
                    + SameNumberOfColumns<C2, C2>
                    + AreMultipliable<R2, C2, C2, R2>
                    + AreMultipliable<D, D, R2, C2>,
            {
                #[inline]
                fn solve_sweep(
                    &self,
                    b: &Matrix<T, R2, C2, S2>,
                    $seed: $value,
                    mut slot: impl Slot<OMatrix<T, D, D>>,
                    mut b_slot: impl Slot<OMatrix<T, R2, C2>>,
                ) {
                    solve_reverse(self, b, $bare, &mut slot, &mut b_slot);
                }

                #[inline]
                fn solve_tangent(
                    &self,
                    b: &Matrix<T, R2, C2, S2>,
                    direction: impl DirectionRef<OMatrix<T, D, D>>,
                    b_direction: impl DirectionRef<OMatrix<T, R2, C2>>,
                ) -> $pair {
                    let mut $x = b.clone_owned();
                    let there = self.solve_in_place(&mut $x);
                    let $result = solve_forward(self, &$x, &direction, &b_direction);
                    let _ = there;
                    let solved = ($there)(there, $x);
                    (solved, $tuple)
                }
            }
        )+
    };
}
solve! {
    SolveCholesky for Cholesky<T, D>, OMatrix<T, R2, C2>, |seed| seed, |x| |_, x| x, |d| d,
        (OMatrix<T, R2, C2>, OMatrix<T, R2, C2>), [Dim];
    SolveLu for LU<T, D, D>, Chosen<OMatrix<T, R2, C2>>, |seed| seed.1, |x| |there, x| (there, x), |d| (NoDerivative, d),
        ((bool, OMatrix<T, R2, C2>), Chosen<OMatrix<T, R2, C2>>), [DimMin<D, Output = D>];
}

/// What a matrix is decomposed into, and what of its adjoint is one of the matrix.
macro_rules! decomposed {
    ($($trait:ident $new:ident $name:ident $primal:ident $sweep:ident $tangent:ident: $of:ty, $value:ty, $pair:ty, $seed:ty,
        |$adjoint:ident| $pull:expr, |$direction:ident| $push:expr, |$result:ident| $there:expr, |$d:ident| $chosen:expr, |$from_seed:ident| $bare:expr, [$($bound:tt)*];)+) => {
        $(
            #[doc = concat!("`a.", stringify!($name), "()`.")]
            pub trait $trait<T: Entry, D: $($bound)*>
            where
                DefaultAllocator: Allocator<D, D> + Allocator<D>,
            {
                /// The decomposition of something that is needed again.
                fn $primal(&self) -> $value;
                /// What the reverse sweep contributes.
                fn $sweep(&self, seed: $seed, slot: impl Slot<OMatrix<T, D, D>>);
                /// The value and its tangent.
                fn $tangent(&self, direction: impl DirectionRef<OMatrix<T, D, D>>) -> ($pair, $seed);
            }

            impl<T, D, S> $trait<T, D> for Matrix<T, D, D, S>
            where
                T: Entry,
                D: $($bound)*,
                S: Storage<T, D, D>,
                DefaultAllocator: Allocator<D, D> + Allocator<D>,
            {
                #[inline]
                fn $primal(&self) -> $value {
                    self.clone_owned().$name()
                }

                #[inline]
                fn $sweep(&self, $from_seed: $seed, mut slot: impl Slot<OMatrix<T, D, D>>) {
                    let $adjoint = $bare;
                    add(&mut slot, || $pull);
                }

                #[inline]
                fn $tangent(&self, direction: impl DirectionRef<OMatrix<T, D, D>>) -> ($pair, $seed) {
                    let $d = match direction.get() {
                        Some($direction) => $push,
                        None => crate::zero_like(self),
                    };
                    let $result = self.$primal();
                    ($there, $chosen)
                }
            }

            #[doc = concat!("`", stringify!($of), "::new(a)`.")]
            pub trait $new<T: Entry, D: $($bound)*>
            where
                DefaultAllocator: Allocator<D, D> + Allocator<D>,
            {
                /// What the reverse sweep contributes.
                fn new_path_sweep(a: OMatrix<T, D, D>, seed: $seed) -> OMatrix<T, D, D>;
                /// The value and its tangent.
                fn new_path_tangent(
                    a: OMatrix<T, D, D>,
                    direction: impl Direction<OMatrix<T, D, D>>,
                ) -> ($pair, $seed);
            }

            impl<T, D> $new<T, D> for $of
            where
                T: Entry,
                D: $($bound)*,
                DefaultAllocator: Allocator<D, D> + Allocator<D>,
            {
                #[inline]
                fn new_path_sweep(_: OMatrix<T, D, D>, $from_seed: $seed) -> OMatrix<T, D, D> {
                    let $adjoint = $bare;
                    $pull
                }

                #[inline]
                fn new_path_tangent(
                    a: OMatrix<T, D, D>,
                    direction: impl Direction<OMatrix<T, D, D>>,
                ) -> ($pair, $seed) {
                    let $d = match direction.get() {
                        Some($direction) => $push,
                        None => crate::zero_like(&a),
                    };
                    let $result = a.$name();
                    ($there, $chosen)
                }
            }
        )+
    };
}
decomposed! {
    // Only the lower triangle is read.
    Choleskied NewCholesky cholesky cholesky_primal cholesky_sweep cholesky_tangent: Cholesky<T, D>, Option<Cholesky<T, D>>,
        (bool, Cholesky<T, D>), Chosen<OMatrix<T, D, D>>,
        |s| (&s + s.transpose()).lower_triangle_with(&s), |d| d.mirrored(), |a| crate::foreign::parts(a),
        |d| (NoDerivative, d), |seed| seed.1, [Dim];
    Lued NewLu lu lu_primal lu_sweep lu_tangent: LU<T, D, D>, LU<T, D, D>, LU<T, D, D>, OMatrix<T, D, D>,
        |s| s, |d| d.clone_owned(), |a| a, |d| d, |seed| seed, [DimMin<D, Output = D>];
}

/// The two ways between matrices and symmetric ones of which the lower triangle is read.
trait Triangle {
    /// The lower triangle of a sum with the transpose, and the diagonal of `of`.
    fn lower_triangle_with(self, of: &Self) -> Self;
    /// The symmetric matrix with this lower triangle.
    fn mirrored(&self) -> Self;
}

impl<T: Entry, D: Dim> Triangle for OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    fn lower_triangle_with(mut self, of: &Self) -> Self {
        self.fill_upper_triangle(T::zero(), 1);
        (0..self.nrows()).for_each(|i| self[(i, i)] = of[(i, i)]);
        self
    }

    fn mirrored(&self) -> Self {
        let mut all = self.clone();
        all.fill_upper_triangle_with_lower_triangle();
        all
    }
}

/// Methods of a decomposition that yield a number: the gradient with respect to the matrix.
macro_rules! number {
    ($($trait:ident $sweep:ident $tangent:ident $name:ident for $of:ty, [$($bound:tt)*] |$f:ident| $gradient:expr;)+) => {
        $(
            #[doc = concat!("`factors.", stringify!($name), "()`.")]
            pub trait $trait<T: Entry, D: Dim>
            where
                DefaultAllocator: Allocator<D, D>,
            {
                /// What the reverse sweep contributes.
                fn $sweep(&self, seed: T, slot: impl Slot<OMatrix<T, D, D>>);
                /// The value and its tangent.
                fn $tangent(&self, direction: impl DirectionRef<OMatrix<T, D, D>>) -> (T, T);
            }

            impl<T: Entry, D: $($bound)*> $trait<T, D> for $of
            where
                DefaultAllocator: Allocator<D, D> + Allocator<D>,
            {
                #[inline]
                fn $sweep(&self, seed: T, mut slot: impl Slot<OMatrix<T, D, D>>) {
                    let $f = self;
                    add(&mut slot, || $gradient * seed);
                }

                #[inline]
                fn $tangent(&self, direction: impl DirectionRef<OMatrix<T, D, D>>) -> (T, T) {
                    let $f = self;
                    let tangent = direction.get().map_or(T::zero(), |d| {
                        let gradient: OMatrix<T, D, D> = $gradient;
                        gradient.dot(d)
                    });
                    (self.$name(), tangent)
                }
            }
        )+
    };
}
number! {
    CholeskyDeterminant determinant_sweep determinant_tangent determinant for Cholesky<T, D>, [Dim]
        |f| f.inverse() * f.determinant();
    CholeskyLnDeterminant ln_determinant_sweep ln_determinant_tangent ln_determinant for Cholesky<T, D>, [Dim] |f| f.inverse();
    LuDeterminant determinant_sweep determinant_tangent determinant for LU<T, D, D>, [DimMin<D, Output = D>]
        |f| match f.try_inverse() {
            Some(inverse) => inverse.transpose() * f.determinant(),
            None => {
                let mut a = f.l() * f.u();
                f.p().inv_permute_rows(&mut a);
                cofactors(&a)
            }
        };
}

/// Methods of a Cholesky decomposition that yield a matrix.
macro_rules! matrix {
    ($($trait:ident $sweep:ident $tangent:ident $name:ident |$f:ident, $d:ident| $pull:expr, $push:expr;)+) => {
        $(
            #[doc = concat!("`factors.", stringify!($name), "()`.")]
            pub trait $trait<T: Entry, D: Dim>
            where
                DefaultAllocator: Allocator<D, D>,
            {
                /// What the reverse sweep contributes.
                fn $sweep(&self, seed: OMatrix<T, D, D>, slot: impl Slot<OMatrix<T, D, D>>);
                /// The value and its tangent.
                fn $tangent(
                    &self,
                    direction: impl DirectionRef<OMatrix<T, D, D>>,
                ) -> (OMatrix<T, D, D>, OMatrix<T, D, D>);
            }

            impl<T: Entry, D: Dim> $trait<T, D> for Cholesky<T, D>
            where
                DefaultAllocator: Allocator<D, D>,
            {
                #[inline]
                fn $sweep(&self, $d: OMatrix<T, D, D>, mut slot: impl Slot<OMatrix<T, D, D>>) {
                    let ($f, $d) = (self, &$d);
                    add(&mut slot, || $pull);
                }

                #[inline]
                fn $tangent(
                    &self,
                    direction: impl DirectionRef<OMatrix<T, D, D>>,
                ) -> (OMatrix<T, D, D>, OMatrix<T, D, D>) {
                    let value = self.$name();
                    let tangent = match direction.get() {
                        Some($d) => {
                            let $f = self;
                            $push
                        }
                        None => crate::zero_like(&value),
                    };
                    (value, tangent)
                }
            }
        )+
    };
}
matrix! {
    CholeskyInverse inverse_sweep inverse_tangent inverse |f, d|
        through_inverse(&f.inverse(), d), through_inverse(&f.inverse(), d);
    CholeskyL l_sweep l_tangent l |f, d| {
        let l = f.l();
        let inside = half_triangle(l.tr_mul(d));
        between(&l, inside, true)
    }, {
        let l = f.l();
        &l * half_triangle(between(&l, d.clone(), false))
    };
}

/// The lower triangle, with half of the diagonal.
fn half_triangle<T: Entry, D: Dim>(mut a: OMatrix<T, D, D>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    a.fill_upper_triangle(T::zero(), 1);
    (0..a.nrows()).for_each(|i| a[(i, i)] *= nalgebra::convert(0.5));
    a
}

/// `l⁻¹ a l⁻ᵀ`, or `l⁻ᵀ a l⁻¹`.
fn between<T: Entry, D: Dim>(
    l: &OMatrix<T, D, D>,
    mut a: OMatrix<T, D, D>,
    transposed: bool,
) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    for _ in 0..2 {
        if transposed {
            l.tr_solve_lower_triangular_mut(&mut a);
        } else {
            l.solve_lower_triangular_mut(&mut a);
        }
        a = a.transpose();
    }
    a
}
