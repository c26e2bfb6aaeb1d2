//! Vectors that grow and shrink, and elements that change their order.

use super::{
    Data,
    machine::{Active, Machine, Result},
};
use crate::ir::{Growth, Permutation, Place, Sort, Type, Var};

impl Machine<'_> {
    pub(super) fn growth(&mut self, at: &mut Active, place: &Place, growth: &Growth) -> Result<()> {
        let handle = self.place(at, place)?;
        let ty = at.function.place_type(place);
        let element = ty.element().cloned().unwrap_or(Type::Unknown);
        let len = self.heap.len(&handle)?;
        match growth {
            Growth::Push(item) => {
                let item = self.init(at, item, &element)?;
                self.heap.elements(&handle)?.push(item);
            }
            Growth::Pop { out } => {
                let last = self.heap.elements(&handle)?.pop().ok_or("panic: pop of nothing")?;
                if let Some(out) = out {
                    if matches!(out, Var::Value(_)) && matches!(last, Data::List(_)) {
                        return Err("a value that is no scalar".to_owned());
                    }
                    self.bind_var(at, *out, last)?;
                }
            }
            Growth::Extend(from) => match self.read(at, from)? {
                Data::List(items) => self.heap.elements(&handle)?.extend(items),
                other => return Err(format!("{other:?} has no elements")),
            },
            Growth::Truncate(to) => {
                let to = usize::try_from(at.int(*to)?).map_err(|e| e.to_string())?;
                self.heap.elements(&handle)?.truncate(to);
            }
            Growth::Resize { len: to, value } => {
                let to = usize::try_from(at.int(*to)?).map_err(|e| e.to_string())?;
                if to > len + 100_000 {
                    return Err("out of memory".to_owned());
                }
                let value = at.value(*value)?.clone();
                let item = self.repeat(at, &value, &element, &[], usize::MAX)?;
                self.heap.elements(&handle)?.resize(to, item);
            }
        }
        Ok(())
    }

    pub(super) fn sort(&mut self, at: &mut Active, sort: &Sort) -> Result<()> {
        let len = at.int(sort.len)?;
        let mut order: Vec<i128> = Vec::new();
        for index in 0..len {
            let mut place = order.len();
            // Behind those that are not greater.
            while let Some(before) = place.checked_sub(1) {
                at.set(sort.indices[0], Data::Int(order[before]));
                at.set(sort.indices[1], Data::Int(index));
                match self.region(at, &sort.body)?.as_slice() {
                    [Data::Int(1)] => place = before,
                    [Data::Int(_)] => break,
                    other => return Err(format!("an ordering that is {other:?}")),
                }
            }
            order.insert(place, index);
        }
        let order = Data::List(order.into_iter().map(Data::Int).collect());
        self.bind_var(at, Var::Memory(sort.order), order)
    }

    pub(super) fn permute(&mut self, at: &Active, place: &Place, by: &Permutation) -> Result<()> {
        let handle = self.place(at, place)?;
        let Data::List(mut items) = self.heap.read(&handle)? else {
            return Err("no elements to permute".to_owned());
        };
        let rotation = |by| match usize::try_from(at.int(by)?) {
            Ok(by) if by <= items.len() => Ok(by),
            _ => Err("panic: rotation by more than the length".to_owned()),
        };
        match by {
            Permutation::Reverse => items.reverse(),
            Permutation::RotateLeft(by) => {
                let by = rotation(*by)?;
                items.rotate_left(by);
            }
            Permutation::RotateRight(by) => {
                let by = rotation(*by)?;
                items.rotate_right(by);
            }
            Permutation::Order { order, inverted } => {
                let Data::List(order) = self.read(at, &(*order).into())? else {
                    return Err("an order is a list".to_owned());
                };
                let old = items.clone();
                for (i, from) in order.iter().enumerate() {
                    let from = usize::try_from(from.int()?).map_err(|e| e.to_string())?;
                    let (to, from) = if *inverted { (from, i) } else { (i, from) };
                    items[to] = old.get(from).cloned().ok_or("no such element")?;
                }
            }
        }
        self.heap.write(&handle, Data::List(items))
    }
}
