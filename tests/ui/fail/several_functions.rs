use autodiff_runtime::grad;

fn area(radius: f64) -> f64 {
    3.0 * radius * radius
}

#[grad]
fn first(x: f64) -> f64 {
    area(x)
}

#[grad]
fn second(x: f64) -> f64 {
    x as i32 as f64
}

// Right, and its derivative is there in spite of the others.
#[grad]
fn third(x: f64) -> f64 {
    x * x
}

fn main() {
    // What is wrong can still be called.
    first(1.0);
    second(1.0);
    third_grad(1.0);
}
