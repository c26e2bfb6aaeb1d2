// What ends a chain: one of the items, a question about all, or a state folded over them.

#[grad(jvp)]
pub fn extremes(x: &[f64]) -> f64 {
    let max = x.iter().copied().max_by(|a, b| a.total_cmp(b)).unwrap();
    let min = x.iter().min_by(|a, b| a.partial_cmp(b).unwrap()).unwrap();
    let (at, largest) = x.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
    let reduced = x.iter().copied().reduce(f64::min).unwrap_or(1.0);
    let by_key = x.iter().enumerate().max_by_key(|(i, _)| (7 * i) % 4).unwrap().1;
    max * min + at as f64 * largest - reduced * by_key
}

#[grad(jvp)]
pub fn extremes_of_some(x: &[f64]) -> f64 {
    let smallest = x.iter().filter(|v| **v > 0.0).min_by(|a, b| a.total_cmp(b)).unwrap_or(&2.0);
    let product = x.iter().map(|v| v * 2.0).filter(|v| *v > 1.5).reduce(|a, b| a * b).unwrap_or(0.5);
    smallest * product
}

#[grad(jvp)]
pub fn places(x: &[f64], limit: f64) -> f64 {
    let first = x.iter().position(|v| *v > limit).unwrap_or(x.len());
    let found = x.iter().find(|v| **v > limit).unwrap_or(&limit);
    let number = x.iter().filter(|v| **v > limit).count();
    let all = x.iter().all(|v| *v > limit);
    let any = x.iter().any(|&v| v > limit);
    let scale = if all { 2.0 } else if any { 3.0 } else { 4.0 };
    scale * found * (first + number) as f64 + limit
}

#[grad(jvp)]
pub fn single_items(x: &[f64]) -> f64 {
    let last = x.iter().last().unwrap();
    let third = x.iter().map(|v| v * v).nth(2).unwrap();
    let first = x.iter().rev().next().expect("not empty");
    let row = x.chunks(2).next().unwrap();
    last * third + first * row[1]
}

#[grad(jvp)]
pub fn folds(x: &[f64]) -> f64 {
    let (sum, squares) = x.iter().fold((0.0, 0.0), |(s, q), v| (s + v, q + v * v));
    let n = x.len() as f64;
    let variance = squares / n - (sum / n) * (sum / n);
    let array = x.iter().fold([0.0, 1.0, 0.0], |mut acc, v| {
        acc[0] += v;
        acc[1] *= v.cos();
        acc[2] = acc[0] * acc[1];
        acc
    });
    let rotated = x.iter().fold([1.0, 0.0], |p, v| [p[0] * v.cos() - p[1] * v.sin(), p[0] * v.sin() + p[1] * v.cos()]);
    variance + array[2] + rotated[0] * rotated[1]
}

#[grad(jvp)]
pub fn integers(x: &[f64], n: &[usize]) -> f64 {
    let total: usize = n.iter().sum();
    let product = n.iter().product::<usize>();
    let largest = *n.iter().max().unwrap();
    let smallest = n.iter().copied().min().unwrap_or(0);
    let picked: f64 = n.iter().map(|&i| x[i]).sum();
    picked * (total + product) as f64 + x[largest] * x[smallest]
}

#[grad(jvp)]
pub fn one_by_one(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let first = it.next().unwrap();
    let last = it.next_back().unwrap();
    let mut s = first * last;
    while let Some(v) = it.next() {
        if *v < 0.0 {
            continue;
        }
        s = s * v + 1.0;
    }
    s
}

#[grad(jvp)]
pub fn pairs_by_next(x: &[f64]) -> f64 {
    let mut it = x.iter().zip(x.iter().skip(1));
    let mut s = 0.0;
    while let Some((a, b)) = it.next() {
        s += a * b.sin();
        if s > 2.0 {
            break;
        }
    }
    let rest = it.map(|(a, b)| a - b).fold(1.0, |p, d| p * d);
    s + rest
}

#[grad(jvp)]
pub fn held_in_a_variable(x: &[f64], y: &[f64]) -> f64 {
    let both = x.iter().zip(y);
    let mut s = 0.0;
    for (a, b) in both {
        s += a * b;
    }
    let scaled = x.iter().map(|v| v * s);
    let steps = 1..x.len();
    s + scaled.sum::<f64>() + steps.map(|i| x[i] / x[i - 1]).product::<f64>()
}

#[grad(jvp)]
pub fn of_two(x: f64, y: f64) -> f64 {
    let most = std::cmp::max_by(x * x, y, |a, b| a.total_cmp(b));
    let least = std::cmp::min_by(x, y * x, |a, b| a.partial_cmp(b).unwrap());
    most * most + least * std::cmp::max_by(y, 0.625, f64::total_cmp)
}

pub fn cases(c: &mut Checker) {
    check!(c, of_two(0.75, 0.5) -> f64);
    check!(c, of_two(0.75, 1.5) -> f64);
    let x = vec![0.5, 1.25, -0.75, 2.0, 0.375];
    check!(c, extremes(&x) -> f64);
    check!(c, extremes_of_some(&x) -> f64);
    check!(c, extremes_of_some(&vec![-1.0, -2.0]) -> f64);
    check!(c, places(&x, 0.75) -> f64);
    check!(c, places(&x, -3.0) -> f64);
    check!(c, places(&x, 5.0) -> f64);
    check!(c, single_items(&x) -> f64);
    check!(c, folds(&x) -> f64);
    check!(c, integers(&x, const &[1, 3, 2]) -> f64);
    check!(c, one_by_one(&x) -> f64);
    check!(c, pairs_by_next(&x) -> f64);
    check!(c, pairs_by_next(&vec![2.0, 1.5, 3.0, 1.0]) -> f64);
    check!(c, held_in_a_variable(&x, &vec![1.5, -0.5, 0.75, 2.5, 1.0]) -> f64);
}
