//! What tangents and adjoints have in common: they can be added, scaled and set to zero.

use core::fmt;

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

/// The type of a tangent, a gradient or an adjoint: a vector space over the reals, whatever its shape.
///
/// Implemented for `f32`, `f64`, and arrays, slices, vectors and tuples of such types, nested at will, and for the
/// tangents of types with `#[derive(Differentiable)]`. A
/// number of them, written one after the other, are its *components*: those of `(1.0, [2.0, 3.0])` are
/// 1, 2 and 3.
///
/// ```
/// use autodiff_runtime::VectorSpace;
///
/// let mut gradient = (1.0, [2.0, 3.0]);
/// gradient.add_assign(&(1.0, [1.0, 1.0]));
/// gradient.scale(0.5);
/// assert_eq!(gradient, (1.0, [1.5, 2.0]));
/// assert_eq!(gradient.dot(&gradient), 1.0 + 2.25 + 4.0);
/// assert_eq!(gradient.dimension(), 3);
/// gradient.set_zero();
/// assert_eq!(gradient, (0.0, [0.0, 0.0]));
/// ```
pub trait VectorSpace {
    /// The machine epsilon of its components; the largest, where they differ.
    const PRECISION: f64;

    /// How many components every value of the type has, if they all have as many.
    const DIMENSION: Option<usize> = None;

    /// How many components there are.
    fn dimension(&self) -> usize;

    /// Sets every component to zero.
    fn set_zero(&mut self);

    /// `self += other`, component by component.
    ///
    /// # Panics
    /// If a slice or a vector and its counterpart differ in length.
    fn add_assign(&mut self, other: &Self);

    /// `self *= by`, component by component.
    fn scale(&mut self, by: f64);

    /// `self += by * other`, component by component: one step of gradient descent is
    /// `weights.add_scaled(-rate, &gradient)`.
    ///
    /// ```
    /// use autodiff_runtime::VectorSpace;
    /// let mut weights = vec![1.0, 2.0];
    /// weights.add_scaled(-0.1, &vec![10.0, 0.0]);
    /// assert_eq!(weights, [0.0, 2.0]);
    /// ```
    ///
    /// # Panics
    /// If a slice or a vector and its counterpart differ in length.
    fn add_scaled(&mut self, by: f64, other: &Self);

    /// The sum of the products of the components.
    ///
    /// # Panics
    /// If a slice or a vector and its counterpart differ in length.
    fn dot(&self, other: &Self) -> f64;

    /// Calls `each` on the components in order.
    ///
    /// ```
    /// use autodiff_runtime::VectorSpace;
    /// let mut largest = 0.0;
    /// [1.0f32, -3.0].for_each(&mut |x| largest = f64::max(largest, x.abs()));
    /// assert_eq!(largest, 3.0);
    /// ```
    fn for_each(&self, each: &mut dyn FnMut(f64));

    /// Replaces each component, in order, by what `map` makes of it.
    ///
    /// ```
    /// use autodiff_runtime::VectorSpace;
    /// let mut clipped = [0.5, -3.0];
    /// clipped.map_each(&mut |x| x.clamp(-1.0, 1.0));
    /// assert_eq!(clipped, [0.5, -1.0]);
    /// ```
    fn map_each(&mut self, map: &mut dyn FnMut(f64) -> f64);

    /// The component `index`.
    ///
    /// ```
    /// use autodiff_runtime::VectorSpace;
    /// assert_eq!((1.0, [2.0, 3.0]).component(2), 3.0);
    /// ```
    ///
    /// # Panics
    /// If there is no such component.
    #[track_caller]
    fn component(&self, index: usize) -> f64 {
        let (mut at, mut found) = (0, None);
        self.for_each(&mut |component| {
            if at == index {
                found = Some(component);
            }
            at += 1;
        });
        match found {
            Some(component) => component,
            None => panic!("component {index} of {at}"),
        }
    }

    /// Sets the component `index`: of zeros, this makes a unit vector.
    ///
    /// ```
    /// use autodiff_runtime::VectorSpace;
    /// let mut seed = [0.0; 3];
    /// seed.set_component(1, 1.0);
    /// assert_eq!(seed, [0.0, 1.0, 0.0]);
    /// ```
    ///
    /// # Panics
    /// If there is no such component.
    #[track_caller]
    fn set_component(&mut self, index: usize, value: f64) {
        let mut at = 0;
        self.map_each(&mut |component| {
            let here = at == index;
            at += 1;
            if here { value } else { component }
        });
        assert!(index < at, "component {index} of {at}");
    }

