//! What the forward sweep keeps for the reverse sweep: a struct of its own for each function.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::{
    body::{Bound, Printer, respan},
    frame::{Argument, Frame, written_roots},
    names::{self, Unique, hygienic},
    resolve::{Resolver, first_span},
    split,
    sweeps::Site,
    tangent, types,
};
use crate::{
    ir::{
        Arg, Function, Int, OpKind, Passing, Role, Shape, Storage, TapeId, Type, ValueId, Var,
        visit,
    },
    maps::HashSet,
    parse::Source,
    rules::Rule,
};

#[derive(Debug)]
pub struct Kept {
    pub name: Ident,
    fields: Vec<Field>,
    tapes: Vec<(TapeId, Ident, TokenStream)>,
    /// The lengths of `&mut` parameters, for whoever calls without their adjoints.
    lengths: Vec<(usize, Ident)>,
    /// Zeros in the shape of structs behind `&mut`, for the same.
    shapes: Vec<(usize, Ident, TokenStream)>,
    /// Nothing is kept but arguments (by their index), since something else has a type that cannot be named.
    pub arguments: Option<Vec<(usize, Ident)>>,
    /// Of second derivatives where arguments are kept: the directions of these (by their index), and their types.
    pub directions: Vec<(usize, Ident, TokenStream)>,
    /// It has a field that only mentions the type parameters.
    pub phantom: bool,
}

#[derive(Debug)]
struct Field {
    var: Var,
    name: Ident,
    ty: TokenStream,
    copy: bool,
    form: Form,
    /// What the type can do is not known here.
    open: bool,
}

/// In what form a variable is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Form {
    Itself,
    /// An integer of a type that only a function without `#[grad]` tells: widened, and narrowed again to what its use asks for.
    Wide,
    /// Numbers in a container that only a function without `#[grad]` tells: copied into a vector.
    Elements,
}

