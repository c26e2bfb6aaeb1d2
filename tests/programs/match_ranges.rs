// `match` on ranges of integers, closed, half-open and open, and on alternatives.

const KNOTS: i64 = 10;

#[grad(jvp)]
pub fn stepwise_rate(x: f64, month: i64) -> f64 {
    let rate = match month {
        i64::MIN..0 => 0.0,
        0..=2 => x * x,
        3 | 5 | 7 => x.sin(),
        4..KNOTS => x.cos() * x,
        KNOTS..=11 => x.exp(),
        12.. => x.exp() * (month - 11) as f64,
    };
    rate * rate + x
}

#[grad(jvp)]
pub fn by_letter(x: f64, letter: char) -> f64 {
    match letter {
        'a'..='f' => x * 2.0,
        's' | 'S' => x.sin(),
        _ => 0.5 * x * x,
    }
}

pub fn cases(c: &mut Checker) {
    for month in [-4, 1, 5, 6, 10, 13] {
        check!(c, stepwise_rate(0.75, const month) -> f64);
    }
    for letter in ['b', 'S', '?'] {
        check!(c, by_letter(0.75, const letter) -> f64);
    }
}
