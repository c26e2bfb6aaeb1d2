// `Index` and `IndexMut` of one's own types: matrices by pairs, vectors by number, tables by an enum.

use std::ops::{Index, IndexMut};

#[derive(autodiff_runtime::Differentiable, Clone, Debug, PartialEq)]
pub struct Matrix {
    pub entries: Vec<f64>,
    pub columns: usize,
}

impl Index<(usize, usize)> for Matrix {
    type Output = f64;

    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        assert!(j < self.columns, "no column {j}");
        &self.entries[i * self.columns + j]
    }
}

impl IndexMut<(usize, usize)> for Matrix {
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut f64 {
        assert!(j < self.columns, "no column {j}");
        &mut self.entries[i * self.columns + j]
    }
}

impl Matrix {
    #[grad(jvp)]
    pub fn mul(&self, other: &Matrix) -> Matrix {
        let n = self.columns;
        let mut product = Matrix { entries: vec![0.0; n * n], columns: n };
        for i in 0..n {
            for j in 0..n {
                let mut sum = 0.0;
                for k in 0..n {
                    sum += self[(i, k)] * other[(k, j)];
                }
                product[(i, j)] = sum;
            }
        }
        product
    }
}

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Vec3 {
    pub x: f64,
    pub y: f64,
    pub z: f64,
}

impl Index<usize> for Vec3 {
    type Output = f64;

    fn index(&self, i: usize) -> &f64 {
        match i {
            0 => &self.x,
            1 => &self.y,
            2 => &self.z,
            _ => panic!("index {i} out of range"),
        }
    }
}

impl IndexMut<usize> for Vec3 {
    fn index_mut(&mut self, i: usize) -> &mut f64 {
        match i {
            0 => &mut self.x,
            1 => &mut self.y,
            2 => &mut self.z,
            _ => panic!("index {i} out of range"),
        }
    }
}

impl Vec3 {
    #[grad(jvp)]
    pub fn dot(&self, other: &Vec3) -> f64 {
        let mut sum = 0.0;
        for i in 0..3 {
            sum += self[i] * other[i];
        }
        sum
    }

    #[grad(jvp)]
    pub fn scale(&mut self, by: f64) {
        for i in 0..3 {
            self[i] *= by;
        }
        self[1] += by;
    }
}

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Table<const R: usize, const C: usize>(pub [[f64; C]; R]);

impl<const R: usize, const C: usize> Index<[usize; 2]> for Table<R, C> {
    type Output = f64;

    fn index(&self, [i, j]: [usize; 2]) -> &Self::Output {
        debug_assert!(i < R && j < C);
        &self.0[i][j]
    }
}

impl<const R: usize, const C: usize> IndexMut<[usize; 2]> for Table<R, C> {
    fn index_mut(&mut self, [i, j]: [usize; 2]) -> &mut Self::Output {
        debug_assert!(i < R && j < C);
        &mut self.0[i][j]
    }
}

impl<const R: usize, const C: usize> Index<usize> for Table<R, C> {
    type Output = [f64; C];

    fn index(&self, i: usize) -> &[f64; C] {
        &self.0[i]
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Axis {
    X,
    Z,
}

impl Index<Axis> for Matrix {
    type Output = f64;

    fn index(&self, axis: Axis) -> &f64 {
        match axis {
            Axis::X => &self.entries[0],
            Axis::Z => &self.entries[self.columns],
        }
    }
}

autodiff_tests::flat! {
    Matrix, MatrixTangent;
    Vec3, Vec3Tangent;
}
autodiff_tests::flat! {
    [const R: usize, const C: usize] Table<R, C>, TableTangent<R, C>;
}

#[grad(jvp)]
pub fn trace_of_square(m: &Matrix, x: f64) -> f64 {
    let square = m.mul(m);
    let mut sum = 0.0;
    for i in 0..square.columns {
        sum += square[(i, i)] * x;
    }
    sum
}

#[grad(jvp)]
pub fn entries_changed(m: &mut Matrix, x: f64) -> f64 {
    m[(0, 1)] = x * m[(1, 0)];
    m[(0, 1)] += m[(0, 0)];
    m[(1, 1)] *= 2.0 * x;
    m[(0, 1)] * m[(1, 1)]
}

#[grad(jvp)]
pub fn shifted(a: &Vec3, x: f64) -> f64 {
    let mut b = *a;
    b[1] = x * x;
    b.scale(x);
    for i in 0..2 {
        b[i] = b[i + 1] * x;
    }
    a.dot(&b) + b[2]
}

#[grad(jvp)]
pub fn of_several(all: &[Vec3], x: f64) -> f64 {
    let mut sum = 0.0;
    for v in all {
        sum += v[0] * x;
    }
    for i in 0..3 {
        sum += all[0][i] * all[1][2 - i];
    }
    sum
}

#[grad(jvp)]
pub fn of_table(t: &Table<2, 3>, x: f64) -> f64 {
    let mut u = *t;
    u[[0, 1]] = x * t[[1, 2]];
    u[[1, 0]] *= u[[0, 1]];
    u[1][0] + t[0].iter().sum::<f64>() * x
}

#[grad(jvp)]
pub fn by_axis(m: &Matrix, x: f64) -> f64 {
    m[Axis::X] * x + m[Axis::Z]
}

pub fn cases(c: &mut Checker) {
    let m = Matrix { entries: vec![0.5, -1.25, 0.75, 1.5], columns: 2 };
    check!(c, trace_of_square(&m, 0.75) -> f64);
    check!(c, entries_changed(&mut m.clone(), 0.75) -> f64);
    check!(c, by_axis(&m, 0.75) -> f64);
    let v = Vec3 { x: 0.5, y: -1.25, z: 0.75 };
    check!(c, shifted(&v, 0.875) -> f64);
    check!(c, of_several(&vec![v, Vec3 { x: 1.25, ..v }], 0.875) -> f64);
    check!(c, of_table(&Table([[0.5, 1.5, -0.5], [0.25, 0.75, 1.25]]), 0.875) -> f64);
}
