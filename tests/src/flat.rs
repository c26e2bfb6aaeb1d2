//! Inputs, outputs, gradients and seeds as plain vectors of numbers, and back.

/// A value made of floats.
///
/// Everything is laid out as `f64`; an `f32` keeps its value and its bits can be had back.
pub trait Flat: Clone {
    /// The machine epsilon of the coarsest float inside.
    const EPSILON: f64;

    /// Appends the floats inside, in order.
    fn write(&self, into: &mut Vec<f64>);

    /// A value of the same shape with the next numbers from `from`.
    fn read(&self, from: &mut std::slice::Iter<'_, f64>) -> Self;
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

const fn coarser(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

impl Flat for f64 {
    const EPSILON: f64 = Self::EPSILON;

    fn write(&self, into: &mut Vec<f64>) {
        into.push(*self);
    }

    fn read(&self, from: &mut std::slice::Iter<'_, f64>) -> Self {
        *from.next().expect("fewer numbers than the shape holds")
    }
}

impl Flat for f32 {
    const EPSILON: f64 = Self::EPSILON as f64;

    fn write(&self, into: &mut Vec<f64>) {
        into.push(f64::from(*self));
    }

    fn read(&self, from: &mut std::slice::Iter<'_, f64>) -> Self {
        *from.next().expect("fewer numbers than the shape holds") as f32
    }
}

impl Flat for () {
    const EPSILON: f64 = 0.0;

    fn write(&self, _: &mut Vec<f64>) {}

    fn read(&self, _: &mut std::slice::Iter<'_, f64>) -> Self {}
}

impl<T: Flat> Flat for Vec<T> {
    const EPSILON: f64 = T::EPSILON;

    fn write(&self, into: &mut Vec<f64>) {
        self.iter().for_each(|element| element.write(into));
    }

    fn read(&self, from: &mut std::slice::Iter<'_, f64>) -> Self {
        self.iter().map(|element| element.read(from)).collect()
    }
}

impl<T: Flat, const N: usize> Flat for [T; N] {
    const EPSILON: f64 = T::EPSILON;

    fn write(&self, into: &mut Vec<f64>) {
        self.iter().for_each(|element| element.write(into));
    }

    fn read(&self, from: &mut std::slice::Iter<'_, f64>) -> Self {
        std::array::from_fn(|i| self[i].read(from))
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

            fn write(&self, into: &mut Vec<f64>) {
                $(self.$i.write(into);)+
            }

            fn read(&self, from: &mut std::slice::Iter<'_, f64>) -> Self {
                ($(self.$i.read(from),)+)
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
