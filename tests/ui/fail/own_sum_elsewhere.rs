use autodiff_runtime::grad;

mod points {
    use autodiff_runtime::{Differentiable, grad};

    #[derive(Differentiable, Clone, Copy)]
    pub struct Point {
        pub x: f64,
        pub y: f64,
    }

    impl Point {
        #[grad]
        pub fn norm(&self) -> f64 {
            self.x.hypot(self.y)
        }
    }

    impl std::iter::Sum for Point {
        fn sum<I: Iterator<Item = Point>>(all: I) -> Point {
            all.fold(Point { x: 0.0, y: 0.0 }, |a, b| Point { x: a.x + b.x, y: a.y + b.y })
        }
    }
}

#[grad]
fn length(all: &[points::Point]) -> f64 {
    let sum: points::Point = all.iter().copied().sum();
    sum.norm()
}

fn main() {}
