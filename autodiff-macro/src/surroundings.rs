//! What stands around an item. An attribute sees its item alone, and a function without `self` does not tell whether it stands
//! in a module, where types can be declared beside it, or in an `impl`, where only functions can. The text of the file does.

pub mod blocks;

use proc_macro2::Span;

use crate::source;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surroundings {
    Module,
    /// `impl Type {`
    Inherent,
    /// `impl Trait for Type {`
    TraitImpl,
    /// `trait Trait {`
    Trait,
}

/// What stands around a token; `None` where its file cannot be read (a token that another macro made, an editor).
pub fn of(span: Span) -> Option<Surroundings> {
    look(span).map(|open| open.last().map_or(Surroundings::Module, |(kind, _)| *kind))
}

/// The header of the `impl` around a token, as one that is empty.
pub fn block(span: Span) -> Option<syn::ItemImpl> {
    let (_, header) = look(span)?.pop()?;
    syn::parse_str(&format!("{header} {{}}")).ok()
}

/// The modules of its file that a token stands in.
pub fn modules(span: Span) -> Vec<String> {
    named(&look(span).unwrap_or_default())
}

/// Whether the module of a function cannot have a type of the function's name that is imported with the function: there is
/// one, or the module itself has the name.
pub fn has_taken(span: Span, name: &str) -> bool {
    // Inside of a function it can be hidden.
    let Some(modules) = module_alone(span) else { return false };
    let file = || {
        let path = span.unwrap().local_file()?;
        let stem = path.file_stem()?;
        let of = if stem == "mod" { path.parent()?.file_name()? } else { stem };
        Some(of == name)
    };
    let of_module = match modules.last() {
        Some(last) => last == name,
        None => file().unwrap_or(false),
    };
    of_module
        || crate::declared::at(span)
            .is_some_and(|declared| declared.names().is_taken(&modules, name))
}

/// The modules of its file that a token stands in, if it stands in nothing else but an `impl` or a trait.
pub fn module_alone(span: Span) -> Option<Vec<String>> {
    let open = look(span)?;
    let modules = named(&open);
    let inside = open.iter().filter(|(kind, _)| *kind != Surroundings::Module).count();
    (modules.len() + inside == open.len()).then_some(modules)
}

fn named(open: &[(Surroundings, String)]) -> Vec<String> {
    let name = |(_, header): &(_, String)| {
        let mut words = header.split_whitespace().skip_while(|word| *word != "mod");
        words.nth(1).map(str::to_owned)
    };
    open.iter().filter_map(name).collect()
}

/// Whether nothing but modules stands around a token.
pub fn in_modules_only(span: Span) -> bool {
    look(span).is_some_and(|open| {
        open.iter().all(|(_, header)| header.split_whitespace().any(|word| word == "mod"))
    })
}

/// What is open around a token, outermost first, each with its header.
fn look(span: Span) -> Option<Vec<(Surroundings, String)>> {
    let file = source::of(span)?;
    let span = span.unwrap();
    Some(file.blocks().around(file.text(), span.line(), span.column()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(text: &str, line: usize, column: usize) -> Vec<(Surroundings, String)> {
        blocks::Blocks::of(text).around(text, line, column)
    }

    fn here(text: &str) -> Surroundings {
        let (before, _) = text.split_once("HERE").expect("a place");
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        around(text, line, column).last().map_or(Surroundings::Module, |(kind, _)| *kind)
    }

    #[test]
    fn headers() {
        let text = "struct A;\n/// b\n#[c] impl<'a, T: Float, const N: usize> A<'a, T> where T: B { // d\n  HERE";
        let (_, header) = around(text, 4, 3).pop().expect("a block");
        let block: syn::ItemImpl = syn::parse_str(&format!("{header} {{}}")).expect("a header");
        assert_eq!(block.generics.params.len(), 3);
        assert!(block.generics.where_clause.is_some());
    }

    #[test]
    fn blocks() {
        use Surroundings::*;
        assert_eq!(here("HERE"), Module);
        assert_eq!(here("mod a { HERE }"), Module);
        assert_eq!(here("impl A { HERE }"), Inherent);
        assert_eq!(here("impl A { fn f() {} HERE }"), Inherent);
        assert_eq!(here("impl A { fn f() { HERE } }"), Module);
        assert_eq!(here("impl A {} HERE"), Module);
        assert_eq!(here("impl<T: Fn(f64)> A<T> where T: for<'a> B<'a> { HERE }"), Inherent);
        assert_eq!(here("unsafe impl<'a> B for A<'a> { HERE }"), TraitImpl);
        assert_eq!(here("pub(crate) trait B: C { HERE }"), Trait);
        assert_eq!(here("fn f(x: impl Fn()) { HERE }"), Module);
        assert_eq!(here("#[cfg(feature = \"]\")] #[x]\nimpl A {\n    HERE }"), Inherent);
    }

    #[test]
    fn what_is_no_code() {
        use Surroundings::*;
        assert_eq!(here("// impl A {\nHERE"), Module);
        assert_eq!(here("/* impl A { /* */ */ HERE"), Module);
        assert_eq!(here("const A: &str = \"impl A { \\\" {\"; HERE"), Module);
        assert_eq!(here("const A: &str = r#\"impl A { \" \"#; HERE"), Module);
        assert_eq!(here("impl A { const C: char = '}'; fn f<'a>(x: &'a f64) {} HERE }"), Inherent);
        assert_eq!(here("impl A { const C: char = '\\''; const D: u8 = b'}'; HERE }"), Inherent);
        assert_eq!(here("/// for { me\nimpl A {\n /// that }\n HERE }"), Inherent);
        assert_eq!(here("impl A { // Größe\n  HERE }"), Inherent);
    }
}
