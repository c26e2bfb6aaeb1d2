use autodiff_runtime::{Differentiable, grad};

#[derive(Clone, Differentiable)]
struct Model {
    slope: f64,
}

impl Model {
    #[grad]
    fn line(&self, x: f64) -> f64 {
        struct Pair {
            a: f64,
        }
        let p = Pair { a: x * self.slope };
        p.a
    }
}

#[grad]
fn counted(x: f64) -> f64 {
    const N: usize = 2;
    struct Row {
        all: [f64; N],
    }
    let row = Row { all: [x; N] };
    row.all[0] * row.all[1]
}

fn main() {}
