use autodiff_runtime::{Differentiable, grad};

mod inner {
    use autodiff_runtime::grad;

    #[grad]
    pub fn plain(x: f64) -> f64 {
        x * x
    }

    #[grad(jvp)]
    pub fn forward(x: f64) -> f64 {
        x * x
    }
}

#[derive(Differentiable, Clone, Copy)]
struct Line {
    slope: f64,
}

impl Line {
    #[grad]
    fn at(&self, x: f64) -> f64 {
        self.slope * x
    }
}

#[grad(hessian)]
fn twice(x: f64) -> f64 {
    inner::plain(x) + inner::forward(x)
}

#[grad(jacobian)]
fn matrix(x: [f64; 2]) -> [f64; 2] {
    [inner::plain(x[0]), inner::forward(x[1])]
}

#[grad(jvp, hessian)]
fn both(x: f64) -> f64 {
    inner::plain(x)
}

#[grad(gnvp)]
fn products(x: f64) -> f64 {
    inner::plain(x)
}

#[grad(hessian)]
fn of_method(line: &Line, x: f64) -> f64 {
    line.at(x)
}

#[grad(jacobian)]
fn by_path(line: &Line, x: f64) -> f64 {
    Line::at(line, x)
}

fn main() {}
