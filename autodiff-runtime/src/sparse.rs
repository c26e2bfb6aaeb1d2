//! Sparse Jacobians: columns (or rows) that share no row (or column) go together in one sweep.
//!
//! A [`Pattern`] says which entries may be other than zero. [`Pattern::colour_columns`] groups its columns so that no two of a
//! group stand in one row; then one forward-mode sweep along the sum of a group's unit vectors gives all its entries, and the
//! Jacobian takes as many sweeps as there are groups, however many inputs there are. Rows go the same way with reverse sweeps,
//! for functions of whose outputs each uses few inputs while some inputs are used by all.
//!
//! ```
//! use autodiff_runtime::{grad, sparse::{Csr, Pattern}};
//!
//! // Each output looks at three neighbours.
//! #[grad(jvp)]
//! fn bend(x: &[f64]) -> Vec<f64> {
//!     (1..x.len() - 1).map(|i| (x[i - 1] - 2.0 * x[i] + x[i + 1]).sin()).collect()
//! }
//!
//! let x: Vec<f64> = (0..1000).map(|i| (i as f64).cos()).collect();
//! let pattern = Pattern::new(x.len(), (1..x.len() - 1).map(|i| i - 1..i + 2));
//! let groups = pattern.colour_columns();
//! assert_eq!(groups.count(), 3);
//! let mut sweeps = 0;
//! let jacobian = Csr::by_columns(&pattern, &groups, |direction| {
//!     sweeps += 1;
//!     bend_jvp(&x, direction).1
//! });
//! assert_eq!(sweeps, 3);
//! assert_eq!(jacobian.get(5, 7), jacobian.get(5, 5));
//! assert_eq!(jacobian.get(5, 9), 0.0);
//! assert!(jacobian.agrees_with(1e-12, |direction| bend_jvp(&x, direction).1));
//! ```

use alloc::{vec, vec::Vec};

/// Which entries of a matrix may be other than zero: for each row its columns, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    columns: usize,
    /// Where each row begins in `indices`; one more than there are rows.
    starts: Vec<usize>,
    indices: Vec<usize>,
}

impl Pattern {
    /// A matrix of so many columns with entries at these columns of each row, in any order.
    ///
    /// # Panics
    /// If there is no such column.
    #[track_caller]
    pub fn new<Row>(columns: usize, rows: impl IntoIterator<Item = Row>) -> Pattern
    where
        Row: IntoIterator<Item = usize>,
    {
        let (mut starts, mut indices) = (vec![0], Vec::new());
        let mut of_row = Vec::new();
        for row in rows {
            of_row.clear();
            of_row.extend(row);
            of_row.sort_unstable();
            of_row.dedup();
            if let Some(last) = of_row.last() {
                assert!(*last < columns, "a matrix of {columns} columns has no column {last}");
            }
            indices.extend_from_slice(&of_row);
            starts.push(indices.len());
        }
        Pattern { columns, starts, indices }
    }

    /// The entries that are not zero at one point: a sweep for each column, so for once. `jvp` is given a direction and returns
    /// the derivative of all outputs along it.
    ///
    /// An entry that only happens to be zero at this point is missed, and so is one that a branch not taken here would
    /// give; choose a point where none is, and ask [`Csr::agrees_with`] later.
    pub fn probe(columns: usize, mut jvp: impl FnMut(&[f64]) -> Vec<f64>) -> Pattern {
        let mut direction = vec![0.0; columns];
        let mut rows: Vec<Vec<usize>> = Vec::new();
        for column in 0..columns {
            direction[column] = 1.0;
            let tangent = jvp(&direction);
            direction[column] = 0.0;
            rows.resize(tangent.len(), Vec::new());
            for (row, entry) in rows.iter_mut().zip(&tangent) {
                // What is no number is no zero.
                if *entry != 0.0 {
                    row.push(column);
                }
            }
        }
        Pattern::new(columns, rows)
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many columns there are.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// How many entries there are.
    pub fn entries(&self) -> usize {
        self.indices.len()
    }

    /// The columns of a row, in order.
    ///
    /// # Panics
    /// If there is no such row.
    #[track_caller]
    pub fn row(&self, row: usize) -> &[usize] {
        &self.indices[self.starts[row]..self.starts[row + 1]]
    }

    /// With rows for columns.
    pub fn transposed(&self) -> Pattern {
        let mut starts = vec![0; self.columns + 1];
        for column in &self.indices {
            starts[column + 1] += 1;
        }
        for column in 0..self.columns {
            starts[column + 1] += starts[column];
        }
        let mut next = starts.clone();
        let mut indices = vec![0; self.indices.len()];
        for row in 0..self.rows() {
            for column in self.row(row) {
                indices[next[*column]] = row;
                next[*column] += 1;
            }
        }
        Pattern { columns: self.rows(), starts, indices }
    }

    /// Groups of columns of which no two have an entry in the same row: each column, those with most entries first, goes to
    /// the first group where it fits.
    pub fn colour_columns(&self) -> Groups {
        let by_column = self.transposed();
        let mut order: Vec<usize> = (0..self.columns).collect();
        order.sort_by_key(|column| core::cmp::Reverse(by_column.row(*column).len()));
        let mut of = vec![usize::MAX; self.columns];
        let mut count = 0;
        // For each group, the last column that may not be in it.
        let mut taken = Vec::new();
        for column in order {
            for row in by_column.row(column) {
                for other in self.row(*row) {
                    if let Some(group) = taken.get_mut(of[*other]) {
                        *group = column;
                    }
                }
            }
            let group = taken.iter().position(|by| *by != column).unwrap_or(count);
            if group == count {
                count += 1;
                taken.push(usize::MAX);
            }
            of[column] = group;
        }
        Groups { of, count }
    }

    /// Groups of rows of which no two have an entry in the same column.
    pub fn colour_rows(&self) -> Groups {
        self.transposed().colour_columns()
    }
}

/// Columns or rows that go together in one sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    of: Vec<usize>,
    count: usize,
}

