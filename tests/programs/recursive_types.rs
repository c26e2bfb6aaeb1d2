// Types that hold themselves, in boxes, options and vectors: expressions and trees, walked by recursion.

#[derive(autodiff_runtime::Differentiable, Clone, Debug, PartialEq)]
pub enum Expr {
    Num(f64),
    X,
    Add(Box<Expr>, Box<Expr>),
    Mul { left: Box<Expr>, right: Box<Expr> },
    Sin(Box<Expr>),
    Pow(Box<Self>, i32),
    Sum(Vec<Expr>),
}

#[derive(autodiff_runtime::Differentiable, Clone, Debug, PartialEq)]
pub struct Node {
    pub weight: f64,
    pub left: Option<Box<Node>>,
    pub right: Option<Box<Node>>,
}

autodiff_tests::flat! {
    Expr, ExprTangent;
    Node, NodeTangent;
}

#[grad(jvp)]
pub fn eval(e: &Expr, x: f64) -> f64 {
    match e {
        Expr::Num(c) => *c,
        Expr::X => x,
        Expr::Add(a, b) => eval(a, x) + eval(b, x),
        Expr::Mul { left, right } => eval(left, x) * eval(&**right, x),
        Expr::Sin(a) => eval(a.as_ref(), x).sin(),
        Expr::Pow(a, n) => eval(a, x).powi(*n),
        Expr::Sum(all) => all.iter().map(|e| eval(e, x)).sum(),
    }
}

impl Expr {
    #[grad(jvp)]
    pub fn value(&self, x: f64) -> f64 {
        match self {
            Self::Num(c) => *c,
            Self::X => x,
            Self::Add(a, b) => a.value(x) + b.value(x),
            Self::Mul { left, right } => left.value(x) * right.value(x),
            Self::Sin(a) => a.value(x).sin(),
            Self::Pow(a, n) => a.value(x).powi(*n),
            Self::Sum(all) => {
                let mut sum = 0.0;
                for e in all {
                    sum += e.value(x);
                }
                sum
            }
        }
    }
}

#[grad(jvp)]
pub fn by_method(e: &Expr, x: f64) -> f64 {
    e.value(x) * x
}

#[grad(jvp)]
pub fn made(x: f64) -> f64 {
    let product = Expr::Mul { left: Box::new(Expr::X), right: Box::new(Expr::Num(2.0 * x)) };
    let e = Expr::Add(Box::new(Expr::Num(x)), Box::new(product));
    eval(&e, x * x)
}

#[grad(jvp)]
pub fn depth_first(node: &Node, x: f64) -> f64 {
    let left = node.left.as_ref().map_or(x, |left| depth_first(left, x));
    let right = match &node.right {
        Some(right) => depth_first(right, left),
        None => 1.0,
    };
    (node.weight * left * right).tanh()
}

#[grad(jvp)]
pub fn grow(node: &mut Node, by: f64) {
    node.weight *= by;
    if let Some(left) = &mut node.left {
        grow(left, by * by);
    }
    if let Some(right) = node.right.as_mut() {
        grow(right, node.weight);
    }
}

#[grad(jvp)]
pub fn grown(node: &Node, by: f64) -> f64 {
    let mut node = node.clone();
    grow(&mut node, by);
    depth_first(&node, by)
}

fn leaf(weight: f64) -> Option<Box<Node>> {
    Some(Box::new(Node { weight, left: None, right: None }))
}

pub fn cases(c: &mut Checker) {
    let cube = Expr::Pow(Box::new(Expr::Sum(vec![Expr::X, Expr::Num(0.5), Expr::X])), 3);
    let sine = Expr::Sin(Box::new(Expr::Mul { left: Box::new(Expr::X), right: Box::new(Expr::Num(1.25)) }));
    let e = Expr::Add(Box::new(cube), Box::new(sine));
    check!(c, eval(&e, 0.75) -> f64);
    check!(c, by_method(&e, 0.75) -> f64);
    check!(c, made(0.75) -> f64);
    let left = Node { weight: 0.5, left: leaf(0.75), right: None };
    let tree = Node { weight: 1.25, left: Some(Box::new(left)), right: leaf(-0.5) };
    check!(c, depth_first(&tree, 0.75) -> f64);
    check!(c, grow(&mut tree.clone(), 1.25) -> ());
    check!(c, grown(&tree, 0.75) -> f64);
}
