use autodiff_runtime::grad;

#[grad(jacobian)]
fn step(state: &mut [f64; 2]) {
    state[0] += state[1];
}

fn main() {}