impl Groups {
    /// How many groups there are: so many sweeps make a Jacobian.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The group of each column or row.
    pub fn of(&self) -> &[usize] {
        &self.of
    }

    /// Whether no two columns of a group stand in one row.
    fn fit(&self, pattern: &Pattern) -> bool {
        let mut last = vec![usize::MAX; self.count];
        self.of.len() == pattern.columns
            && (0..pattern.rows()).all(|row| {
                let mut columns = pattern.row(row).iter();
                columns.all(|column| core::mem::replace(&mut last[self.of[*column]], row) != row)
            })
    }

    /// Ones where the group is.
    fn seed(&self, group: usize, seed: &mut [f64]) {
        for (seed, of) in seed.iter_mut().zip(&self.of) {
            *seed = if *of == group { 1.0 } else { 0.0 };
        }
    }
}

/// A sparse matrix by rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Csr {
    pattern: Pattern,
    values: Vec<f64>,
}

impl Csr {
    /// A Jacobian by one forward-mode sweep for each group of columns. `jvp` is given a direction and returns the derivative of
    /// all outputs along it.
    ///
    /// # Panics
    /// If the groups are not those of the pattern's columns, or there are not as many outputs as rows.
    #[track_caller]
    pub fn by_columns(
        pattern: &Pattern,
        groups: &Groups,
        mut jvp: impl FnMut(&[f64]) -> Vec<f64>,
    ) -> Csr {
        assert!(groups.fit(pattern), "the groups are those of the pattern's columns");
        // For each group, its entries and their rows.
        let mut entries = vec![Vec::new(); groups.count];
        for row in 0..pattern.rows() {
            for at in pattern.starts[row]..pattern.starts[row + 1] {
                entries[groups.of[pattern.indices[at]]].push((row, at));
            }
        }
        let mut direction = vec![0.0; pattern.columns];
        let mut values = vec![0.0; pattern.entries()];
        for (group, entries) in entries.into_iter().enumerate() {
            groups.seed(group, &mut direction);
            let tangent = jvp(&direction);
            assert_eq!(tangent.len(), pattern.rows(), "an output for each row of the pattern");
            for (row, at) in entries {
                values[at] = tangent[row];
            }
        }
        Csr { pattern: pattern.clone(), values }
    }

    /// A Jacobian by one reverse sweep for each group of rows ([`Pattern::colour_rows`]). `vjp` is given a seed and returns the
    /// gradient.
    ///
    /// # Panics
    /// If the groups are not those of the pattern's rows, or there are not as many inputs as columns.
    #[track_caller]
    pub fn by_rows(
        pattern: &Pattern,
        groups: &Groups,
        mut vjp: impl FnMut(&[f64]) -> Vec<f64>,
    ) -> Csr {
        assert!(groups.fit(&pattern.transposed()), "the groups are those of the pattern's rows");
        let mut seed = vec![0.0; pattern.rows()];
        let mut values = vec![0.0; pattern.entries()];
        for group in 0..groups.count {
            groups.seed(group, &mut seed);
            let gradient = vjp(&seed);
            assert_eq!(gradient.len(), pattern.columns, "an input for each column of the pattern");
            let rows = groups.of.iter().enumerate().filter(|(_, of)| **of == group);
            for (row, _) in rows {
                for at in pattern.starts[row]..pattern.starts[row + 1] {
                    values[at] = gradient[pattern.indices[at]];
                }
            }
        }
        Csr { pattern: pattern.clone(), values }
    }

    /// Where the entries are.
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// The entries, row by row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Where each row begins in [`values`](Self::values) and [`indices`](Self::indices), and where the last ends.
    pub fn starts(&self) -> &[usize] {
        &self.pattern.starts
    }

