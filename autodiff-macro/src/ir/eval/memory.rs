//! Objects, and handles to parts of them: a view is a handle to a part of what it views.

use super::Data;

type Result<T> = std::result::Result<T, String>;

/// A part of an object: the node at the end of a path, or a window of its elements.
#[derive(Clone, Debug)]
pub struct Handle {
    pub object: usize,
    pub path: Vec<usize>,
    pub window: Option<(usize, usize)>,
}

impl Handle {
    /// The same part of `to` as `self` is of `from`.
    pub fn moved(&self, from: &Handle, to: &Handle) -> Handle {
        let offset = |handle: &Handle| handle.window.map_or(0, |(start, _)| start);
        let shift = |index: usize| index - offset(from) + offset(to);
        let mut path = to.path.clone();
        let mut window = self.window;
        match self.path.get(from.path.len()..) {
            Some([first, rest @ ..]) => {
                path.push(shift(*first));
                path.extend(rest);
            }
            _ => window = window.map(|(start, end)| (shift(start), shift(end))).or(to.window),
        }
        Handle { object: to.object, path, window }
    }
}

/// All memory of a run. Nothing is freed before its end.
#[derive(Debug, Default)]
pub struct Heap {
    objects: Vec<Data>,
    size: u64,
}

/// Scalars in all objects of a run together.
const LIMIT: u64 = 4_000_000;

impl Heap {
    pub fn alloc(&mut self, data: Data) -> Result<Handle> {
        self.size += data.size();
        if self.size > LIMIT {
            return Err("out of memory".to_owned());
        }
        self.objects.push(data);
        Ok(Handle { object: self.objects.len() - 1, path: Vec::new(), window: None })
    }

    fn node(&self, handle: &Handle) -> Result<&Data> {
        let mut node = &self.objects[handle.object];
        for step in &handle.path {
            node = match node {
                Data::List(items) | Data::Tuple(items) => items.get(*step),
                _ => None,
            }
            .ok_or("a view of what is no longer there")?;
        }
        Ok(node)
    }

    fn node_mut(&mut self, handle: &Handle) -> Result<&mut Data> {
        let mut node = &mut self.objects[handle.object];
        for step in &handle.path {
            node = match node {
                Data::List(items) | Data::Tuple(items) => items.get_mut(*step),
                _ => None,
            }
            .ok_or("a view of what is no longer there")?;
        }
        Ok(node)
    }

    fn window(&self, handle: &Handle) -> Result<(usize, usize)> {
        match (self.node(handle)?, handle.window) {
            (Data::List(items), Some((start, end))) if end <= items.len() => Ok((start, end)),
            (Data::List(items), None) => Ok((0, items.len())),
            (other, _) => Err(format!("{other:?} has no elements")),
        }
    }

    pub fn len(&self, handle: &Handle) -> Result<usize> {
        self.window(handle).map(|(start, end)| end - start)
    }

    /// The elements of a vector that may grow.
    pub fn elements(&mut self, handle: &Handle) -> Result<&mut Vec<Data>> {
        match (handle.window, self.node_mut(handle)?) {
            (None, Data::List(items)) => Ok(items),
            (_, other) => Err(format!("{other:?} cannot grow")),
        }
    }

    pub fn index(&self, handle: &Handle, index: i128) -> Result<Handle> {
        let (start, end) = self.window(handle)?;
        let len = end - start;
        match usize::try_from(index) {
            Ok(index) if index < len => {
                let mut path = handle.path.clone();
                path.push(start + index);
                Ok(Handle { object: handle.object, path, window: None })
            }
            _ => Err(format!("panic: index {index} of {len} elements")),
        }
    }

    pub fn range(&self, handle: &Handle, from: i128, to: Option<i128>) -> Result<Handle> {
        let (start, end) = self.window(handle)?;
        let len = (end - start) as i128;
        let to = to.unwrap_or(len);
        if from < 0 || from > to || to > len {
            return Err(format!("panic: range {from}..{to} of {len} elements"));
        }
        let window = Some((start + from as usize, start + to as usize));
        Ok(Handle { object: handle.object, path: handle.path.clone(), window })
    }

    pub fn field(&self, handle: &Handle, field: u32) -> Result<Handle> {
        match self.node(handle)? {
            Data::Tuple(items) if (field as usize) < items.len() => {
                let mut path = handle.path.clone();
                path.push(field as usize);
                Ok(Handle { object: handle.object, path, window: None })
            }
            Data::Record(_) => self.member(handle, &field.to_string()),
            other => Err(format!("{other:?} has no field {field}")),
        }
    }

