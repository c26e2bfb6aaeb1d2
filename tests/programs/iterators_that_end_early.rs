// Adaptors that drop items, end early, or make several items of one.

#[grad(jvp)]
pub fn filtered(x: &[f64], limit: f64) -> f64 {
    let a: f64 = x.iter().filter(|v| **v > limit).map(|v| v * v).sum();
    let b: f64 = x.iter().filter(|&&v| v < limit).enumerate().map(|(i, v)| v * (i + 1) as f64).sum();
    let c: f64 = x.iter().map(|v| v * limit).filter(|v| *v > 0.0).rev().fold(1.0, |acc, v| acc * v + 1.0);
    a + b * c
}

#[grad(jvp)]
pub fn while_it_holds(x: &[f64]) -> f64 {
    let a: f64 = x.iter().take_while(|v| **v > 0.0).map(|v| v.ln()).sum();
    let b: f64 = x.iter().skip_while(|v| **v > 0.0).map(|v| v.sin()).sum();
    a * b
}

#[grad(jvp)]
pub fn counted_after_filter(x: &[f64]) -> f64 {
    let kept = || x.iter().filter(|v| **v > 0.0);
    let a: f64 = kept().skip(1).map(|v| v * v).sum();
    let b: f64 = kept().take(2).map(|v| v.exp()).sum();
    let c: f64 = kept().step_by(2).product();
    let d: f64 = kept().zip(x).map(|(a, b)| a * b).sum();
    let e: f64 = x.iter().take(2).zip(kept()).map(|(a, b)| a - b * b).sum();
    a + b * c + d * e
}

#[grad(jvp)]
pub fn one_after_the_other(x: &[f64], y: &[f64]) -> f64 {
    let a: f64 = x.iter().chain(y).enumerate().map(|(i, v)| v * v / (i + 1) as f64).sum();
    let b: f64 = x.iter().chain(y.iter().rev()).take(4).map(|v| v.sin()).sum();
    let c: f64 = x.iter().chain(y).rev().zip(y).fold(0.5, |acc, (a, b)| acc * a + b);
    let d: f64 = y.iter().zip(x.iter().chain(y)).map(|(a, b)| a * b).sum();
    a + b * c - d
}

#[grad(jvp)]
pub fn several_of_each(x: &[f64]) -> f64 {
    let a: f64 = x.iter().flat_map(|v| [*v, v * v, v.sin()]).enumerate().map(|(i, v)| i as f64 * v).sum();
    let b: f64 = (0..x.len()).flat_map(|i| (0..i).map(move |j| x[i] * x[j])).sum();
    let c: f64 = x.chunks(2).flat_map(|c| c.iter()).take(3).product();
    let d: f64 = x.chunks(2).flatten().skip(1).map(|v| v.cos()).sum();
    a + b * c * d
}

#[grad(jvp)]
pub fn in_a_for(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.0;
    'outer: for (i, v) in x.iter().chain(y).enumerate() {
        if *v < 0.0 {
            continue;
        }
        for w in y.iter().filter(|w| **w > 0.25) {
            if i == 1 {
                continue 'outer;
            }
            if s > 100.0 {
                break 'outer;
            }
            s += v * w;
        }
        if i == 4 {
            break;
        }
        s *= 1.0 + 0.125 * v;
    }
    s
}

#[grad(jvp)]
pub fn returned_from(x: &[f64]) -> f64 {
    let mut product = 1.0;
    for v in x.iter().chain(x.iter().rev()) {
        product *= v;
        if product.abs() > 2.0 {
            return product * product;
        }
    }
    product
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.5, 1.25, -0.75, 2.0, 0.375];
    let y = vec![1.5, -0.5, 0.75];
    check!(c, filtered(&x, 0.4375) -> f64);
    check!(c, filtered(&x, 4.0) -> f64);
    check!(c, while_it_holds(&x) -> f64);
    check!(c, counted_after_filter(&x) -> f64);
    check!(c, one_after_the_other(&x, &y) -> f64);
    check!(c, one_after_the_other(&y, &vec![0.0; 0]) -> f64);
    check!(c, several_of_each(&x) -> f64);
    check!(c, in_a_for(&x, &y) -> f64);
    check!(c, in_a_for(&y, &x) -> f64);
    check!(c, returned_from(&y) -> f64);
    check!(c, returned_from(&vec![3.0, 1.0]) -> f64);
    check!(c, returned_from(&vec![0.5, 1.5, 0.75]) -> f64);
}
