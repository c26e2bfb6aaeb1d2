use autodiff_runtime::grad;

pub struct Table {
    rows: Vec<f64>,
}

impl Table {
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &f64> {
        self.rows.iter().rev()
    }
}

impl std::ops::Index<usize> for Table {
    type Output = f64;

    fn index(&self, i: usize) -> &f64 {
        &self.rows[i]
    }
}

#[grad(wrt(x))]
pub fn nested(table: &Table, x: f64) -> f64 {
    let mut sum = x;
    for row in table.iter() {
        sum = sum * sum * row + 1.0;
    }
    sum
}

fn main() {}
