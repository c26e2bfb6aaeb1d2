//! The arguments of `#[grad(..)]`.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{
    Path, Token, parenthesized,
    parse::{ParseStream, Parser},
    punctuated::Punctuated,
};

use crate::{error::Errors, higher_order::Source, parse::Home};

#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `wrt(x, w)`: the parameters to differentiate; `None`: all that are differentiable by type.
    pub wrt: Option<Vec<Ident>>,
    pub jvp: bool,
    /// `jacobian`, at its token.
    pub jacobian: Option<Span>,
    /// `hessian`, at its token.
    pub hessian: Option<Span>,
    /// `order = 3`, at its token, where it is more than `hessian`.
    pub order: Option<(u32, Span)>,
    /// `gnvp`, at its token: products with the Gauss-Newton matrix.
    pub gnvp: Option<Span>,
    /// `batch`, at its token: sweeps with several directions or seeds.
    pub batch: Option<Span>,
    /// `workspace`, at its token.
    pub workspace: Option<Span>,
    /// `crate = path`: the runtime, if it is not `::autodiff_runtime`.
    pub runtime: Option<syn::Path>,
    pub settings: Settings,
    /// Functions that take functions, whose source has been asked for.
    pub sources: Vec<Source>,
    /// It is the function of an operator: no option of the user's.
    pub operator: bool,
    /// Where the function stands: no option of the user's, but found by the attribute.
    pub home: Home,
    /// The generics of the `impl` or the trait around it, if it stands in one.
    pub around: Option<Around>,
    /// Calls of its neighbours are read where they are made ([`crate::beside`]).
    pub reads_neighbours: bool,
}

/// The generics of an `impl` block or a trait, for what is generated for a method inside.
#[derive(Clone, Debug)]
pub struct Around {
    pub generics: syn::Generics,
    /// The parameters of which a method inside may ask more than the block does. One in the `impl` of a trait may
    /// only ask what the trait's method does.
    pub open: Vec<Ident>,
    /// What `Self` is.
    pub self_ty: Option<syn::Type>,
}

impl Around {
    pub fn of_block(block: &syn::ItemImpl) -> Around {
        Around { self_ty: Some((*block.self_ty).clone()), ..Around::new(&block.generics) }
    }

    pub fn new(generics: &syn::Generics) -> Around {
        let open = generics.type_params().map(|param| param.ident.clone()).collect();
        Around { generics: generics.clone(), open, self_ty: None }
    }
}

/// Analyses, each of which can be switched off for tests; the results must not change.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub activity: bool,
    pub recompute: bool,
    pub to_be_recorded: bool,
    pub cleanup: bool,
    /// Both sweeps of an iteration at once, where nothing but sums leaves the loop.
    pub fuse: bool,
    /// Reversed loops that run forwards where the order does not matter, and counters that run backwards.
    pub reorder: bool,
    /// Slices in front of inner loops, so that bounds are checked once.
    pub windows: bool,
    /// Saved states side by side in one vector.
    pub rows: bool,
    /// Loops of the reverse sweep taken apart, so that their parts run in lanes.
    pub fission: bool,
    /// A row of its own for each iteration that writes a scratch vector.
    pub spread: bool,
    /// What is computed or read twice in the primal, done once.
    pub numbering: bool,
    /// Slopes of recurrences of few scalars, carried along by the forward sweep.
    pub recurrences: bool,
    /// What an inner loop computes again for each iteration of an outer one, in a table.
    pub tables: bool,
    /// Sums of four iterations side by side, where each waits for itself.
    pub jam: bool,
    /// Divisions of derivatives by what a loop does not change, as products.
    pub reciprocals: bool,
    /// Loops of few iterations, written out.
    pub unroll: bool,
    /// Calls of small functions of the same module, read where they are made.
    pub inline: bool,
    /// Calls with numbers of which the forward sweep finds the slopes.
    pub slopes: Slopes,
}

