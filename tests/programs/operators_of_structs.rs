// Operators that are implemented for a type: by value and by reference, with floats on either side, assigning ones.

use std::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub};

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Complex {
    pub re: f64,
    pub im: f64,
}

#[grad(jvp)]
impl Add for Complex {
    type Output = Complex;

    fn add(self, other: Complex) -> Complex {
        Complex { re: self.re + other.re, im: self.im + other.im }
    }
}

#[grad(jvp)]
impl<'a> Add<&'a Complex> for &'a Complex {
    type Output = Complex;

    fn add(self, other: &Complex) -> Complex {
        Complex { re: self.re + other.re, im: self.im + other.im }
    }
}

#[grad(jvp)]
impl Sub for Complex {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { re: self.re - other.re, im: self.im - other.im }
    }
}

// The product's adjoint is not the product: it has the conjugate.
#[grad(jvp)]
impl Mul for Complex {
    type Output = Complex;

    fn mul(self, other: Complex) -> Self::Output {
        Complex {
            re: self.re * other.re - self.im * other.im,
            im: self.re * other.im + self.im * other.re,
        }
    }
}

#[grad(jvp)]
impl Mul<f64> for Complex {
    type Output = Complex;

    fn mul(self, k: f64) -> Complex {
        Complex { re: self.re * k, im: self.im * k }
    }
}

#[grad(jvp)]
impl Mul<Complex> for f64 {
    type Output = Complex;

    fn mul(self, z: Complex) -> Complex {
        z * self
    }
}

#[grad(jvp)]
impl Neg for Complex {
    type Output = Complex;

    fn neg(self) -> Complex {
        Complex { re: -self.re, im: -self.im }
    }
}

#[grad(jvp)]
impl AddAssign for Complex {
    fn add_assign(&mut self, other: Complex) {
        *self = *self + other;
    }
}

#[grad(jvp)]
impl MulAssign<f64> for Complex {
    fn mul_assign(&mut self, k: f64) {
        self.re *= k;
        self.im *= k;
    }
}

impl Complex {
    #[grad(jvp)]
    fn norm_squared(self) -> f64 {
        self.re * self.re + self.im * self.im
    }
}

#[grad(jvp)]
pub fn formula(a: Complex, b: &Complex, k: f64) -> f64 {
    let c = a * *b + 2.0 * a;
    let d = c * k - -a;
    let e = &d + b;
    (e * d).norm_squared() + (a - c).re
}

#[grad(jvp)]
pub fn escape(c: Complex, k: f64, n: usize) -> Complex {
    let mut z = c;
    for _ in 0..n {
        z = z * z + c;
        z *= k;
        z += -c;
        if z.norm_squared() > 100.0 {
            break;
        }
    }
    z
}

#[grad(jvp)]
pub fn elements(zs: &[Complex], mut last: Complex) -> f64 {
    let mut total = Complex { re: 0.0, im: 0.0 };
    for z in zs {
        total += *z * last;
        last = last + *z;
    }
    for i in 0..zs.len() {
        total += zs[i] * total;
    }
    total.norm_squared() * last.re
}

autodiff_tests::flat! { Complex, ComplexTangent; }

pub fn cases(c: &mut Checker) {
    let (a, b) = (Complex { re: 0.5, im: -0.75 }, Complex { re: 0.25, im: 1.5 });
    check!(c, formula(a, &b, 0.75) -> f64);
    check!(c, escape(a, 0.75, const 4) -> Complex);
    check!(c, elements(&vec![a, b, a], b) -> f64);
}
