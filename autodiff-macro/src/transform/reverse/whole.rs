//! Adjoints of memory as a whole: added, moved, cleared, and given the shape of what was there.

use super::Sweep;
use crate::ir::{Init, MemoryId, MemoryInfo, OpKind, Origin, Place, Type, visit};

impl Sweep<'_> {
    /// `to += from`; element by element if both are parts of one storage.
    pub(super) fn add_all(&mut self, to: Place, from: Place) {
        if self.function.root(to.memory) != self.function.root(from.memory) {
            self.emit(OpKind::AddAll { to, from });
            return;
        }
        let ty = self.function.place_type(&from);
        if ty.is_open() {
            let copy = self.moved(from);
            self.emit(OpKind::AddAll { to, from: copy.into() });
            return;
        }
        if ty.element().is_none() {
            let value = self.cursor().load(from, None);
            self.emit(OpKind::Accumulate { place: to, value });
            return;
        }
        self.each_element(&from, |sweep, element| {
            let mut target = to.clone();
            target.path.extend(element.path.last().cloned());
            sweep.add_all(target, element.clone());
            None
        });
    }

    /// The adjoint of a copy from a place that may be the same one (`m[i] = m[j]`): cleared before it is added, or
    /// nothing would be left of it.
    pub(super) fn move_adjoint(&mut self, to: Place, from: Place) {
        let ty = self.function.place_type(&from);
        if ty.element().is_none() && !ty.is_open() {
            let value = self.cursor().load(from.clone(), None);
            self.clear(from);
            self.emit(OpKind::Accumulate { place: to, value });
            return;
        }
        let moved = self.moved(from.clone());
        self.clear(from);
        self.add_all(to, moved.into());
    }

    /// Whether values of the type may differ in shape: unless a literal in this function shows that all of its fields are
    /// numbers and arrays, it may be an enum, or have vectors in it.
    pub(super) fn may_change_shape(&self, ty: &Type) -> bool {
        let Type::Named(of) = ty else { return false };
        let Some(syn::Type::Path(of)) = &of.ty else { return true };
        let Some(name) = of.path.segments.last().map(|last| &last.ident) else { return true };
        let mut fixed = false;
        visit::walk(&self.primal.body, &mut |op| {
            if let OpKind::Alloc { init: init @ Init::Record { path, .. }, .. } = &op.kind
                && path.segments.len() == 1
                && path.is_ident(name)
            {
                fixed |= self.has_fixed_shape(init);
            }
        });
        !fixed
    }

    pub(super) fn has_fixed_shape(&self, init: &Init) -> bool {
        let fixed = |ty: Type| {
            let mut leaf = &ty;
            while let Type::Array(of, _) = leaf {
                leaf = of;
            }
            matches!(leaf, Type::Float(_) | Type::Int(_) | Type::Bool)
        };
        match init {
            Init::Value(_) => true,
            Init::List(items) => items.iter().all(|item| self.has_fixed_shape(item)),
            Init::Record { path, fields } => {
                crate::ir::variant_of(path).is_none()
                    && fields.iter().all(|(_, item)| self.has_fixed_shape(item))
            }
            Init::Copy(place) | Init::RepeatPlace { place, .. } => {
                fixed(self.primal.place_type(place))
            }
            _ => false,
        }
    }

    /// The adjoint of what is overwritten starts again as the zero of the shape that was there before.
    pub(super) fn reshape(&mut self, adjoint: Place, overwritten: &Place) {
        let before = Place::from(self.old_memory(overwritten));
        let fresh = self.function.new_memory(MemoryInfo {
            ty: self.function.place_type(&adjoint),
            name: self.function.memory(adjoint.memory).name.clone(),
            mutable: false,
            origin: Origin::Local,
            span: self.span,
        });
        self.emit(OpKind::Alloc { memory: fresh, init: Init::ZeroLike(before) });
        self.emit(OpKind::Copy { to: adjoint, from: fresh.into() });
    }

    /// A copy of a part of an adjoint.
    pub(super) fn moved(&mut self, from: Place) -> MemoryId {
        let moved = self.function.new_memory(MemoryInfo {
            ty: self.function.place_type(&from),
            name: self.function.memory(from.memory).name.clone(),
            mutable: true,
            origin: Origin::Local,
            span: self.span,
        });
        self.emit(OpKind::Alloc { memory: moved, init: Init::Copy(from) });
        moved
    }

    /// The adjoint of what is overwritten starts again at zero.
    pub(super) fn clear(&mut self, place: Place) {
        let mut ty = self.function.place_type(&place);
        while let Some(element) = ty.element() {
            ty = element.clone();
        }
        let value = self.zero(ty);
        let whole = self.function.place_type(&place);
        if whole.element().is_some() || whole.is_open() || matches!(whole, Type::Tuple(_)) {
            self.emit(OpKind::Fill { place, value });
        } else {
            self.emit(OpKind::Store { place, value });
        }
    }

    pub(super) fn assign(&mut self, to: MemoryId, from: MemoryId) {
        if !self.activity.memory(to) {
            return;
        }
        let adjoint = self.adjoint_memory(to);
        if self.activity.memory(from) {
            let from = self.adjoint_memory(from);
            self.emit(OpKind::AddAll { to: from.into(), from: adjoint.into() });
        }
        if self.rows_have_lengths(&adjoint.into()) {
            return self.assign_shaped(to, adjoint);
        }
        // The vector that was replaced may have had another length.
        let length = self.length_before(&to.into());
        let length = self.primal_value(length);
        let ty = self.function.memory(adjoint).ty.clone();
        let leaf = ty.element().cloned().unwrap_or(Type::Unknown);
        let value = self.zero(leaf);
        let fresh = self.function.new_memory(MemoryInfo {
            ty,
            name: self.function.memory(adjoint).name.clone(),
            mutable: true,
            origin: Origin::Local,
            span: self.span,
        });
        let init = Init::Repeat { value, lens: vec![length] };
        self.emit(OpKind::Alloc { memory: fresh, init });
        self.emit(OpKind::Assign { to: adjoint, from: fresh });
    }

    /// The adjoint of a vector of rows that was replaced, in the shape that it had.
    pub(super) fn assign_shaped(&mut self, to: MemoryId, adjoint: MemoryId) {
        let before = Place::from(self.old_memory(&to.into()));
        let info = self.function.memory(adjoint).clone();
        let info = MemoryInfo { origin: Origin::Local, mutable: true, ..info };
        let fresh = self.function.new_memory(info);
        self.emit(OpKind::Alloc { memory: fresh, init: Init::ZeroLike(before) });
        self.emit(OpKind::Assign { to: adjoint, from: fresh });
    }
}
