//! What a function calls, under names that always mean something: a callee without derivative is told so in plain words.
//!
//! Generated code finds the sweeps of `g` in a type of that name, which is not there if `g` has no derivative; the
//! compiler would say no more than that a type is missing. So what is generated says `use path::g as d_g`, which brings
//! the function and, if there is one, the type; and beside it stands a type `d_g` from a glob import, which comes into its
//! own only if that brought none, and whose use is an error that says what to do.
//!
//! Where a module has the name of the function already, the type has another (`carrier`).

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Item, PathArguments, ext::IdentExt};

use super::{call::is_by_value, carrier};
use crate::{
    declared,
    ir::{Callee, Function, Op, OpKind, Region, Shape, Type, Var, visit},
    parse::Source,
    surroundings,
};

#[derive(Clone, Debug, Default)]
pub struct Callees {
    known: Vec<Known>,
    /// The function itself, and the name of its carrier.
    own: Option<(Ident, Ident)>,
}

#[derive(Clone, Debug)]
struct Known {
    /// As the user wrote it, without what stands in a turbofish.
    path: syn::Path,
    /// By which a `use` has brought it.
    brought: Option<syn::Path>,
    alias: Ident,
    /// The numbers of parameters of its sweeps.
    forward: usize,
    reverse: usize,
    /// Of `reverse_second`.
    second: usize,
    by_value: usize,
    /// The result is one number.
    scalar: bool,
    float: TokenStream,
}

impl Callees {
    /// The callees whose sweeps are called.
    pub fn of(source: &Source, carrier: &Ident, functions: &[&Function]) -> Callees {
        let own = Some((source.item.sig.ident.clone(), carrier.clone()));
        let mut callees = Callees { known: Vec::new(), own };
        if !is_named_from_outside(source) {
            return callees;
        }
        for function in functions {
            callees.note_all(function, source);
        }
        callees
    }

