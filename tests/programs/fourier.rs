// A recursive Fourier transform of complex numbers that have a name of their own, and matrices whose shapes are constants.

use std::ops::{Add, Index, IndexMut, Mul, Sub};

#[derive(Clone, Copy, Debug, Default, PartialEq, autodiff_runtime::Differentiable)]
pub struct Complex<T> {
    pub re: T,
    pub im: T,
}

pub type Number = Complex<f64>;

#[grad(jvp)]
impl Add for Complex<f64> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { re: self.re + other.re, im: self.im + other.im }
    }
}

#[grad(jvp)]
impl Sub for Complex<f64> {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { re: self.re - other.re, im: self.im - other.im }
    }
}

#[grad(jvp)]
impl Mul for Complex<f64> {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self {
            re: self.re * other.re - self.im * other.im,
            im: self.re * other.im + self.im * other.re,
        }
    }
}

#[grad(jvp)]
impl Number {
    pub fn zero() -> Self {
        Complex { re: 0.0, im: 0.0 }
    }

    pub fn cis(angle: f64) -> Self {
        let (im, re) = angle.sin_cos();
        Self { re, im }
    }

    pub fn norm_sqr(&self) -> f64 {
        self.re * self.re + self.im * self.im
    }
}

#[grad(jvp)]
pub fn fft(x: &[Number]) -> Vec<Number> {
    let n = x.len();
    if n == 1 {
        return vec![x[0]];
    }
    let even: Vec<Number> = x.iter().step_by(2).copied().collect();
    let odd: Vec<Number> = x.iter().skip(1).step_by(2).copied().collect();
    let (even, odd) = (fft(&even), fft(&odd));
    let mut out = vec![Number::zero(); n];
    for k in 0..n / 2 {
        let t = Number::cis(-2.0 * std::f64::consts::PI * k as f64 / n as f64) * odd[k];
        out[k] = even[k] + t;
        out[k + n / 2] = even[k] - t;
    }
    out
}

#[grad(jvp)]
pub fn spectrum(x: &[f64]) -> f64 {
    let signal: Vec<_> = x.iter().map(|&re| Complex { re, im: 0.0 }).collect();
    fft(&signal).iter().enumerate().map(|(k, c)| (1 + k) as f64 * (1.0 + c.norm_sqr()).ln()).sum()
}

#[derive(Clone, Copy, Debug, PartialEq, autodiff_runtime::Differentiable)]
pub struct Matrix<const R: usize, const C: usize>(pub [[f64; C]; R]);

impl<const R: usize, const C: usize> Index<(usize, usize)> for Matrix<R, C> {
    type Output = f64;

    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        &self.0[i][j]
    }
}

impl<const R: usize, const C: usize> IndexMut<(usize, usize)> for Matrix<R, C> {
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut f64 {
        &mut self.0[i][j]
    }
}

#[grad(jvp)]
impl<const R: usize, const C: usize> Matrix<R, C> {
    pub fn zeros() -> Self {
        Matrix([[0.0; C]; R])
    }

    pub fn transpose(&self) -> Matrix<C, R> {
        let mut t = Matrix([[0.0; R]; C]);
        for i in 0..R {
            for j in 0..C {
                t.0[j][i] = self.0[i][j];
            }
        }
        t
    }

    pub fn frobenius(&self) -> f64 {
        self.0.iter().flatten().map(|v| v * v).sum::<f64>().sqrt()
    }
}

#[grad(jvp)]
impl<const R: usize, const K: usize, const C: usize> Mul<&Matrix<K, C>> for &Matrix<R, K> {
    type Output = Matrix<R, C>;

    fn mul(self, other: &Matrix<K, C>) -> Matrix<R, C> {
        let mut m = Matrix([[0.0; C]; R]);
        for i in 0..R {
            for j in 0..C {
                for k in 0..K {
                    m.0[i][j] += self.0[i][k] * other.0[k][j];
                }
            }
        }
        m
    }
}

#[grad(jvp)]
pub fn gram(x: &[f64]) -> f64 {
    let mut a = Matrix::<2, 3>::zeros();
    for i in 0..2 {
        for j in 0..3 {
            a[(i, j)] = x[i * 3 + j].sin();
        }
    }
    let g = &a * &a.transpose();
    g.frobenius() + g[(0, 1)] * a[(1, 2)]
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.0, 0.9375, 0.5, -0.6875, -0.875, 0.25, 1.0, 0.3125];
    check!(c, spectrum(&x) -> f64);
    check!(c, gram(&x) -> f64);
}
