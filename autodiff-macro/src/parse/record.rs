//! Structs: their fields, their literals.

use proc_macro2::{Span, TokenStream};
use syn::spanned::Spanned;

use super::{
    Reader,
    env::{Bind, Want},
    known::is_box,
    place::Located,
    usage::{Rest, Usage, Uses},
};
use crate::ir::{Form, Init, Place, Step, Type, makes_box};

impl Reader<'_> {
    /// The field of a struct.
    pub fn locate_member(&mut self, base: Located, member: &syn::Member, span: Span) -> Located {
        let step = Step::of_member(member);
        match base {
            Located::Memory(place) => {
                let mut place = self.unboxed(place);
                self.know_fields(&place);
                place.path.push(step);
                Located::Memory(place)
            }
            Located::Global(path) => {
                let memory = self.global(&path);
                Located::Memory(Place { memory, path: vec![step] })
            }
            base => {
                let poison = self.is_poison(&base) || self.gone;
                let bind = match &base {
                    Located::Slot(slot) => self.env.get(slot).clone(),
                    Located::Value(bind) => bind.clone(),
                    _ => Bind::Poison,
                };
                if !poison
                    && !matches!(bind, Bind::Poison | Bind::Uninit)
                    && !self.leaves_plain(&bind)
                {
                    self.errors.at_span(
                        span,
                        "the macro cannot see that this is a struct; give it a type where it is declared: \
                         `let p: Point = ..`",
                    );
                }
                Located::Value(Bind::Poison)
            }
        }
    }

    /// `Point { x, y: 1.0 }`, `Point { x, ..base }`.
    pub fn record(&mut self, e: &syn::ExprStruct) -> Bind {
        let span = e.span();
        let ty = self.named_here(type_of(&e.path));
        let init = self.record_init(e);
        if self.gone {
            return Bind::Uninit;
        }
        let Some(base) = &e.rest else {
            return Bind::Owned(self.alloc(ty, init, None, span));
        };
        // The other fields are those of the base: a copy of it, in which the ones named here are replaced.
        let located = self.locate(base, &Want::Type(ty.clone()));
        let Some(from) = self.memory_of(located, base.span()) else { return Bind::Poison };
        let Init::Record { path, fields: written } = init else { return Bind::Poison };
        if let Some(fields) = self.with_rest(&written, &e.path, &from, span) {
            return Bind::Owned(self.alloc(ty, Init::Record { path, fields }, None, span));
        }
        let memory = self.alloc(ty, Init::Copy(from), None, span);
        self.function.memories[memory.index()].mutable = true;
        self.know_fields(&memory.into());
        for (member, init) in written {
            let place = Place { memory, path: vec![Step::of_member(&member)] };
            self.assign_init(place, init, span);
        }
        Bind::Owned(memory)
    }

    /// All fields, where a vector is among those written out, which nothing can take the place of.
    fn with_rest(
        &mut self,
        written: &[(syn::Member, Init)],
        path: &syn::Path,
        base: &Place,
        span: Span,
    ) -> Option<Vec<(syn::Member, Init)>> {
        let declared = self.declared_fields(&type_of(path))?;
        let is_written = |member: &syn::Member| written.iter().any(|(of, _)| of == member);
        if !declared.iter().any(|(of, ty)| is_written(of) && matches!(ty, Type::Vec(_))) {
            return None;
        }
        self.know_fields(base);
        let mut fields = written.to_vec();
        let all = self.declared_members(&type_of(path))?;
        for member in all.into_iter().filter(|member| !is_written(member)) {
            let mut place = base.clone();
            place.path.push(Step::of_member(&member));
            let part = self.read(Located::Memory(place.clone()), &Want::Any, span);
            let init = match part {
                // Of what has no derivative, only the compiler knows the type.
                _ if !declared.iter().any(|(of, _)| *of == member) => {
                    let part = self.load(place, span);
                    let clone =
                        Form::Method(proc_macro2::Ident::new("clone", span), TokenStream::new());
                    Init::Value(self.opaque(clone, vec![part], Type::Opaque, span))
                }
                Bind::Content(place) => Init::Copy(place),
                part => self.item(part, span).0,
            };
            fields.push((member, init));
        }
        Some(fields)
    }

    /// The fields that are written out.
    pub fn record_init(&mut self, e: &syn::ExprStruct) -> Init {
        let mut fields = Vec::new();
        for field in &e.fields {
            let want = self.field_want(&e.path, &field.member);
            let init = self.field_init(&field.expr, &want);
            let init = self.boxed(init, &e.path, &field.member);
            fields.push((field.member.clone(), init));
        }
        Init::Record { path: e.path.clone(), fields }
    }

    /// `Pair(a, b)`, `Shape::Rect(w, h)`.
    pub fn tuple_record(&mut self, e: &syn::ExprCall, path: &syn::Path) -> Bind {
        let fields: Vec<_> = e
            .args
            .iter()
            .enumerate()
            .map(|(i, arg)| {
                let member = syn::Member::Unnamed(i.into());
                let want = self.field_want(path, &member);
                let init = self.field_init(arg, &want);
                (member.clone(), self.boxed(init, path, &member))
            })
            .collect();
        if self.gone {
            return Bind::Uninit;
        }
        let init = Init::Record { path: path.clone(), fields };
        let ty = self.named_here(type_of(path));
        Bind::Owned(self.alloc(ty, init, None, e.span()))
    }

    /// The same in a box, if the file says that this field is one: where it was made, it was as good as what it holds.
    fn boxed(&self, init: Init, path: &syn::Path, member: &syn::Member) -> Init {
        let is_boxed = match &init {
            Init::Record { path, .. } => makes_box(path),
            Init::Copy(place) => is_box(&self.function.place_type(place)),
            _ => false,
        };
        let Some(of_slice) = self.boxed_field(path, member).filter(|_| !is_boxed) else {
            return init;
        };
        let path = match of_slice {
            true => syn::parse_quote!(Box::from),
            false => syn::parse_quote!(Box::new),
        };
        Init::Record { path, fields: vec![(syn::Member::Unnamed(0.into()), init)] }
    }

    /// What a field begins with; a part of unknown type is copied, whatever it is.
    pub fn field_init(&mut self, e: &syn::Expr, want: &Want) -> Init {
        match e {
            syn::Expr::Array(of) if of.elems.iter().all(is_written_out) => {
                self.init(e, &Want::Any).0
            }
            syn::Expr::Call(call)
                if call.args.len() == 1
                    && matches!(&*call.func, syn::Expr::Path(path) if makes_box(&path.path))
                    && !self.is_function(&call.args[0]) =>
            {
                let syn::Expr::Path(path) = &*call.func else { return Init::Empty };
                let held = self.field_init(&call.args[0], &Want::Any);
                let fields = vec![(syn::Member::Unnamed(0.into()), held)];
                Init::Record { path: path.path.clone(), fields }
            }
            syn::Expr::Struct(of) if of.rest.is_none() => self.init(e, &Want::Any).0,
            syn::Expr::Paren(e) => self.field_init(&e.expr, want),
            syn::Expr::Group(e) => self.field_init(&e.expr, want),
            e => match self.value(e, want) {
                Bind::Content(place) => Init::Copy(place),
                bind => {
                    if let (Bind::Owned(memory), syn::Expr::Macro(_) | syn::Expr::Repeat(_)) =
                        (&bind, e)
                    {
                        loosen(&mut self.function.memories[memory.index()].ty);
                    }
                    self.item(bind, e.span()).0
                }
            },
        }
    }

    /// `Point { x, y }`, `Pair(a, b)`, of a value or behind a reference.
    pub fn bind_record(&mut self, pat: &syn::Pat, value: Bind, span: Span) {
        let reference = match &value {
            Bind::Reference { mutable, .. } => Some(*mutable),
            _ => None,
        };
        let place = match self.auto(Located::Value(value)) {
            Located::Memory(place) => place,
            Located::Global(path) => self.global(&path).into(),
            Located::Slot(slot) => {
                let bind = self.env.get(&slot).clone();
                return self.bind_no_record(pat, &bind);
            }
            Located::Value(bind) => return self.bind_no_record(pat, &bind),
        };
        if let Some(at) = after_rest(pat) {
            self.errors.at(at, AFTER_REST);
            return self.bind_poison(pat);
        }
        for (member, pat) in fields_of(pat) {
            if matches!(pat, syn::Pat::Wild(_)) {
                continue;
            }
            let mut place = place.clone();
            self.know_fields(&place);
            place.path.push(Step::of_member(&member));
            let located = Located::Memory(place);
            let part = match reference {
                Some(mutable) => self.reference(located, mutable, span),
                None => self.read(located, &Want::Any, span),
            };
            self.bind(pat, part, span);
        }
    }

    fn bind_no_record(&mut self, pat: &syn::Pat, bind: &Bind) {
        if !matches!(bind, Bind::Poison | Bind::Uninit) {
            self.errors.at(
                pat,
                "the macro cannot see that this is a struct; give it a type where it is declared: \
                 `let p: Point = ..`",
            );
        }
        self.bind_poison(pat);
    }

    /// Notes how the variables of a pattern are used in these statements.
    pub fn expect(&mut self, pat: &syn::Pat, stmts: &[syn::Stmt]) {
        self.expect_after(pat, Rest::new(stmts, 0, &Uses::default()));
    }

    /// Notes how they are used in what follows.
    pub fn expect_after(&mut self, pat: &syn::Pat, rest: Rest) {
        struct Names(Vec<String>);
        impl<'ast> syn::visit::Visit<'ast> for Names {
            fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
                self.0.push(super::key(&pat.ident));
            }
        }
        let mut names = Names(Vec::new());
        syn::visit::Visit::visit_pat(&mut names, pat);
        for name in names.0 {
            let (usage, fields) = rest.of(&name);
            let usage = if fields > 0 { Usage::Memory } else { usage };
            self.usages.insert(name, usage);
        }
    }

    /// A part of unknown type, as the variable that it is bound to is used: a number is loaded, anything else stays what it
    /// is if it cannot change, and is copied otherwise.
    pub fn as_used(&mut self, ident: &syn::PatIdent, value: Bind, span: Span) -> Bind {
        let Bind::Content(place) = &value else { return value };
        if place.path.is_empty() || self.function.place_type(place) != Type::Unknown {
            return value;
        }
        let usage = self.usages.get(&super::key(&ident.ident)).copied();
        if matches!(usage, Some(Usage::Number | Usage::Index)) {
            return value;
        }
        let root = self.function.root(place.memory);
        if ident.mutability.is_some() || self.function.memory(root).mutable {
            return Bind::Owned(self.copy_of(value, span));
        }
        self.aliases.push(place.clone());
        value
    }

    fn assign_init(&mut self, place: Place, init: Init, span: Span) {
        match init {
            Init::Value(value) => self.push(crate::ir::OpKind::Store { place, value }, span),
            // What was made for this field has parts, even where its type is not known.
            Init::Copy(from) if from.path.is_empty() => {
                self.overwrite(place, Bind::Owned(from.memory), span);
            }
            Init::Copy(from) => self.overwrite(place, Bind::Content(from), span),
            init => {
                let of = self.alloc(Type::Unknown, init, None, span);
                self.overwrite(place, Bind::Owned(of), span);
            }
        }
    }
}

