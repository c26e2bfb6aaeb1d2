// Integer fields of structs, counted up beside floats: only the struct tells their type.

#[derive(Clone, Debug, autodiff_runtime::Differentiable)]
pub struct Bin {
    pub weight: f64,
    pub hits: u16,
}

#[grad(jvp)]
pub fn made_here(x: f64, n: usize) -> f64 {
    let mut bin = Bin { weight: x, hits: 0 };
    for i in 0..n {
        if i % 2 == 0 {
            bin.weight *= x;
            bin.hits += 1;
        }
    }
    bin.weight * bin.hits as f64
}

#[grad(jvp)]
pub fn copied(from: &Bin, n: usize) -> f64 {
    let mut bin = from.clone();
    for i in 0..n {
        if i % 2 == 0 {
            bin.weight *= 1.5 * bin.weight;
            bin.hits += 1;
        }
    }
    bin.weight * bin.hits as f64
}

autodiff_tests::flat! { Bin, BinTangent; }

pub fn cases(c: &mut Checker) {
    check!(c, made_here(0.75, const 3) -> f64);
    check!(c, copied(&Bin { weight: 0.625, hits: 2 }, const 3) -> f64);
}