    /// Writes how the component `index` is reached, as in Rust: `.1[0]` is the second one of `(1.0, [2.0, 3.0])`.
    /// Writes nothing for a scalar.
    ///
    /// ```
    /// use autodiff_runtime::VectorSpace;
    /// let mut path = String::from("g");
    /// (1.0, [2.0, 3.0]).write_path(1, &mut path).unwrap();
    /// assert_eq!(path, "g.1[0]");
    /// ```
    ///
    /// # Errors
    /// Those of `to`.
    fn write_path(&self, index: usize, to: &mut dyn fmt::Write) -> fmt::Result;

    /// The components, one after the other: what optimisers take.
    ///
    /// ```
    /// use autodiff_runtime::VectorSpace;
    /// assert_eq!((1.0, [2.0, 3.0]).to_flat(), [1.0, 2.0, 3.0]);
    /// ```
    #[cfg(feature = "alloc")]
    fn to_flat(&self) -> Vec<f64> {
        let mut all = Vec::with_capacity(self.dimension());
        self.for_each(&mut |x| all.push(x));
        all
    }

    /// Writes the components to a slice.
    ///
    /// ```
    /// use autodiff_runtime::VectorSpace;
    /// let mut flat = [0.0; 3];
    /// (1.0, [2.0, 3.0]).write_flat(&mut flat);
    /// assert_eq!(flat, [1.0, 2.0, 3.0]);
    /// ```
    ///
    /// # Panics
    /// If the slice has another length than there are components.
    #[track_caller]
    fn write_flat(&self, to: &mut [f64]) {
        assert_eq!(to.len(), self.dimension(), "the length of a slice and a number of components");
        let mut to = to.iter_mut();
        self.for_each(&mut |x| {
            if let Some(to) = to.next() {
                *to = x;
            }
        });
    }

    /// Sets the components: the way back from [`to_flat`](Self::to_flat).
    ///
    /// ```
    /// use autodiff_runtime::VectorSpace;
    /// let mut tangent = (1.0, [2.0, 3.0]);
    /// tangent.set_flat(&[4.0, 5.0, 6.0]);
    /// assert_eq!(tangent, (4.0, [5.0, 6.0]));
    /// ```
    ///
    /// # Panics
    /// If there are more or fewer numbers than components.
    #[track_caller]
    fn set_flat(&mut self, from: &[f64]) {
        assert_eq!(
            from.len(),
            self.dimension(),
            "the length of a slice and a number of components"
        );
        let mut from = from.iter();
        self.map_each(&mut |old| from.next().copied().unwrap_or(old));
    }

    /// The Euclidean norm: the square root of [`dot`](Self::dot) with itself.
    ///
    /// ```
    /// use autodiff_runtime::VectorSpace;
    /// assert_eq!((3.0, [0.0, 4.0]).norm(), 5.0);
    /// ```
    #[cfg(feature = "std")]
    fn norm(&self) -> f64 {
        self.dot(self).sqrt()
    }
}

macro_rules! scalar {
    ($float:ident) => {
        impl VectorSpace for $float {
            const PRECISION: f64 = $float::EPSILON as f64;
            const DIMENSION: Option<usize> = Some(1);

            #[inline]
            fn dimension(&self) -> usize {
                1
            }

            #[inline(always)]
            fn set_zero(&mut self) {
                *self = 0.0;
            }

            #[inline(always)]
            fn add_assign(&mut self, other: &Self) {
                *self += *other;
            }

            #[inline(always)]
            fn scale(&mut self, by: f64) {
                *self *= by as $float;
            }

            #[inline(always)]
            fn add_scaled(&mut self, by: f64, other: &Self) {
                *self += by as $float * *other;
            }

            #[inline(always)]
            fn dot(&self, other: &Self) -> f64 {
                f64::from(*self) * f64::from(*other)
            }

            #[inline]
            fn for_each(&self, each: &mut dyn FnMut(f64)) {
                each(f64::from(*self));
            }

            #[inline]
            fn map_each(&mut self, map: &mut dyn FnMut(f64) -> f64) {
                *self = map(f64::from(*self)) as $float;
            }

            fn write_path(&self, _: usize, _: &mut dyn fmt::Write) -> fmt::Result {
                Ok(())
            }
        }
    };
}
scalar!(f32);
scalar!(f64);

