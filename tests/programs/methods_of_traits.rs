// Methods of traits: on the trait and its impls, provided ones, code that is generic over the trait, methods of floats.

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Circle {
    pub radius: f64,
}

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    pub width: f64,
    pub height: f64,
}

#[grad(jvp)]
pub trait Shape {
    #[grad]
    fn area(&self) -> f64;

    #[grad]
    fn grow(&mut self, k: f64);

    #[grad]
    fn cost(&self, price: f64) -> f64 {
        price * self.area().sqrt()
    }

    #[grad]
    fn moment(k: f64) -> f64
    where
        Self: Sized,
    {
        k * k
    }

    fn name(&self) -> &'static str {
        "shape"
    }
}

#[grad(jvp)]
impl Shape for Circle {
    #[grad]
    fn area(&self) -> f64 {
        3.0 * self.radius * self.radius
    }

    #[grad]
    fn grow(&mut self, k: f64) {
        self.radius *= k;
    }

    fn name(&self) -> &'static str {
        "circle"
    }
}

#[grad(jvp)]
impl Shape for Rect {
    #[grad]
    fn area(&self) -> f64 {
        self.width * self.height
    }

    #[grad]
    fn grow(&mut self, k: f64) {
        self.width *= k;
        self.height *= k.sin();
    }

    #[grad]
    fn moment(k: f64) -> f64 {
        k.exp()
    }
}

#[grad(jvp)]
pub trait Activation {
    fn leaky(self, slope: f64) -> Self;
}

#[grad(jvp)]
impl Activation for f64 {
    fn leaky(self, slope: f64) -> f64 {
        if self > 0.0 { self } else { slope * self }
    }
}

#[grad(jvp)]
pub fn total<S: Shape + Clone + autodiff_runtime::Differentiable>(shape: &S, k: f64) -> f64 {
    let mut larger = shape.clone();
    larger.grow(k);
    shape.area() * larger.cost(k) + S::moment(k)
}

#[grad(jvp)]
pub fn circle(shape: Circle, k: f64) -> f64 {
    total(&shape, k) + <Circle as Shape>::moment(k)
}

#[grad(jvp)]
pub fn rect(shape: Rect, k: f64) -> f64 {
    let mut other = shape;
    other.grow(k);
    total(&shape, k) * Rect::moment(k) + other.cost(2.0)
}

#[grad(jvp)]
pub fn layer(x: &[f64], slope: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i].leaky(slope) * (x[i] * slope).leaky(0.5);
    }
    sum
}

/// Who has this trait has a tangent.
#[grad(jvp)]
pub trait Model: autodiff_runtime::Differentiable {
    #[grad]
    fn predict(&self, x: f64) -> f64;
}

#[grad(jvp)]
impl Model for Rect {
    #[grad]
    fn predict(&self, x: f64) -> f64 {
        self.width * x + self.height
    }
}

#[grad(jvp, wrt(model))]
pub fn loss<M: Model>(model: &M, x: f64, y: f64) -> f64 {
    (model.predict(x) - y).powi(2)
}

#[grad(jvp)]
pub fn loss_of_all<M>(model: &M, x: &[f64]) -> f64
where
    M: Model,
{
    x.iter().map(|x| model.predict(*x).sin()).sum()
}

autodiff_tests::flat! {
    Circle, CircleTangent;
    Rect, RectTangent;
}

pub fn cases(c: &mut Checker) {
    let (round, square) = (Circle { radius: 1.25 }, Rect { width: 0.75, height: 1.5 });
    check!(c, circle(round, 0.75) -> f64);
    check!(c, rect(square, 0.75) -> f64);
    check!(c, total(&round, 0.75) -> f64);
    check!(c, total(&square, 0.75) -> f64);
    check!(c, layer(&vec![0.5, -1.5, 2.0], 0.125) -> f64);
    check!(c, loss(&square, const 0.75, const 2.0) -> f64);
    check!(c, loss_of_all(&square, &vec![0.5, -1.5]) -> f64);
    // The trait is still one of which there are objects.
    let shapes: [&dyn Shape; 2] = [&round, &square];
    assert_eq!(shapes.map(|shape| shape.name()), ["circle", "shape"]);
    assert_eq!(square.area_grad(), RectTangent { width: 1.5, height: 0.75 });
    assert_eq!(square.cost_value_and_grad(2.0).0, square.cost(2.0));
}
