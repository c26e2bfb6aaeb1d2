// Arrays, vectors and structs that leave a loop by `break`, or a block or closure from within one.

#[derive(Clone, Copy, Debug, PartialEq, autodiff_runtime::Differentiable)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

impl std::iter::Sum for Point {
    fn sum<I: Iterator<Item = Point>>(points: I) -> Point {
        let mut sum = Point { x: 0.0, y: 1.0 };
        for point in points {
            if point.x > 2.0 {
                return Point { x: sum.x + 10.0 * point.x, y: sum.y };
            }
            sum.x += point.x;
            sum.y *= point.y;
        }
        sum
    }
}

/// What a loop yields is made inside of it.
#[grad(jvp)]
pub fn newton(a: f64) -> f64 {
    let mut x = a;
    let root = loop {
        let next = Point { x: 0.5 * (x + a / x), y: x * a };
        if (next.x - x).abs() < 1e-3 {
            break next;
        }
        x = next.x;
    };
    root.x * root.y
}

/// An array of numbers that are known by their use alone.
#[grad(jvp)]
pub fn first_large(v: &[f64], x: f64) -> f64 {
    let mut i = 0;
    let found = loop {
        if i == v.len() {
            break [x, 1.0];
        }
        let scaled = v[i] * x;
        if scaled > 1.0 {
            break [scaled, v[i].sin()];
        }
        i += 1;
    };
    found[0] * found[1]
}

/// A block is left from within two loops, with a vector and a number.
#[grad(jvp)]
pub fn pair(v: &[f64], limit: f64) -> f64 {
    let (both, product) = 'found: {
        for i in 0..v.len() {
            for j in 0..i {
                if v[i] * v[j] > limit {
                    break 'found (vec![v[i], v[j] * 2.0], v[i] * v[j]);
                }
            }
        }
        (vec![limit; 2], 3.0)
    };
    both[0] * both[1].exp() + product
}

/// A closure returns from within a loop, and is called in one.
#[grad(jvp)]
pub fn search(v: &[f64], x: f64) -> f64 {
    let crossing = |start: f64| {
        let mut sum = start;
        for i in 0..v.len() {
            sum += v[i] * x;
            if sum > 2.0 {
                return [sum, v[i]];
            }
        }
        [sum * sum, x]
    };
    let mut total = 0.0;
    for k in 0..3 {
        let [a, b] = crossing(k as f64 * x);
        total += a * b;
    }
    total
}

/// Loops in loops, each of which yields.
#[grad(jvp)]
pub fn nested(x: f64) -> f64 {
    let mut n = 0.0;
    let outer = loop {
        n += 1.0;
        let mut m = 0.0;
        let inner = loop {
            m += 1.0;
            let p = Point { x: x * m, y: x.sin() + n };
            if p.x * p.y > 3.0 * n || m > 6.5 {
                break p;
            }
        };
        if inner.x + n > 5.0 {
            break [inner, Point { x: inner.y * m, y: n }];
        }
    };
    outer[0].x * outer[1].x + outer[0].y * outer[1].y
}

/// A sum of the user's that ends early.
#[grad(jvp)]
pub fn added_up(x: f64) -> f64 {
    let points = [Point { x, y: x }, Point { x: 3.0 * x, y: x.cos() }, Point { x: x * x, y: 2.0 }];
    let sum: Point = points.into_iter().sum();
    sum.x * sum.y
}

pub fn cases(c: &mut Checker) {
    check!(c, newton(7.0) -> f64);
    check!(c, newton(0.3) -> f64);
    check!(c, first_large(&vec![0.2, 0.9, 1.4], 0.95) -> f64);
    check!(c, first_large(&vec![0.2, 0.9], 0.5) -> f64);
    check!(c, first_large(&vec![], 0.5) -> f64);
    check!(c, pair(&vec![0.5, 0.8, 1.3, 1.1], 0.9) -> f64);
    check!(c, pair(&vec![0.5, 0.8], 0.9) -> f64);
    check!(c, search(&vec![0.5, 0.8, 1.3], 0.9) -> f64);
    check!(c, search(&vec![0.5], 0.3) -> f64);
    check!(c, nested(0.4) -> f64);
    check!(c, nested(1.7) -> f64);
    check!(c, added_up(0.4) -> f64);
    check!(c, added_up(1.7) -> f64);
}