/// Where the component `index` is: in which element, and which component of that.
#[inline]
#[track_caller]
fn element<T: VectorSpace>(of: &[T], mut index: usize) -> (usize, usize) {
    match T::DIMENSION {
        Some(0) => {}
        Some(dimension) => return (index / dimension, index % dimension),
        None => {
            for (i, one) in of.iter().enumerate() {
                let dimension = one.dimension();
                if index < dimension {
                    return (i, index);
                }
                index -= dimension;
            }
        }
    }
    panic!("{} components too few", index + 1)
}

impl<T: VectorSpace> VectorSpace for [T] {
    const PRECISION: f64 = T::PRECISION;

    #[inline]
    fn dimension(&self) -> usize {
        match T::DIMENSION {
            Some(dimension) => self.len() * dimension,
            None => self.iter().map(T::dimension).sum(),
        }
    }

    #[inline]
    #[track_caller]
    fn component(&self, index: usize) -> f64 {
        let (i, index) = element(self, index);
        self[i].component(index)
    }

    #[inline]
    #[track_caller]
    fn set_component(&mut self, index: usize, value: f64) {
        let (i, index) = element(self, index);
        self[i].set_component(index, value);
    }

    #[inline]
    fn set_zero(&mut self) {
        self.iter_mut().for_each(T::set_zero);
    }

    #[inline]
    #[track_caller]
    fn add_assign(&mut self, other: &Self) {
        assert_eq!(self.len(), other.len(), "lengths of vectors that are added");
        for (to, from) in self.iter_mut().zip(other) {
            to.add_assign(from);
        }
    }

    #[inline]
    fn scale(&mut self, by: f64) {
        for each in self {
            each.scale(by);
        }
    }

    #[inline]
    #[track_caller]
    fn add_scaled(&mut self, by: f64, other: &Self) {
        assert_eq!(self.len(), other.len(), "lengths of vectors that are added");
        for (to, from) in self.iter_mut().zip(other) {
            to.add_scaled(by, from);
        }
    }

    #[inline]
    #[track_caller]
    fn dot(&self, other: &Self) -> f64 {
        assert_eq!(self.len(), other.len(), "lengths of vectors that are multiplied");
        self.iter().zip(other).map(|(a, b)| a.dot(b)).sum()
    }

    fn for_each(&self, each: &mut dyn FnMut(f64)) {
        for one in self {
            one.for_each(each);
        }
    }

    fn map_each(&mut self, map: &mut dyn FnMut(f64) -> f64) {
        for one in self {
            one.map_each(map);
        }
    }

    fn write_path(&self, mut index: usize, to: &mut dyn fmt::Write) -> fmt::Result {
        for (i, one) in self.iter().enumerate() {
            let dimension = one.dimension();
            if index < dimension {
                write!(to, "[{i}]")?;
                return one.write_path(index, to);
            }
            index -= dimension;
        }
        write!(to, "[{index} past the end]")
    }
}

/// Arrays and vectors do as the slice of their elements.
macro_rules! as_slice {
    ($of:ty, [$($generics:tt)*], $dimension:expr) => {
        impl<$($generics)*> VectorSpace for $of {
            const PRECISION: f64 = T::PRECISION;
            const DIMENSION: Option<usize> = $dimension;

            #[inline]
            fn dimension(&self) -> usize {
                self[..].dimension()
            }

            #[inline]
            #[track_caller]
            fn component(&self, index: usize) -> f64 {
                self[..].component(index)
            }

            #[inline]
            #[track_caller]
            fn set_component(&mut self, index: usize, value: f64) {
                self[..].set_component(index, value);
            }

            #[inline]
            fn set_zero(&mut self) {
                self[..].set_zero();
            }

            #[inline]
            #[track_caller]
            fn add_assign(&mut self, other: &Self) {
                self[..].add_assign(&other[..]);
            }

            #[inline]
            fn scale(&mut self, by: f64) {
                self[..].scale(by);
            }

            #[inline]
            #[track_caller]
            fn add_scaled(&mut self, by: f64, other: &Self) {
                self[..].add_scaled(by, &other[..]);
            }

            #[inline]
            #[track_caller]
            fn dot(&self, other: &Self) -> f64 {
                self[..].dot(&other[..])
            }

            fn for_each(&self, each: &mut dyn FnMut(f64)) {
                self[..].for_each(each);
            }

            fn map_each(&mut self, map: &mut dyn FnMut(f64) -> f64) {
                self[..].map_each(map);
            }

            fn write_path(&self, index: usize, to: &mut dyn fmt::Write) -> fmt::Result {
                self[..].write_path(index, to)
            }
        }
    };
}
as_slice!([T; N], [T: VectorSpace, const N: usize], match T::DIMENSION {
    Some(dimension) => Some(dimension * N),
    None => None,
});
#[cfg(feature = "alloc")]
as_slice!(Vec<T>, [T: VectorSpace], None);

