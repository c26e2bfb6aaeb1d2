//! A list that keeps a few ids in place: every analysis asks for the operands of every operation, and most have one or two.

use std::ops::Deref;

const IN_PLACE: usize = 4;

#[derive(Clone, Debug, Default)]
pub enum Few<T> {
    #[default]
    Empty,
    /// The first `len` of `ids`; the others repeat one of them.
    InPlace {
        ids: [T; IN_PLACE],
        len: usize,
    },
    Many(Vec<T>),
}

impl<T: Copy> Few<T> {
    #[inline]
    pub fn push(&mut self, id: T) {
        match self {
            Self::Empty => *self = Self::InPlace { ids: [id; IN_PLACE], len: 1 },
            Self::InPlace { ids, len } if *len < IN_PLACE => {
                ids[*len] = id;
                *len += 1;
            }
            Self::InPlace { ids, .. } => {
                let mut many = Vec::with_capacity(2 * IN_PLACE);
                many.extend_from_slice(ids);
                many.push(id);
                *self = Self::Many(many);
            }
            Self::Many(many) => many.push(id),
        }
    }
}

impl<T> Deref for Few<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match self {
            Self::Empty => &[],
            Self::InPlace { ids, len } => &ids[..*len],
            Self::Many(many) => many,
        }
    }
}

impl<T: Copy> Extend<T> for Few<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, ids: I) {
        ids.into_iter().for_each(|id| self.push(id));
    }
}

impl<'a, T: Copy + 'a> Extend<&'a T> for Few<T> {
    fn extend<I: IntoIterator<Item = &'a T>>(&mut self, ids: I) {
        self.extend(ids.into_iter().copied());
    }
}

impl<T: Copy> IntoIterator for Few<T> {
    type Item = T;
    type IntoIter = Ids<T>;

    fn into_iter(self) -> Ids<T> {
        Ids { of: self, at: 0 }
    }
}

impl<'a, T> IntoIterator for &'a Few<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The ids themselves, one after the other.
#[derive(Clone, Debug)]
pub struct Ids<T> {
    of: Few<T>,
    at: usize,
}

impl<T: Copy> Iterator for Ids<T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        let id = self.of.get(self.at).copied();
        self.at += 1;
        id
    }
}