impl Kept {
    pub fn new(
        source: &Source,
        function: &Function,
        split: &split::Split,
        runtime: &TokenStream,
        suffix: &str,
    ) -> Kept {
        use syn::ext::IdentExt;
        let fn_name = &source.item.sig.ident;
        let name = Ident::new(&format!("{}_{suffix}", fn_name.unraw()), fn_name.span());
        let mut unique = Unique::beside(&source.constants);
        let integers_open = passes_literal_integers(function);
        let resolver = Resolver { source, function, runtime, integers_open };
        // In the order of the forward sweep.
        let mut kept = split.kept.clone();
        kept.sort();
        // What a block keeps has no types here.
        let mut nameless = !function.locals.is_empty();
        let fields = kept
            .iter()
            .map(|var| {
                let (base, span, ty, copy) = match var {
                    Var::Value(value) => {
                        let info = function.value(*value);
                        let copy = types::is_copy(&info.ty);
                        (info.name.clone(), info.span, resolver.value(*value, 0), copy)
                    }
                    Var::Memory(memory) => {
                        let info = function.memory(*memory);
                        (info.name.clone(), info.span, resolver.memory(*memory), false)
                    }
                };
                let (ty, form) =
                    match ty.map(|ty| (ty, Form::Itself)).or_else(|| resolver.foreign(*var)) {
                        Some(known) => known,
                        None => {
                            nameless = true;
                            (quote!(()), Form::Itself)
                        }
                    };
                let base = base.as_deref().unwrap_or(match var {
                    Var::Value(value) => names::of_type(&function.value(*value).ty),
                    Var::Memory(_) => "buffer",
                });
                let name = unique.name(base, span);
                let open = match var {
                    Var::Value(value) => {
                        matches!(function.value(*value).ty, Type::Kept(_) | Type::KeptTangent(_))
                    }
                    // As is a box, which no constant makes.
                    Var::Memory(memory) => {
                        has_named(&function.memory(*memory).ty) || mentions_box(&ty)
                    }
                };
                Field { var: *var, name, ty, copy: copy || form == Form::Wide, form, open }
            })
            .collect();
        let tapes = split
            .tapes
            .iter()
            .map(|tape| {
                let info = &function.tapes[tape.index()];
                let span = hygienic(fn_name.span());
                let name = unique.name(&format!("tape_{}", info.name), span);
                let ty = resolver.tape(*tape).unwrap_or_else(|| {
                    nameless = true;
                    match info.storage {
                        Storage::Heap => quote!(#runtime::alloc::vec::Vec<_>),
                        Storage::Inline(records) => {
                            let records = proc_macro2::Literal::u64_unsuffixed(records);
                            quote!(#runtime::Stack<_, #records>)
                        }
                    }
                });
                (*tape, name, ty)
            })
            .collect();
        let lengths = function
            .params
            .iter()
            .filter(|param| param.role == Role::Primal)
            .zip(&source.params)
            .enumerate()
            .filter(|(i, (param, of))| {
                param.passing == Passing::Mutable
                    && tangent::is_sequence(&of.ty)
                    && function.params.iter().any(|param| param.role == Role::Adjoint(*i))
            })
            .map(|(i, (param, of))| {
                let base = format!("{}_len", of.ident.unraw());
                (i, unique.name(&base, param.span))
            })
            .collect();
        let phantom = source.item.sig.generics.type_params().next().is_some();
        let shapes = function
            .params
            .iter()
            .filter(|param| param.role == Role::Primal)
            .zip(&source.params)
            .enumerate()
            .filter(|(i, (param, _))| {
                let of_struct = match &param.shape {
                    Shape::Var(Var::Memory(memory)) => {
                        matches!(function.memory(*memory).ty, Type::Named(_))
                    }
                    _ => false,
                };
                param.passing == Passing::Mutable
                    && of_struct
                    && function.params.iter().any(|param| param.role == Role::Adjoint(*i))
            })
            .map(|(i, (param, of))| {
                let base = format!("{}_zero", of.ident.unraw());
                (i, unique.name(&base, param.span), tangent::gradient(&of.ty, runtime))
            })
            .collect();
        let directions = Vec::new();
        let mut kept =
            Kept { name, fields, tapes, lengths, shapes, arguments: None, directions, phantom };
        if nameless {
            kept.keep_arguments(source, function, runtime, &mut unique);
        }
        kept
    }

    /// Keeps what is not passed to the reverse sweep again.
    fn keep_arguments(
        &mut self,
        source: &Source,
        function: &Function,
        runtime: &TokenStream,
        unique: &mut Unique,
    ) {
        let params = function.params.iter().filter(|param| param.role == Role::Primal);
        let (mut fields, mut arguments) = (Vec::new(), Vec::new());
        for (i, (param, of)) in params.zip(&source.params).enumerate() {
            if split::is_passed_again(&param.shape, param.passing) {
                continue;
            }
            let Some(var) = visit::shape_vars(&param.shape).first().copied() else { continue };
            let ty = match (param.passing, tangent::behind(&of.ty)) {
                (Passing::Mutable, syn::Type::Slice(slice)) => {
                    let of = &slice.elem;
                    quote!(#runtime::alloc::vec::Vec<#of>)
                }
                (Passing::Mutable, ty) => ty.to_token_stream(),
                _ => of.ty.to_token_stream(),
            };
            let name = unique.name(&of.ident.to_string(), param.span);
            arguments.push((i, name.clone()));
            fields.push(Field { var, name, ty, copy: false, form: Form::Itself, open: true });
        }
        self.fields = fields;
        self.lengths = Vec::new();
        self.shapes = Vec::new();
        self.arguments = Some(arguments);
    }

    /// With the arguments, their directions.
    pub fn keep_directions(
        &mut self,
        arguments: &[Argument],
        names: &[Ident],
        runtime: &TokenStream,
        second: &Function,
    ) {
        let kept = self.arguments.iter().flatten().map(|(i, _)| *i);
        let moving = kept.filter(|i| second.params.iter().any(|of| of.role == Role::Tangent(*i)));
        self.directions = moving
            .map(|i| (i, names[i].clone(), tangent::gradient(arguments[i].ty, runtime)))
            .collect();
    }

    /// The tapes that are kept.
    fn kept_tapes(&self) -> &[(TapeId, Ident, TokenStream)] {
        if self.arguments.is_some() { &[] } else { &self.tapes }
    }

    /// The struct.
    pub fn item(&self, vis: &syn::Visibility, site: &Site) -> TokenStream {
        let name = &self.name;
        let (params, bounds) = (site.struct_params(None), site.struct_where());
        let phantom = site.phantom().map(|ty| quote!(_of: #ty,));
        let fields = self.fields.iter().map(|Field { name, ty, .. }| quote!(#name: #ty));
        let tapes = self.kept_tapes().iter().map(|(_, name, ty)| quote!(#name: #ty));
        let lengths = self.lengths.iter().map(|(_, name)| quote!(#name: usize));
        let shapes = self.shapes.iter().map(|(_, name, ty)| quote!(#name: #ty));
        let directions = self.directions.iter().map(|(_, name, ty)| quote!(#name: #ty));
        quote! {
            #vis struct #name #params #bounds {
                #(#fields,)* #(#tapes,)* #(#lengths,)* #(#shapes,)* #(#directions,)* #phantom
            }
        }
    }

    /// What fills the unused places of a stack of these.
    pub fn blank(&self, site: &Site, runtime: &TokenStream) -> TokenStream {
        let name = &self.name;
        let (params, args, bounds) =
            (site.struct_params(None), site.struct_args(None), site.struct_where());
        // All of it where the type is from, so that an error about the type is one error.
        let fields = self.fields.iter().map(|of| (&of.name, first_span(&of.ty)));
        let call_site = Span::call_site();
        let fields = fields
            .chain(self.kept_tapes().iter().map(|(_, name, ty)| (name, first_span(ty))))
            .chain(self.lengths.iter().map(|(_, name)| (name, call_site)))
            .chain(self.shapes.iter().map(|(_, name, _)| (name, call_site)))
            .chain(self.directions.iter().map(|(_, name, _)| (name, call_site)))
            .map(|(name, span)| {
                let runtime = respan(runtime.clone(), span);
                quote_spanned!(span=> #name: #runtime::Blank::BLANK)
            });
        // Of a type that only the compiler knows, it may have none: then no stack of these is asked for.
        let open = self.fields.iter().filter(|of| of.open).map(|of| &of.ty);
        let open = open.chain(self.shapes.iter().chain(&self.directions).map(|(_, _, ty)| ty));
        let open: Vec<_> = open
            .map(|ty| {
                let span = first_span(ty);
                let runtime = respan(runtime.clone(), span);
                quote_spanned!(span=> for<'never> #ty: #runtime::Blank)
            })
            .collect();
        let bounds = match (bounds.is_empty(), open.is_empty()) {
            (_, true) => bounds,
            (true, false) => quote!(where #(#open,)*),
            (false, false) => quote!(#bounds #(#open,)*),
        };
        let phantom = self.phantom.then(|| quote!(_of: ::core::marker::PhantomData,));
        quote! {
            impl #params #runtime::Blank for #name #args #bounds {
                const BLANK: Self = #name { #(#fields,)* #phantom };
            }
        }
    }

    /// Whether the forward sweep must copy something that it also returns.
    pub fn copies(&self, returned: &HashSet<Var>) -> bool {
        self.fields.iter().any(|field| returned.contains(&field.var) && !field.copy)
    }

    pub fn construct(&self, printer: &Printer, returned: &HashSet<Var>) -> TokenStream {
        let name = &self.name;
        let fields = self.fields.iter().map(|field| {
            let value = match field.var {
                Var::Value(value) if field.form == Form::Wide => {
                    let value = printer.tokens(value);
                    quote!((#value) as i128)
                }
                Var::Memory(memory) if field.form == Form::Elements => {
                    let memory = printer.memory_tokens(memory);
                    quote!(#memory.to_vec())
                }
                Var::Value(value) => printer.tokens(value),
                Var::Memory(memory) => {
                    let copy = returned.contains(&field.var);
                    printer.shape(&Shape::Var(Var::Memory(memory)), copy)
                }
            };
            member(&field.name, value)
        });
        let tapes = self
            .tapes
            .iter()
            .map(|(tape, name, _)| member(name, printer.tape_name(*tape).into_token_stream()));
        let lengths = self.lengths.iter().map(|(i, name)| {
            let argument = printer
                .function
                .params
                .iter()
                .filter(|param| param.role == Role::Primal)
                .nth(*i)
                .and_then(|param| visit::shape_vars(&param.shape).first().copied());
            let argument = match argument {
                Some(Var::Memory(memory)) => printer.memory_tokens(memory),
                _ => TokenStream::new(),
            };
            quote!(#name: #argument.len())
        });
        let phantom = self.phantom.then(|| quote!(_of: ::core::marker::PhantomData,));
        let runtime = printer.runtime;
        let shapes = self.shapes.iter().map(|(i, name, _)| {
            let params = printer.function.params.iter();
            let param = params.filter(|param| param.role == Role::Primal).nth(*i);
            let argument = match param.and_then(|of| visit::shape_vars(&of.shape).first().copied())
            {
                Some(Var::Memory(memory)) => printer.memory_tokens(memory),
                _ => TokenStream::new(),
            };
            quote!(#name: #runtime::zero_like(&*#argument))
        });
        quote!(#name { #(#fields,)* #(#tapes,)* #(#lengths,)* #(#shapes,)* #phantom })
    }

    /// In the reverse sweep: names for what was kept, and copies of what is overwritten.
    pub fn unpack(
        &self,
        frame: &mut Frame,
        function: &Function,
        kept: &Ident,
    ) -> (TokenStream, TokenStream) {
        let written = written_roots(function);
        let mut copies = TokenStream::new();
        let mut patterns = Vec::new();
        for field in &self.fields {
            let (name, var) = (&field.name, field.var);
            let span = name.span();
            let local = frame.context.unique.name(&name.to_string(), span);
            let by_reference = (!field.copy).then(|| quote!(ref));
            patterns.push(if local == *name {
                quote!(#by_reference #name)
            } else {
                quote!(#name: #by_reference #local)
            });
            match var {
                Var::Value(value) => {
                    if field.form == Form::Wide && is_told(function, value) {
                        copies.extend(quote!(let #local = #local as _;));
                    }
                    frame.context.values.insert(value, local);
                    if !field.copy {
                        frame.context.references.insert(value);
                    }
                }
                Var::Memory(memory) => {
                    let bound = if written.contains(&memory) {
                        copies.extend(quote!(let mut #local = #local.clone();));
                        Bound::Owned
                    } else {
                        Bound::Reference
                    };
                    frame.context.memories.insert(memory, (local, bound));
                }
            }
        }
        if patterns.is_empty() {
            return (TokenStream::new(), copies);
        }
        let name = &self.name;
        (quote!(let &#name { #(#patterns,)* .. } = #kept;), copies)
    }

    /// In the reverse sweep: the tapes.
    pub fn tapes(&self, printer: &mut Printer, tapes: &[TapeId], kept: &Ident) -> TokenStream {
        let mut statements = TokenStream::new();
        for (tape, name, _) in self.tapes.iter().filter(|(tape, ..)| tapes.contains(tape)) {
            let local = printer.fresh(&name.to_string(), name.span());
            statements.extend(if printer.whole_tapes.contains(tape) {
                quote!(let #local = &#kept.#name;)
            } else {
                quote!(let mut #local = #kept.#name.as_slice();)
            });
            printer.tapes.insert(*tape, local);
        }
        statements
    }

    pub fn tape_type(&self, tape: TapeId) -> TokenStream {
        self.tapes
            .iter()
            .find(|(of, ..)| *of == tape)
            .map_or_else(|| quote!(_), |(_, _, ty)| ty.clone())
    }

    /// Zeros in the shape of a `&mut` parameter, whose content the reverse sweep does not have.
    pub fn zeros(&self, i: usize, site: &Site) -> TokenStream {
        let runtime = &site.runtime;
        let Some(of) = site.arguments.get(i) else { return TokenStream::new() };
        if let Some((_, name, _)) = self.shapes.iter().find(|(j, ..)| i == *j) {
            let kept = &site.own.kept;
            return quote!(::core::clone::Clone::clone(&#kept.#name));
        }
        match self.lengths.iter().find(|(j, _)| i == *j) {
            Some((_, length)) => {
                let kept = &site.own.kept;
                quote!(#runtime::alloc::vec![::core::default::Default::default(); #kept.#length])
            }
            None => {
                let ty = tangent::gradient(of.ty, runtime);
                quote!(<#ty as ::core::default::Default>::default())
            }
        }
    }
}

/// Whether what the sweep does with an integer tells its type. Comparisons with literals do not, nor do casts and remainders;
/// where there is nothing else it stays wide, which these do not notice.
fn is_told(function: &Function, value: ValueId) -> bool {
    let mut literals = HashSet::default();
    let mut wide = HashSet::from_iter([value]);
    let mut told = false;
    visit::walk(&function.body, &mut |op| {
        if let OpKind::Const { out, .. } = &op.kind {
            literals.insert(*out);
        }
        let stays = |arg: &ValueId| wide.contains(arg) || literals.contains(arg);
        let tells = match &op.kind {
            OpKind::Compare { args, .. } => !args.iter().all(stays),
            OpKind::Cast { .. } => false,
            OpKind::Rule { out, rule: Rule::Div | Rule::Rem, args } if args.iter().all(stays) => {
                let of_it = args.iter().any(|arg| wide.contains(arg));
                wide.extend(of_it.then_some(*out));
                false
            }
            _ => true,
        };
        told |= tells && visit::operands(op).uses.iter().any(|arg| wide.contains(arg));
        let yields = visit::regions(op).into_iter().flat_map(|region| &region.yields);
        told |= yields.into_iter().any(|of| matches!(of, Var::Value(of) if wide.contains(of)));
    });
    told
}

fn member(name: &Ident, value: TokenStream) -> TokenStream {
    if *name == value.to_string() { value } else { quote!(#name: #value) }
}

fn mentions_box(ty: &TokenStream) -> bool {
    ty.clone().into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(name) => name == "Box",
        proc_macro2::TokenTree::Group(group) => mentions_box(&group.stream()),
        _ => false,
    })
}

fn has_named(ty: &Type) -> bool {
    match ty {
        Type::Named(_) | Type::Unknown => true,
        Type::Tuple(of) => of.iter().any(has_named),
        ty => ty.element().is_some_and(has_named),
    }
}

/// Whether an integer made of literals alone is passed to a call.
fn passes_literal_integers(function: &Function) -> bool {
    fn literal(function: &Function, arg: &Arg) -> bool {
        match arg {
            Arg::Value(value) | Arg::Reference(value) | Arg::InOut { input: value, .. } => {
                function.value(*value).ty == Type::Int(Int::Literal)
            }
            Arg::Tuple(of) => of.iter().any(|arg| literal(function, arg)),
            _ => false,
        }
    }
    let mut found = false;
    visit::walk(&function.body, &mut |op| {
        if let OpKind::Call { args, .. }
        | OpKind::CallForward { args, .. }
        | OpKind::CallReverse { args, .. }
        | OpKind::CallTangent { args, .. } = &op.kind
        {
            found |= args.iter().any(|arg| literal(function, arg));
        }
    });
    found
}
