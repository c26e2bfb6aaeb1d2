// `crate = path`, where the runtime has another name or is re-exported.
#![deny(warnings)]

extern crate autodiff_runtime as ad;

mod vendored {
    pub mod deep {
        pub use autodiff_runtime as gradients;
    }
}

#[ad::grad(crate = ad, jvp)]
fn renamed(x: &[f64]) -> f64 {
    let y = x.to_vec();
    y[0] * x[1]
}

#[vendored::deep::gradients::grad(crate = crate::vendored::deep::gradients)]
fn re_exported(x: f64) -> f64 {
    renamed(&[x, x])
}

mod inner {
    #[ad::grad(crate = super::vendored::deep::gradients)]
    pub fn relative(x: f64) -> f64 {
        super::re_exported(x) * x
    }
}

fn main() {
    assert_eq!(renamed_grad(&[2.0, 3.0]), [3.0, 2.0]);
    assert_eq!(re_exported_grad(3.0), 6.0);
    assert_eq!(inner::relative_grad(2.0), 12.0);
}
