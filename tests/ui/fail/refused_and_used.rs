use autodiff_runtime::grad;

// The refusal is the only error, however much is made of what it leaves out.
#[grad(jvp)]
fn steps(x: f64, y: &[f64]) -> f64 {
    let n = x as usize;
    y[n] * x
}

#[grad(jvp)]
fn caller(x: f64) -> f64 {
    let mut sum = 0.0;
    for _ in 0..3 {
        sum += steps(x, &[x, x]) * x;
    }
    sum
}

struct Spring {
    stiffness: f64,
}

impl Spring {
    #[grad(wrt(x))]
    fn force(&self, x: f64) -> f64 {
        self.stiffness * x.to_string().len() as f64
    }
}

struct Rod(f64);

impl Rod {
    #[grad(wrt(x))]
    fn pull(self, spring: &Spring, x: f64) -> f64 {
        spring.force(x) * self.0
    }
}

fn main() {
    let steps_grad = steps_grad(1.0, &[2.0]);
    println!("{:?}", steps_grad.0);
    let (value, gradient) = steps_value_and_grad(1.0, &[2.0]);
    assert!((value - gradient.0).abs() < 1e-9);
    println!("{}", caller_grad(1.0) + Spring { stiffness: 1.0 }.force_grad(2.0));
}