    /// A field of a struct.
    pub fn member(&self, handle: &Handle, name: &str) -> Result<Handle> {
        match self.node(handle)? {
            Data::Record(fields) => {
                let at = fields.iter().position(|(field, _)| field == name);
                let at = at.ok_or_else(|| format!("no field {name}"))?;
                let mut path = handle.path.clone();
                path.push(at);
                Ok(Handle { object: handle.object, path, window: None })
            }
            other => Err(format!("{other:?} has no field {name}")),
        }
    }

    pub fn read(&self, handle: &Handle) -> Result<Data> {
        match handle.window {
            None => self.node(handle).cloned(),
            Some(_) => {
                let (start, end) = self.window(handle)?;
                match self.node(handle)? {
                    Data::List(items) => Ok(Data::List(items[start..end].to_vec())),
                    other => Err(format!("{other:?} has no elements")),
                }
            }
        }
    }

    /// Overwrites a part with something of the same shape.
    pub fn write(&mut self, handle: &Handle, data: Data) -> Result<()> {
        self.update(handle, &data, &mut |to, from| {
            *to = from.clone();
            Ok(())
        })
    }

    /// Replaces a whole object, maybe by one of another shape.
    pub fn replace(&mut self, handle: &Handle, data: Data) -> Result<()> {
        if handle.window.is_some() {
            return Err("a window cannot be replaced".to_owned());
        }
        *self.node_mut(handle)? = data;
        Ok(())
    }

    pub fn add(&mut self, handle: &Handle, data: &Data) -> Result<()> {
        self.update(handle, data, &mut |to, from| {
            match (to, from) {
                (Data::Float(to), Data::Float(from)) => *to += from,
                (Data::Int(to), Data::Int(from)) => *to += from,
                (Data::Bool(_), Data::Bool(_)) | (Data::Unit, _) => {}
                (to, from) => return Err(format!("{from:?} added to {to:?}")),
            }
            Ok(())
        })
    }

    pub fn fill(&mut self, handle: &Handle, value: &Data) -> Result<()> {
        fn fill(node: &mut Data, value: &Data) {
            match node {
                Data::List(items) | Data::Tuple(items) => {
                    items.iter_mut().for_each(|item| fill(item, value));
                }
                node => *node = value.clone(),
            }
        }
        match (handle.window, self.node_mut(handle)?) {
            (Some((start, end)), Data::List(items)) if end <= items.len() => {
                items[start..end].iter_mut().for_each(|item| fill(item, value));
            }
            (_, node) => fill(node, value),
        }
        Ok(())
    }

    pub fn swap(&mut self, handle: &Handle, a: i128, b: i128) -> Result<()> {
        let a = self.index(handle, a)?;
        let b = self.index(handle, b)?;
        let (x, y) = (self.read(&a)?, self.read(&b)?);
        self.replace(&a, y)?;
        self.replace(&b, x)
    }

    fn update(
        &mut self,
        handle: &Handle,
        data: &Data,
        f: &mut impl FnMut(&mut Data, &Data) -> Result<()>,
    ) -> Result<()> {
        match (handle.window, self.node_mut(handle)?, data) {
            (Some((start, end)), Data::List(items), Data::List(from)) if end <= items.len() => {
                zip(&mut items[start..end], from, f)
            }
            (None, node, data) => zip_node(node, data, f),
            (_, to, from) => Err(format!("{from:?} into a window of {to:?}")),
        }
    }
}

fn zip_node(
    to: &mut Data,
    from: &Data,
    f: &mut impl FnMut(&mut Data, &Data) -> Result<()>,
) -> Result<()> {
    match (to, from) {
        (Data::List(to), Data::List(from)) | (Data::Tuple(to), Data::Tuple(from)) => {
            zip(to, from, f)
        }
        (to @ (Data::List(_) | Data::Tuple(_)), from) => Err(format!("{from:?} into {to:?}")),
        (to, from @ (Data::List(_) | Data::Tuple(_))) => Err(format!("{from:?} into {to:?}")),
        (to, from) => f(to, from),
    }
}

fn zip(
    to: &mut [Data],
    from: &[Data],
    f: &mut impl FnMut(&mut Data, &Data) -> Result<()>,
) -> Result<()> {
    if to.len() != from.len() {
        return Err(format!("panic: {} elements into {}", from.len(), to.len()));
    }
    to.iter_mut().zip(from).try_for_each(|(to, from)| zip_node(to, from, f))
}