const fn sum(a: Option<usize>, b: Option<usize>) -> Option<usize> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a + b),
        _ => None,
    }
}

const fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: VectorSpace),+> VectorSpace for ($($name,)+) {
            const PRECISION: f64 = {
                let precision = 0.0;
                $(let precision = larger(precision, $name::PRECISION);)+
                precision
            };
            const DIMENSION: Option<usize> = {
                let dimension = Some(0);
                $(let dimension = sum(dimension, $name::DIMENSION);)+
                dimension
            };

            #[inline]
            fn dimension(&self) -> usize {
                0 $(+ self.$index.dimension())+
            }

            #[inline]
            fn set_zero(&mut self) {
                $(self.$index.set_zero();)+
            }

            #[inline]
            #[track_caller]
            fn add_assign(&mut self, other: &Self) {
                $(self.$index.add_assign(&other.$index);)+
            }

            #[inline]
            fn scale(&mut self, by: f64) {
                $(self.$index.scale(by);)+
            }

            #[inline]
            #[track_caller]
            fn add_scaled(&mut self, by: f64, other: &Self) {
                $(self.$index.add_scaled(by, &other.$index);)+
            }

            #[inline]
            #[track_caller]
            fn dot(&self, other: &Self) -> f64 {
                0.0 $(+ self.$index.dot(&other.$index))+
            }

            fn for_each(&self, each: &mut dyn FnMut(f64)) {
                $(self.$index.for_each(each);)+
            }

            fn map_each(&mut self, map: &mut dyn FnMut(f64) -> f64) {
                $(self.$index.map_each(map);)+
            }

            #[inline]
            #[track_caller]
            fn component(&self, index: usize) -> f64 {
                let mut _index = index;
                $(
                    if _index < self.$index.dimension() {
                        return self.$index.component(_index);
                    }
                    _index -= self.$index.dimension();
                )+
                panic!("{} components too few", _index + 1)
            }

            #[inline]
            #[track_caller]
            fn set_component(&mut self, index: usize, value: f64) {
                let mut _index = index;
                $(
                    if _index < self.$index.dimension() {
                        return self.$index.set_component(_index, value);
                    }
                    _index -= self.$index.dimension();
                )+
                panic!("{} components too few", _index + 1)
            }

            fn write_path(&self, index: usize, to: &mut dyn fmt::Write) -> fmt::Result {
                let _before = 0;
                $(
                    let _before = {
                        let after = _before + self.$index.dimension();
                        if index < after {
                            to.write_str(concat!(".", stringify!($index)))?;
                            return self.$index.write_path(index - _before, to);
                        }
                        after
                    };
                )+
                write!(to, ".{index} past the end")
            }
        }
    };
}

/// Calls a macro once for each number of members of a tuple.
macro_rules! each_tuple {
    ($one:ident) => {
        $one!(A 0);
        $one!(A 0, B 1);
        $one!(A 0, B 1, C 2);
        $one!(A 0, B 1, C 2, D 3);
        $one!(A 0, B 1, C 2, D 3, E 4);
        $one!(A 0, B 1, C 2, D 3, E 4, F 5);
        $one!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
        $one!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
        $one!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
        $one!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
        $one!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
        $one!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
    };
}
pub(crate) use each_tuple;

each_tuple!(tuple);