    /// What is called in it, and in its blocks.
    fn note_all(&mut self, function: &Function, source: &Source) {
        visit::walk(&function.body, &mut |op| self.note(op, source));
        for local in function.locals.iter() {
            for part in [Some(&local.reverse), local.forward.as_ref()].into_iter().flatten() {
                self.note_all(part, source);
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    fn note(&mut self, op: &Op, source: &Source) {
        let (callee, forward, reverse, second, by_value) = match &op.kind {
            OpKind::CallForward { callee, args, .. } | OpKind::CallTangent { callee, args, .. } => {
                (callee, args.len(), 0, 0, 0)
            }
            OpKind::CallReverse { callee, args, seed, .. }
            | OpKind::CallSweep { callee: callee @ Callee::Recomputed(_), args, seed, .. } => {
                let by_value = args.iter().filter(|arg| is_by_value(arg)).count();
                let seed = usize::from(*seed != Shape::Unit);
                let slots = args.len() - by_value;
                let reverse = args.len() + 1 + seed + slots;
                let second = 2 * args.len() + 1 + 2 * seed + 2 * slots;
                (callee, args.len(), reverse, second, by_value)
            }
            _ => return,
        };
        let (Callee::Free(path) | Callee::Maybe(path) | Callee::Recomputed(path)) = callee else {
            return;
        };
        let scalar = match &op.kind {
            OpKind::CallForward { result, .. } | OpKind::CallTangent { result, .. } => {
                matches!(result, Shape::Var(Var::Value(_)))
            }
            _ => false,
        };
        let path = plain(path);
        let before = path.segments.len().saturating_sub(1);
        let has_arguments = path
            .segments
            .iter()
            .take(before)
            .any(|of| !matches!(of.arguments, PathArguments::None));
        let is_own = path.get_ident().is_some_and(|ident| *ident == source.item.sig.ident);
        if has_arguments || is_own || source.items.iter().any(|item| declares(item, &path)) {
            return;
        }
        if let Some(known) = self.known.iter_mut().find(|known| known.path == path) {
            known.forward = known.forward.max(forward);
            known.reverse = known.reverse.max(reverse);
            known.second = known.second.max(second);
            known.scalar |= scalar;
            known.by_value = known.by_value.max(by_value);
            return;
        }
        let Some(last) = path.segments.last() else { return };
        let plain = last.ident.unraw();
        let mut alias = format_ident!("d_{plain}", span = last.ident.span());
        let text = source.item.to_token_stream().to_string();
        while self.known.iter().any(|known| known.alias == alias)
            || text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| alias == word)
        {
            alias = format_ident!("{alias}_", span = last.ident.span());
        }
        let float = match text.contains("f32") && !text.contains("f64") {
            true => quote!(f32),
            false => quote!(f64),
        };
        let brought = path.get_ident().and_then(|name| brought(source, name));
        self.known.push(Known {
            path,
            brought,
            alias,
            forward,
            reverse,
            second,
            by_value,
            scalar,
            float,
        });
    }

    /// The same function, in which they have their other names.
    pub fn renamed(&self, function: &Function) -> Function {
        let mut function = function.clone();
        for value in &mut function.values {
            self.rename_type(&mut value.ty);
        }
        for tape in &mut function.tapes {
            tape.fields.iter_mut().for_each(|ty| self.rename_type(ty));
        }
        self.rename_region(&mut function.body);
        if !function.locals.is_empty() {
            let locals = function.locals.iter().map(|local| crate::ir::Local {
                primal: self.renamed(&local.primal),
                reverse: self.renamed(&local.reverse),
                forward: local.forward.as_ref().map(|of| self.renamed(of)),
                second: local.second.clone(),
                replay: local
                    .replay
                    .as_ref()
                    .map(|of| crate::ir::Replay { run: self.renamed(&of.run), ..of.clone() }),
            });
            function.locals = std::rc::Rc::new(locals.collect());
        }
        function
    }

    fn rename_region(&self, region: &mut Region) {
        for op in &mut region.ops {
            if let OpKind::CallForward { callee, .. }
            | OpKind::CallTangent { callee, .. }
            | OpKind::CallReverse { callee, .. }
            | OpKind::CallSlopes { callee, .. }
            | OpKind::CallSweep { callee: callee @ Callee::Recomputed(_), .. } = &mut op.kind
            {
                self.rename(callee);
            }
            for nested in visit::regions_mut(op) {
                self.rename_region(nested);
            }
        }
    }

    fn rename_type(&self, ty: &mut Type) {
        match ty {
            Type::Kept(callee) => self.rename(callee),
            Type::Option(of) => self.rename_type(of),
            _ => {}
        }
    }

    fn rename(&self, callee: &mut Callee) {
        let (Callee::Free(path) | Callee::Maybe(path) | Callee::Recomputed(path)) = callee else {
            return;
        };
        let name = plain(path);
        if let Some((own, carrier)) = &self.own
            && path.is_ident(own)
            && own != carrier
            && let Some(last) = path.segments.last_mut()
        {
            last.ident = Ident::new(&carrier.to_string(), last.ident.span());
            return;
        }
        let Some(known) = self.known.iter().find(|known| known.path == name) else { return };
        let Some(last) = path.segments.last() else { return };
        let (arguments, span) = (last.arguments.clone(), last.ident.span());
        let mut alias = known.alias.clone();
        alias.set_span(span);
        let mut renamed = syn::Path::from(alias);
        if let Some(last) = renamed.segments.last_mut() {
            last.arguments = arguments;
        }
        *path = renamed;
    }

    /// What brings the names, for the block that the generated code stands in.
    pub fn imports(&self, source: &Source, runtime: &TokenStream) -> TokenStream {
        let body = source.items.iter().filter(|item| matches!(item, Item::Use(_)));
        let callees = self.imports_alone(runtime);
        quote! {
            #(#[allow(unused_imports)] #body)*
            #callees
        }
    }

    /// The same for a body in which the user's own imports stand already.
    pub fn imports_alone(&self, runtime: &TokenStream) -> TokenStream {
        if self.is_empty() {
            return TokenStream::new();
        }
        let callees = self.known.iter().map(Known::import);
        quote!(#runtime::callees! { #(#callees)* })
    }
}

impl Known {
    /// `path::f as d_f`, and what to say and to be where that brings no type.
    fn import(&self) -> TokenStream {
        let Known { path, alias, float, .. } = self;
        let name = path.segments.last().map(|last| &last.ident);
        let module = format_ident!("of_{alias}");
        let written = path.to_token_stream().to_string().replace(' ', "");
        let message = format!("`{written}` has no derivative");
        let rule = format!("or give it a rule of its own: `#[derivative(of = {written}, ..)]`");
        let params = |count: usize| (0..count).map(|i| format_ident!("A{i}"));
        let reverse_into = params(self.reverse + self.by_value);
        let (forward, reverse) = (params(self.forward), params(self.reverse));
        let (jvp, second) = (params(2 * self.forward), params(self.second));
        let second_into = params(self.second + 2 * self.by_value);
        let value = if self.scalar { float.clone() } else { quote!(Value) };
        let no_jvp = format!("`{written}` carries no forward mode");
        let jvp_rule = format!("write `#[grad(jvp)]` on `{written}`, too");
        let no_batch = format!("`{written}` has no batched sweeps");
        let batch_rule = format!("write `#[grad(batch)]` on `{written}`, too");
        // Of a likely type, so that the one error is not followed by others.
        let contributions = match self.by_value {
            1 => quote!(#float),
            count => {
                let of = (0..count).map(|_| float);
                quote!((#(#of),*))
            }
        };
        // What an attribute has passed on may not hide a name of the prelude from an import.
        let prelude = ["drop", "size_of", "size_of_val", "align_of", "align_of_val"];
        let own = path.get_ident().filter(|ident| prelude.iter().any(|name| *ident == name));
        let own = own.map(|_| quote!(self::));
        let brought = self.brought.as_ref().unwrap_or(path);
        let sweeps = brought.segments.last().map(|last| carrier::apart(&last.ident));
        let [around, bring] = around(brought);
        quote! {
            use #own #path as #alias, #sweeps of [#around] (#bring), or #module::#name {
                forward(#(#forward)*), reverse(#(#reverse)*) -> #contributions,
                reverse_into(#(#reverse_into)*), jvp(#(#jvp)*) -> (#float, #float),
                second(#(#second)*) -> #value, second_into(#(#second_into)*),
                #message, #rule, #no_jvp, #jvp_rule, #no_batch, #batch_rule
            };
        }
    }
}

/// Whether a module's carrier of this name is likely to have another: it costs nothing to look, but what is imported in
/// vain is an error.
fn may_be_apart(module: &Ident, name: &Ident) -> bool {
    module == name || ["self", "super", "crate"].iter().any(|of| module == of)
}

/// Where the path says that the function is: what names it where glob imports stand, and what brings that name.
fn around(path: &syn::Path) -> [TokenStream; 2] {
    let mut around = path.clone();
    around.segments.pop();
    around.segments.pop_punct();
    let names = path.segments.last().zip(around.segments.last());
    let Some((_, last)) = names.filter(|(name, of)| may_be_apart(&of.ident, &name.ident)) else {
        return [quote!(self), TokenStream::new()];
    };
    // These have no other names, and glob imports do not hide them.
    if ["self", "super", "crate"].iter().any(|name| last.ident == name) {
        return [around.to_token_stream(), TokenStream::new()];
    }
    [quote!(__around), quote!(use #around as __around;)]
}

/// The path by which a `use` has brought a name, in the body or in the text of the module.
fn brought(source: &Source, name: &Ident) -> Option<syn::Path> {
    let (plain, span) = (name.unraw().to_string(), source.item.sig.fn_token.span);
    let in_body = source.items.iter().filter_map(|item| match item {
        Item::Use(of) => declared::brought_by(of).into_iter().find(|(name, _)| *name == plain),
        _ => None,
    });
    let path = in_body.map(|(_, path)| path).next().or_else(|| {
        let modules = surroundings::modules(span);
        declared::at(span)?.names().brought(&modules, &plain).map(str::to_owned)
    });
    let tokens: TokenStream = path?.parse().ok()?;
    syn::parse2(super::body::respan(tokens, name.span())).ok()
}

/// What is generated for a generic function is named by its generics, and only of a length can a type be made.
pub fn is_named_from_outside(source: &Source) -> bool {
    let is_length = |ty: &syn::Type| ty.to_token_stream().to_string() == "usize";
    source.item.sig.generics.const_params().all(|of| is_length(&of.ty))
}

fn plain(path: &syn::Path) -> syn::Path {
    let mut path = path.clone();
    if let Some(last) = path.segments.last_mut() {
        last.arguments = PathArguments::None;
    }
    path
}

fn declares(item: &Item, path: &syn::Path) -> bool {
    matches!(item, Item::Fn(local) if path.is_ident(&local.sig.ident))
}
