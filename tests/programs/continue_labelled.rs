// `continue 'rows` from an inner loop.

#[grad(jvp)]
pub fn rows_without_negatives(m: &[f64], columns: usize) -> f64 {
    let rows = m.len() / columns;
    let mut total = 1.0;
    'rows: for i in 0..rows {
        let mut sum = 0.0;
        for j in 0..columns {
            let x = m[i * columns + j];
            if x < 0.0 {
                total *= 1.0 + x * sum;
                continue 'rows;
            }
            if x > 4.0 {
                continue;
            }
            sum += x * x * total;
        }
        total += sum;
    }
    total
}

#[grad(jvp)]
pub fn through_three_loops(x: f64, n: usize) -> f64 {
    let mut y = x;
    'outer: for i in 0..n {
        'middle: for j in 0..n {
            for k in 0..n {
                y += 0.125 * x * (i + 2 * j + 3 * k) as f64;
                if k > j {
                    continue 'middle;
                }
                if y > 4.0 {
                    y *= 0.25;
                    continue 'outer;
                }
            }
            y *= 1.125;
        }
    }
    y
}

pub fn cases(c: &mut Checker) {
    let m = vec![0.5, 1.25, 0.75, 0.5, -2.0, 1.5, 5.0, 1.0, 0.25, -1.0, 3.0, 2.0];
    for columns in [2, 3, 4] {
        check!(c, rows_without_negatives(&m, const columns) -> f64);
    }
    check!(c, through_three_loops(0.75, const 3) -> f64);
}
