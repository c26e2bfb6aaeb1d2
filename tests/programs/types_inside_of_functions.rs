// Structs and enums that are declared inside of the function.

#[grad(jvp)]
pub fn record(x: f64, y: f64) -> f64 {
    struct Pair {
        a: f64,
        b: f64,
    }
    let p = Pair { a: x * y, b: x };
    p.a * p.b
}

#[grad(jvp)]
pub fn carried(x: f64) -> f64 {
    #[derive(Clone, Copy)]
    struct State {
        sum: f64,
        product: f64,
    }
    let mut s = State { sum: 0.0, product: 1.0 };
    for i in 0..3 {
        s.sum += x * i as f64;
        s.product *= x;
    }
    let all = vec![s, State { sum: x, ..s }];
    let mut total = 0.0;
    for s in &all {
        total += s.sum * s.product;
    }
    total
}

#[grad(jvp)]
pub fn states(x: &[f64]) -> f64 {
    #[derive(Clone, Copy, PartialEq, Debug)]
    enum Step {
        Rest(f64),
        Move { v: f64, a: f64 },
    }
    let mut s = Step::Rest(0.5);
    for v in x {
        s = match s {
            Step::Rest(k) if k < *v => Step::Move { v: *v, a: k },
            Step::Rest(k) => Step::Rest(k * v),
            Step::Move { v: w, a } => Step::Move { v: w * v, a: a + v },
        };
    }
    match s {
        Step::Rest(k) => k,
        Step::Move { v, a } => v * a,
    }
}

#[grad(jvp)]
pub fn counted(x: f64, k: u8) -> f64 {
    #[derive(Clone, Copy, PartialEq)]
    enum Kind {
        Sum,
        Mean,
    }
    struct Moments {
        n: usize,
        sum: f64,
        row: [f64; 2],
    }
    fn mean(of: &Moments) -> f64 {
        of.sum / of.n as f64
    }
    let kind = if k == 0 { Kind::Sum } else { Kind::Mean };
    let mut of = Moments { n: 0, sum: 0.0, row: [x, 1.0] };
    for _ in 0..3 {
        of.n += 1;
        of.sum += x * of.row[of.n % 2];
        of.row[0] *= x;
    }
    match kind {
        Kind::Sum => of.sum,
        Kind::Mean => mean(&of),
    }
}

pub fn cases(c: &mut Checker) {
    check!(c, record(0.75, 0.5) -> f64);
    check!(c, carried(0.75) -> f64);
    check!(c, states(&vec![0.75, 1.25, -0.5]) -> f64);
    check!(c, states(&vec![0.25, 0.0625]) -> f64);
    check!(c, counted(0.75, const 0) -> f64);
    check!(c, counted(0.75, const 1) -> f64);
}
