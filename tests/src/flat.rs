//! Inputs, outputs, gradients and seeds as plain vectors of numbers, and back.

/// A value made of floats.
///
/// Everything is laid out as `f64`; an `f32` keeps its value and its bits can be had back.
pub trait Flat: Clone {
    /// The machine epsilon of the coarsest float inside.
    const EPSILON: f64;

    /// The type of gradients and directions.
    type Tangent: Flat;

    /// Appends the floats inside, in order.
    fn write(&self, into: &mut Vec<f64>);

    /// A value of the same shape with the next numbers from `from`.
    fn read(&self, from: &mut std::slice::Iter<'_, f64>) -> Self;

    /// A tangent of the same shape with the next numbers from `from`.
    fn read_tangent(&self, from: &mut std::slice::Iter<'_, f64>) -> Self::Tangent;
}

/// The floats inside a value, in order.
pub fn flat<T: Flat>(value: &T) -> Vec<f64> {
    let mut numbers = Vec::new();
    value.write(&mut numbers);
    numbers
}

/// A value shaped like `shape`, holding `numbers`.
pub fn like<T: Flat>(shape: &T, numbers: &[f64]) -> T {
    let mut rest = numbers.iter();
    let value = shape.read(&mut rest);
    assert!(rest.next().is_none(), "more numbers than the shape holds");
    value
}

/// A tangent shaped like `shape`, holding `numbers`.
pub fn tangent_like<T: Flat>(shape: &T, numbers: &[f64]) -> T::Tangent {
    let mut rest = numbers.iter();
    let value = shape.read_tangent(&mut rest);
    assert!(rest.next().is_none(), "more numbers than the shape holds");
    value
}

/// Makes [`Flat`] a type with `#[derive(Differentiable)]`, and its tangent.
#[macro_export]
macro_rules! flat {
    ($([$($generics:tt)*] $of:ty, $tangent:ty;)+) => {$(
        impl<$($generics)*> $crate::Flat for $of {
            const EPSILON: f64 = <$tangent as ::autodiff_runtime::VectorSpace>::PRECISION;
            type Tangent = $tangent;

            fn write(&self, into: &mut Vec<f64>) {
                ::autodiff_runtime::Point::coordinates(self, &mut |x| into.push(x));
            }

            fn read(&self, from: &mut std::slice::Iter<'_, f64>) -> Self {
                let mut of = self.clone();
                ::autodiff_runtime::Point::replace_coordinates(&mut of, &mut |_| {
                    *from.next().expect("fewer numbers than the shape holds")
                });
                of
            }

            fn read_tangent(&self, from: &mut std::slice::Iter<'_, f64>) -> $tangent {
                let mut of = ::autodiff_runtime::Differentiable::zero_tangent(self);
                ::autodiff_runtime::VectorSpace::map_each(&mut of, &mut |_| {
                    *from.next().expect("fewer numbers than the shape holds")
                });
                of
            }
        }

        impl<$($generics)*> $crate::Flat for $tangent {
            const EPSILON: f64 = <$tangent as ::autodiff_runtime::VectorSpace>::PRECISION;
            type Tangent = $tangent;

            fn write(&self, into: &mut Vec<f64>) {
                ::autodiff_runtime::VectorSpace::for_each(self, &mut |x| into.push(x));
            }

            fn read(&self, from: &mut std::slice::Iter<'_, f64>) -> Self {
                let mut of = self.clone();
                ::autodiff_runtime::VectorSpace::map_each(&mut of, &mut |_| {
                    *from.next().expect("fewer numbers than the shape holds")
                });
                of
            }

            fn read_tangent(&self, from: &mut std::slice::Iter<'_, f64>) -> Self {
                self.read(from)
            }
        }
    )+};
    ($($of:ty, $tangent:ty;)+) => {
        $crate::flat! { $([] $of, $tangent;)+ }
    };
}

const fn coarser(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

impl Flat for f64 {
    const EPSILON: f64 = Self::EPSILON;
    type Tangent = Self;

    fn write(&self, into: &mut Vec<f64>) {
        into.push(*self);
    }

    fn read(&self, from: &mut std::slice::Iter<'_, f64>) -> Self {
        *from.next().expect("fewer numbers than the shape holds")
    }

    fn read_tangent(&self, from: &mut std::slice::Iter<'_, f64>) -> Self {
        self.read(from)
    }
}

impl Flat for f32 {
    const EPSILON: f64 = Self::EPSILON as f64;
    type Tangent = Self;

    fn write(&self, into: &mut Vec<f64>) {
        into.push(f64::from(*self));
    }

    fn read(&self, from: &mut std::slice::Iter<'_, f64>) -> Self {
        *from.next().expect("fewer numbers than the shape holds") as f32
    }

    fn read_tangent(&self, from: &mut std::slice::Iter<'_, f64>) -> Self {
        self.read(from)
    }
}

impl Flat for () {
    const EPSILON: f64 = 0.0;
    type Tangent = ();

    fn write(&self, _: &mut Vec<f64>) {}

    fn read(&self, _: &mut std::slice::Iter<'_, f64>) -> Self {}

    fn read_tangent(&self, _: &mut std::slice::Iter<'_, f64>) -> Self {}
}

/// What has no floats inside: a member of a tuple.
macro_rules! constant {
    ($($of:ty)+) => {$(
        impl Flat for $of {
            const EPSILON: f64 = 0.0;
            type Tangent = autodiff_runtime::NoDerivative;

            fn write(&self, _: &mut Vec<f64>) {}

            fn read(&self, _: &mut std::slice::Iter<'_, f64>) -> Self {
                *self
            }

            fn read_tangent(&self, _: &mut std::slice::Iter<'_, f64>) -> Self::Tangent {
                autodiff_runtime::NoDerivative
            }
        }
    )+};
}
constant!(usize u8 i32 bool autodiff_runtime::NoDerivative);

impl<T: Flat> Flat for Vec<T> {
    const EPSILON: f64 = T::EPSILON;
    type Tangent = Vec<T::Tangent>;

    fn write(&self, into: &mut Vec<f64>) {
        self.iter().for_each(|element| element.write(into));
    }

    fn read(&self, from: &mut std::slice::Iter<'_, f64>) -> Self {
        self.iter().map(|element| element.read(from)).collect()
    }

    fn read_tangent(&self, from: &mut std::slice::Iter<'_, f64>) -> Self::Tangent {
        self.iter().map(|element| element.read_tangent(from)).collect()
    }
}

impl<T: Flat> Flat for Option<T> {
    const EPSILON: f64 = T::EPSILON;
    type Tangent = Option<T::Tangent>;

    fn write(&self, into: &mut Vec<f64>) {
        self.iter().for_each(|held| held.write(into));
    }

    fn read(&self, from: &mut std::slice::Iter<'_, f64>) -> Self {
        self.as_ref().map(|held| held.read(from))
    }

    fn read_tangent(&self, from: &mut std::slice::Iter<'_, f64>) -> Self::Tangent {
        self.as_ref().map(|held| held.read_tangent(from))
    }
}

impl<T: Flat> Flat for Box<T> {
    const EPSILON: f64 = T::EPSILON;
    type Tangent = Box<T::Tangent>;

    fn write(&self, into: &mut Vec<f64>) {
        (**self).write(into);
    }

    fn read(&self, from: &mut std::slice::Iter<'_, f64>) -> Self {
        Box::new((**self).read(from))
    }

    fn read_tangent(&self, from: &mut std::slice::Iter<'_, f64>) -> Self::Tangent {
        Box::new((**self).read_tangent(from))
    }
}

impl<T: Flat> Flat for Box<[T]> {
    const EPSILON: f64 = T::EPSILON;
    type Tangent = Vec<T::Tangent>;

    fn write(&self, into: &mut Vec<f64>) {
        self.iter().for_each(|element| element.write(into));
    }

    fn read(&self, from: &mut std::slice::Iter<'_, f64>) -> Self {
        self.iter().map(|element| element.read(from)).collect()
    }

    fn read_tangent(&self, from: &mut std::slice::Iter<'_, f64>) -> Self::Tangent {
        self.iter().map(|element| element.read_tangent(from)).collect()
    }
}

impl<T: Flat, const N: usize> Flat for [T; N] {
    const EPSILON: f64 = T::EPSILON;
    type Tangent = [T::Tangent; N];

    fn write(&self, into: &mut Vec<f64>) {
        self.iter().for_each(|element| element.write(into));
    }

    fn read(&self, from: &mut std::slice::Iter<'_, f64>) -> Self {
        std::array::from_fn(|i| self[i].read(from))
    }

    fn read_tangent(&self, from: &mut std::slice::Iter<'_, f64>) -> Self::Tangent {
        std::array::from_fn(|i| self[i].read_tangent(from))
    }
}

macro_rules! tuples {
    ($(($($T:ident $i:tt)+))+) => {$(
        impl<$($T: Flat),+> Flat for ($($T,)+) {
            const EPSILON: f64 = {
                let epsilon = 0.0;
                $(let epsilon = coarser(epsilon, $T::EPSILON);)+
                epsilon
            };
            type Tangent = ($($T::Tangent,)+);

            fn write(&self, into: &mut Vec<f64>) {
                $(self.$i.write(into);)+
            }

            fn read(&self, from: &mut std::slice::Iter<'_, f64>) -> Self {
                ($(self.$i.read(from),)+)
            }

            fn read_tangent(&self, from: &mut std::slice::Iter<'_, f64>) -> Self::Tangent {
                ($(self.$i.read_tangent(from),)+)
            }
        }
    )+};
}

tuples! {
    (A 0)
    (A 0 B 1)
    (A 0 B 1 C 2)
    (A 0 B 1 C 2 D 3)
    (A 0 B 1 C 2 D 3 E 4)
    (A 0 B 1 C 2 D 3 E 4 F 5)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7)
}