    /// The column of each entry.
    pub fn indices(&self) -> &[usize] {
        &self.pattern.indices
    }

    /// The entry, which is zero where the pattern has none.
    ///
    /// # Panics
    /// If there is no such row.
    #[track_caller]
    pub fn get(&self, row: usize, column: usize) -> f64 {
        match self.pattern.row(row).binary_search(&column) {
            Ok(at) => self.values[self.pattern.starts[row] + at],
            Err(_) => 0.0,
        }
    }

    /// The product with a vector.
    ///
    /// # Panics
    /// If that has not an element for each column.
    #[track_caller]
    pub fn times(&self, vector: &[f64]) -> Vec<f64> {
        assert_eq!(vector.len(), self.pattern.columns, "an element for each column");
        let product = |row: usize| {
            let at = self.pattern.starts[row]..self.pattern.starts[row + 1];
            let columns = &self.pattern.indices[at.clone()];
            columns
                .iter()
                .zip(&self.values[at])
                .map(|(column, value)| value * vector[*column])
                .sum()
        };
        (0..self.pattern.rows()).map(product).collect()
    }

    /// Whether the product with a vector of arbitrary numbers is what one sweep gives, to this relative error: a pattern that
    /// lacks an entry is found out.
    pub fn agrees_with(&self, tolerance: f64, mut jvp: impl FnMut(&[f64]) -> Vec<f64>) -> bool {
        // Numbers between 1 and 2 without order.
        let number = |i: usize| {
            let mixed = (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            1.0 + (mixed >> 11) as f64 / (1u64 << 53) as f64
        };
        let direction: Vec<f64> = (0..self.pattern.columns).map(number).collect();
        let expected = jvp(&direction);
        let product = self.times(&direction);
        let largest = expected.iter().fold(0.0f64, |largest, of| largest.max(of.abs()));
        expected.len() == product.len()
            && expected.iter().zip(&product).all(|(a, b)| (a - b).abs() <= tolerance * largest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Any matrix, with about one entry in `one_in`.
    fn matrix(rows: usize, columns: usize, one_in: u64) -> Vec<Vec<f64>> {
        let mut state = 7u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state >> 33
        };
        let mut entry = || if next() % one_in == 0 { (next() % 1000) as f64 + 1.0 } else { 0.0 };
        (0..rows).map(|_| (0..columns).map(|_| entry()).collect()).collect()
    }

    #[test]
    fn compressed_sweeps_give_every_entry() {
        for (rows, columns, one_in) in [(1, 1, 1), (5, 9, 2), (40, 30, 8), (30, 70, 20), (6, 0, 1)]
        {
            let dense = matrix(rows, columns, one_in);
            let along = |direction: &[f64]| -> Vec<f64> {
                let dot = |row: &Vec<f64>| row.iter().zip(direction).map(|(a, b)| a * b).sum();
                dense.iter().map(dot).collect()
            };
            let back = |seed: &[f64]| -> Vec<f64> {
                (0..columns)
                    .map(|j| dense.iter().zip(seed).map(|(row, seed)| row[j] * seed).sum())
                    .collect()
            };
            let rows_of = dense.iter().map(|row| (0..columns).filter(|j| row[*j] != 0.0));
            let pattern = Pattern::new(columns, rows_of);
            assert_eq!(pattern.transposed().transposed(), pattern);
            if columns > 0 {
                assert_eq!(Pattern::probe(columns, along), pattern);
            }
            let groups = pattern.colour_columns();
            for row in 0..rows {
                let mut seen = vec![false; groups.count()];
                for column in pattern.row(row) {
                    assert!(!core::mem::replace(&mut seen[groups.of()[*column]], true));
                }
            }
            let by_columns = Csr::by_columns(&pattern, &groups, along);
            let by_rows = Csr::by_rows(&pattern, &pattern.colour_rows(), back);
            assert_eq!(by_columns, by_rows);
            for (i, row) in dense.iter().enumerate() {
                for (j, entry) in row.iter().enumerate() {
                    assert_eq!(by_columns.get(i, j), *entry);
                }
            }
            assert!(by_columns.agrees_with(1e-12, along));
        }
    }

    #[test]
    #[should_panic(expected = "the groups are those of the pattern's columns")]
    fn groups_of_another_pattern() {
        let (diagonal, full) = (Pattern::new(2, [[0], [1]]), Pattern::new(2, [[0, 1]]));
        Csr::by_columns(&full, &diagonal.colour_columns(), |_| vec![0.0]);
    }

    #[test]
    fn what_a_pattern_lacks_is_found_out() {
        let along = |d: &[f64]| vec![d[0] + d[1], d[1]];
        let pattern = Pattern::new(2, [[0], [1]]);
        let wrong = Csr::by_columns(&pattern, &pattern.colour_columns(), along);
        assert!(!wrong.agrees_with(1e-9, along));
    }
}
