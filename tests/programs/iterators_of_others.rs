// Going over what a call yields whose type is not seen: texts, and iterators of other functions.

pub struct Graph {
    pub adjacent: Vec<Vec<usize>>,
}

impl Graph {
    pub fn neighbours(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        self.adjacent[node].iter().copied().filter(move |other| *other > node)
    }
}

pub fn edges(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (1..n).map(|i| (i - 1, i))
}

#[grad(jvp)]
pub fn counted(x: f64, text: &str) -> f64 {
    let mut sum = 0.0;
    for c in text.chars() {
        if c == 'a' {
            sum = sum * x + x.sin();
        }
    }
    for (i, byte) in text.bytes().enumerate() {
        if byte == b'b' {
            sum *= x + i as f64;
        }
    }
    sum
}

#[grad(jvp)]
pub fn evaluated(x: f64, text: &str) -> f64 {
    let mut y = x;
    for word in text.split_whitespace() {
        match word {
            "sin" => y = y.sin(),
            "square" => y *= y,
            number => y += x * number.parse::<f64>().unwrap(),
        }
    }
    y
}

#[grad(jvp, wrt(x))]
pub fn energy(x: &[f64], graph: &Graph) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        for j in graph.neighbours(i) {
            sum += (x[i] - x[j]).powi(2) * x[j];
        }
    }
    for (i, j) in edges(x.len()) {
        sum *= x[i] + x[j];
    }
    sum
}

#[grad(jvp)]
pub fn over_a_graph(x: &[f64]) -> f64 {
    let graph = Graph { adjacent: vec![vec![1, 2], vec![0], vec![0, 1]] };
    energy(x, &graph)
}

pub fn cases(c: &mut Checker) {
    check!(c, counted(0.75, const "abacab") -> f64);
    check!(c, evaluated(0.75, const "square 0.5 sin 1.5 square") -> f64);
    check!(c, over_a_graph(&[0.5, 1.25, -0.75]) -> f64);
}