pub const AFTER_REST: &str = "what follows `..` is counted from the end, and the macro cannot see how many fields there \
                              are; write `_` for each field that is left out";

/// What a pattern binds after `..`, whose fields have no number that is seen.
pub fn after_rest(pat: &syn::Pat) -> Option<&syn::Pat> {
    let syn::Pat::TupleStruct(p) = pat else { return None };
    let mut rest = p.elems.iter().skip_while(|pat| !matches!(pat, syn::Pat::Rest(_))).skip(1);
    rest.find(|pat| !matches!(pat, syn::Pat::Wild(_)))
}

/// The fields that a pattern names, and what they are bound to.
pub fn fields_of(pat: &syn::Pat) -> Vec<(syn::Member, &syn::Pat)> {
    match pat {
        syn::Pat::Struct(p) => p.fields.iter().map(|of| (of.member.clone(), &*of.pat)).collect(),
        syn::Pat::TupleStruct(p) => {
            let plain = |i: usize| syn::Member::Unnamed(i.into());
            let before = p.elems.iter().take_while(|pat| !matches!(pat, syn::Pat::Rest(_)));
            // What follows `..` is counted from the end, which is not seen; a `_` needs no number.
            before.enumerate().map(|(i, pat)| (plain(i), pat)).collect()
        }
        _ => Vec::new(),
    }
}

/// Integers without a type have that of the field, which only the compiler knows.
fn loosen(ty: &mut Type) {
    match ty {
        Type::Array(of, _) | Type::Vec(of) => loosen(of),
        Type::Int(crate::ir::Int::Literal) => *ty = Type::Opaque,
        _ => {}
    }
}

/// `Shape::Circle { .. }` is a `Shape`.
pub fn type_of(path: &syn::Path) -> syn::Type {
    let mut path = path.clone();
    if crate::ir::variant_of(&path).is_some() {
        path.segments.pop();
        path.segments.pop_punct();
    }
    syn::Type::Path(syn::TypePath { qself: None, path })
}

/// Elements whose number need not be known from a type: no `[x; N]`, no `vec![..]`.
fn is_written_out(e: &syn::Expr) -> bool {
    match e {
        syn::Expr::Array(of) => of.elems.iter().all(is_written_out),
        syn::Expr::Repeat(_) | syn::Expr::Macro(_) => false,
        _ => true,
    }
}