/// Which calls yield slopes (`transform/reverse/slopes.rs`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Slopes {
    Never,
    /// Calls of the function itself.
    OfItself,
    #[cfg(test)]
    OfAll,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            activity: true,
            recompute: true,
            to_be_recorded: true,
            cleanup: true,
            fuse: true,
            reorder: true,
            windows: true,
            rows: true,
            fission: true,
            spread: true,
            numbering: true,
            recurrences: true,
            tables: true,
            jam: true,
            reciprocals: true,
            unroll: true,
            inline: true,
            slopes: Slopes::OfItself,
        }
    }
}

/// The options by name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Known {
    Jvp,
    Wrt,
    Crate,
    Jacobian,
    Hessian,
    Gnvp,
    Batch,
    Workspace,
    Order,
}

const KNOWN: [(&str, Known); 9] = [
    ("jvp", Known::Jvp),
    ("wrt", Known::Wrt),
    ("crate", Known::Crate),
    ("jacobian", Known::Jacobian),
    ("hessian", Known::Hessian),
    ("gnvp", Known::Gnvp),
    ("batch", Known::Batch),
    ("workspace", Known::Workspace),
    ("order", Known::Order),
];

impl Options {
    /// The path of the runtime.
    pub fn runtime(&self) -> TokenStream {
        match &self.runtime {
            Some(path) => quote::quote!(#path),
            None => quote::quote!(::autodiff_runtime),
        }
    }

    /// The options of a method in a block that has some, too.
    pub fn within(self, outer: &Options) -> Options {
        Options {
            wrt: self.wrt.or_else(|| outer.wrt.clone()),
            jvp: self.jvp || outer.jvp,
            jacobian: self.jacobian.or(outer.jacobian),
            hessian: self.hessian.or(outer.hessian),
            order: self.order.or(outer.order),
            gnvp: self.gnvp.or(outer.gnvp),
            batch: self.batch.or(outer.batch),
            workspace: self.workspace.or(outer.workspace),
            runtime: self.runtime.or_else(|| outer.runtime.clone()),
            settings: outer.settings,
            sources: self.sources,
            operator: self.operator,
            home: self.home,
            around: self.around,
            reads_neighbours: self.reads_neighbours,
        }
    }

    /// As they are written.
    pub fn tokens(&self) -> TokenStream {
        let mut tokens = TokenStream::new();
        if let Some(names) = &self.wrt {
            tokens.extend(quote::quote!(wrt(#(#names),*),));
        }
        if self.jvp {
            tokens.extend(quote::quote!(jvp,));
        }
        if let Some(span) = self.jacobian {
            tokens.extend(quote::quote_spanned!(span=> jacobian,));
        }
        if let Some(span) = self.hessian {
            tokens.extend(quote::quote_spanned!(span=> hessian,));
        }
        if let Some((order, span)) = self.order {
            let order = proc_macro2::Literal::u32_unsuffixed(order);
            tokens.extend(quote::quote_spanned!(span=> order = #order,));
        }
        if let Some(span) = self.gnvp {
            tokens.extend(quote::quote_spanned!(span=> gnvp,));
        }
        if let Some(span) = self.batch {
            tokens.extend(quote::quote_spanned!(span=> batch,));
        }
        if let Some(span) = self.workspace {
            tokens.extend(quote::quote_spanned!(span=> workspace,));
        }
        if let Some(path) = &self.runtime {
            tokens.extend(quote::quote!(crate = #path,));
        }
        tokens
    }

    /// Whether any option needs the function in forward mode.
    pub fn forward_mode(&self) -> bool {
        self.jvp
            || self.jacobian.is_some()
            || self.gnvp.is_some()
            || self.batch.is_some()
            || self.order.is_some()
    }

    /// Reads what stands between the parentheses of `#[grad(..)]`; goes on after an error where it can.
    pub fn parse(tokens: TokenStream, settings: Settings, errors: &mut Errors) -> Options {
        let mut options = Options { settings, ..Options::default() };
        let parser = |input: ParseStream| {
            let mut seen = Vec::new();
            while !input.is_empty() {
                option(input, &mut options, &mut seen, errors)?;
                if input.is_empty() {
                    break;
                }
                if !input.peek(Token![,]) {
                    return Err(input.error("expected `,` between options"));
                }
                input.parse::<Token![,]>()?;
            }
            Ok(())
        };
        if let Err(error) = parser.parse2(tokens) {
            errors.push(error);
        }
        options
    }
}

fn option(
    input: ParseStream,
    options: &mut Options,
    seen: &mut Vec<Known>,
    errors: &mut Errors,
) -> syn::Result<()> {
    use syn::ext::IdentExt;

    let Ok(name) = input.call(Ident::parse_any) else {
        return Err(
            input.error(
            "expected an option: `jvp`, `jacobian`, `hessian`, `gnvp`, `batch`, `workspace`, `order = 3`, `wrt(x, ..)` or `crate = path::to::runtime`",
        )
        );
    };
    let text = name.unraw().to_string();
    let Some(known) = KNOWN.iter().find(|(known, _)| *known == text).map(|(_, known)| *known)
    else {
        errors.at(&name, unknown(&text));
        return skip_arguments(input);
    };
    if seen.contains(&known) {
        errors.at(&name, format_args!("option `{text}` is given twice: leave one of them out"));
        return skip_arguments(input);
    }
    seen.push(known);
    match known {
        Known::Jvp => {
            options.jvp = true;
            no_arguments(input, &text, errors)
        }
        Known::Wrt => wrt(input, &name, options, errors),
        Known::Crate => {
            if !input.peek(Token![=]) {
                errors.at(
                    &name,
                    "`crate` takes the path of the runtime: `crate = path::to::runtime`",
                );
                return skip_arguments(input);
            }
            input.parse::<Token![=]>()?;
            options.runtime = Some(input.call(Path::parse_mod_style)?);
            Ok(())
        }
        Known::Jacobian => {
            options.jacobian = Some(name.span());
            no_arguments(input, &text, errors)
        }
        Known::Hessian => {
            options.hessian = Some(name.span());
            no_arguments(input, &text, errors)
        }
        Known::Gnvp => {
            options.gnvp = Some(name.span());
            no_arguments(input, &text, errors)
        }
        Known::Batch => {
            options.batch = Some(name.span());
            no_arguments(input, &text, errors)
        }
        Known::Workspace => {
            options.workspace = Some(name.span());
            no_arguments(input, &text, errors)
        }
        Known::Order => order(input, &name, options, errors),
    }
}

/// The highest that there is: each order makes the code about twice as long.
const HIGHEST_ORDER: u32 = 6;

fn order(
    input: ParseStream,
    name: &Ident,
    options: &mut Options,
    errors: &mut Errors,
) -> syn::Result<()> {
    let says = format!(
        "`order` says how often the function is differentiated, at most {HIGHEST_ORDER} times: `order = 3`"
    );
    if !input.peek(Token![=]) {
        errors.at(name, says);
        return skip_arguments(input);
    }
    input.parse::<Token![=]>()?;
    let number = input.parse::<syn::LitInt>();
    match number.as_ref().map(syn::LitInt::base10_parse::<u32>) {
        Ok(Ok(0)) | Err(_) | Ok(Err(_)) => errors.at(name, says),
        Ok(Ok(order)) if order > HIGHEST_ORDER => errors.at(name, says),
        Ok(Ok(1)) => {}
        Ok(Ok(2)) => options.hessian = Some(name.span()),
        Ok(Ok(order)) => options.order = Some((order, name.span())),
    }
    skip_arguments(input)
}

fn wrt(
    input: ParseStream,
    name: &Ident,
    options: &mut Options,
    errors: &mut Errors,
) -> syn::Result<()> {
    if !input.peek(syn::token::Paren) {
        errors.at(name, "`wrt` names the parameters to differentiate: `wrt(x, w)`");
        return skip_arguments(input);
    }
    let names;
    parenthesized!(names in input);
    let names = Punctuated::<Ident, Token![,]>::parse_terminated_with(&names, |name| {
        use syn::ext::IdentExt;
        name.call(Ident::parse_any)
    })?;
    if names.is_empty() {
        errors.at(
            name,
            "`wrt()` names no parameter: name at least one, or leave `wrt` out to differentiate \
             with respect to all",
        );
    }
    let mut wrt: Vec<Ident> = Vec::new();
    for name in names {
        if wrt.contains(&name) {
            errors.at(&name, format_args!("parameter `{name}` is named twice in `wrt`"));
        } else {
            wrt.push(name);
        }
    }
    options.wrt = Some(wrt);
    Ok(())
}

fn unknown(text: &str) -> String {
    let nearest = KNOWN
        .iter()
        .map(|(known, _)| (distance(text, known), *known))
        .filter(|(distance, known)| *distance <= 1 + known.len() / 3)
        .min();
    match nearest {
        Some((_, known)) => format!("unknown option `{text}`: did you mean `{known}`?"),
        None => format!(
            "unknown option `{text}`: the options are `jvp`, `jacobian`, `hessian`, `gnvp`, `batch`, `workspace`, \
             `order = 3`, `wrt(x, ..)` and `crate = path`"
        ),
    }
}

/// How many characters must be inserted, removed or changed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, a) in a.to_lowercase().chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in b.iter().enumerate() {
            let changed = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}

fn no_arguments(input: ParseStream, text: &str, errors: &mut Errors) -> syn::Result<()> {
    if !input.is_empty() && !input.peek(Token![,]) {
        errors.at_span(input.span(), format_args!("option `{text}` takes no value"));
    }
    skip_arguments(input)
}

/// Goes to the next comma.
fn skip_arguments(input: ParseStream) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Options, Option<String>) {
        let mut errors = Errors::default();
        let tokens = text.parse().expect("tokens");
        let options = Options::parse(tokens, Settings::default(), &mut errors);
        (options, errors.finish().map(|errors| errors.to_string()))
    }

    fn error(text: &str) -> String {
        parse(text).1.expect("an error")
    }

    #[test]
    fn nothing_is_all_defaults() {
        let (options, errors) = parse("");
        assert!(errors.is_none() && !options.jvp && options.wrt.is_none());
    }

    #[test]
    fn options_combine() {
        let (options, errors) = parse("jvp, jacobian, hessian, wrt(x, r#in), crate = my::runtime,");
        assert!(errors.is_none(), "{errors:?}");
        assert!(options.jvp && options.jacobian.is_some() && options.hessian.is_some());
        assert_eq!(options.wrt.map(|wrt| wrt.len()), Some(2));
        assert!(options.runtime.is_some());
    }

    #[test]
    fn misspelt_options_get_a_suggestion() {
        assert!(error("jpv").contains("did you mean `jvp`?"));
        assert!(error("wtr(x)").contains("did you mean `wrt`?"));
        assert!(error("hesian").contains("did you mean `hessian`?"));
        assert!(error("checkpoint").contains("the options are"));
    }

    #[test]
    fn repeated_options_are_errors() {
        assert!(error("jvp, jvp").contains("given twice"));
        assert!(error("wrt(x, x)").contains("named twice"));
    }

    #[test]
    fn values_are_checked() {
        assert!(error("jvp = true").contains("takes no value"));
        assert!(error("wrt").contains("names the parameters"));
        assert!(error("wrt()").contains("at least one"));
        assert!(error("crate").contains("path of the runtime"));
        assert!(error("hessian(x)").contains("takes no value"));
        assert!(error("1").contains("expected an option"));
        assert!(error("jvp wrt(x)").contains("takes no value"));
    }

    #[test]
    fn all_errors_at_once() {
        let all = error("jpv, jvp, jvp, hessian = 2");
        assert_eq!(all.matches("compile_error").count(), 3);
    }
}
