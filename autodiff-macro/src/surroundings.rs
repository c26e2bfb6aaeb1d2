//! What stands around an item. An attribute sees its item alone, and a function without `self` does not tell whether it stands
//! in a module, where types can be declared beside it, or in an `impl`, where only functions can. The text of the file does.

use proc_macro2::Span;

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
    if !proc_macro::is_available() {
        return None;
    }
    let span = span.unwrap();
    let text = std::fs::read_to_string(span.local_file()?).ok()?;
    Some(open_at(&text, span.line(), span.column()))
}

/// Reads the text up to a position, both counted from 1.
fn open_at(text: &str, line: usize, column: usize) -> Vec<(Surroundings, String)> {
    let mut lines = text.split_inclusive('\n');
    let mut before: String = lines.by_ref().take(line.saturating_sub(1)).collect();
    before.extend(lines.next().unwrap_or_default().chars().take(column - 1));
    let mut scanner = Scanner { rest: &before, open: Vec::new(), header: String::new() };
    while scanner.step() {}
    scanner.open
}

struct Scanner<'t> {
    rest: &'t str,
    /// What is open, each with what stands before its brace.
    open: Vec<(Surroundings, String)>,
    /// What has been read since the last brace or semicolon.
    header: String,
}

impl Scanner<'_> {
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else { return false };
        let n = match first {
            '/' if self.rest.starts_with("//") => self.rest.find('\n'),
            '/' if self.rest.starts_with("/*") => Some(block_comment(self.rest)),
            '"' => Some(string(self.rest)),
            'r' | 'b' | 'c' if !self.in_word() => Some(match raw_string(self.rest) {
                Some(n) => n,
                None => {
                    self.header.push(first);
                    1
                }
            }),
            '\'' => {
                let n = character(self.rest);
                // A lifetime belongs to the generics of a header.
                if n == 1 {
                    self.header.push('\'');
                }
                Some(n)
            }
            '#' if self.rest.starts_with("#[") => attribute(self.rest),
            '{' => {
                let header = std::mem::take(&mut self.header);
                self.open.push((kind(&header), header));
                Some(1)
            }
            '}' => {
                self.open.pop();
                self.header.clear();
                Some(1)
            }
            ';' => {
                self.header.clear();
                Some(1)
            }
            other => {
                self.header.push(other);
                Some(other.len_utf8())
            }
        };
        self.rest = n.and_then(|n| self.rest.get(n..)).unwrap_or_default();
        true
    }

    fn in_word(&self) -> bool {
        self.header.chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_')
    }
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    loop {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
        } else {
            match rest.chars().next() {
                Some(c) => at += c.len_utf8(),
                None => return at,
            }
        }
        if depth == 0 {
            return at;
        }
    }
}

fn string(text: &str) -> usize {
    let mut escaped = false;
    for (i, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return i + 1,
            _ => {}
        }
    }
    text.len()
}

/// `r"..."`, `br#"..."#`.
fn raw_string(text: &str) -> Option<usize> {
    let prefix = text.find('r').filter(|i| *i <= 1)?;
    let hashes = text[prefix + 1..].chars().take_while(|c| *c == '#').count();
    let start = prefix + 1 + hashes;
    if !text[start..].starts_with('"') {
        return None;
    }
    let end = format!("\"{}", "#".repeat(hashes));
    let inner = &text[start + 1..];
    Some(inner.find(&end).map_or(text.len(), |i| start + 1 + i + end.len()))
}

/// A character literal, or the apostrophe of a lifetime.
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => {
            chars.next();
            chars.find(|(_, c)| *c == '\'').map_or(text.len(), |(i, _)| i + 1)
        }
        Some(_) => match chars.next() {
            Some((i, '\'')) => i + 1,
            _ => 1,
        },
        None => 1,
    }
}

fn attribute(text: &str) -> Option<usize> {
    let (mut depth, mut at) = (0, 1);
    loop {
        let rest = &text[at..];
        let c = rest.chars().next()?;
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            '"' => {
                at += string(rest);
                continue;
            }
            _ => {}
        }
        at += c.len_utf8();
        if depth == 0 {
            return Some(at);
        }
    }
}

/// What opens with this before its brace.
fn kind(header: &str) -> Surroundings {
    let spaced: String = header
        .chars()
        .map(|c| if c.is_alphanumeric() || c == '_' || c == '<' { c } else { ' ' })
        .collect();
    let spaced = spaced.replace('<', " < ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let before = ["pub", "crate", "super", "in", "self", "unsafe", "default", "auto", "const"];
    match words.iter().find(|word| !before.contains(word)) {
        Some(&"trait") => Surroundings::Trait,
        // Not the `for` of `for<'a>`.
        Some(&"impl") => match words.windows(2).any(|of| of[0] == "for" && of[1] != "<") {
            true => Surroundings::TraitImpl,
            false => Surroundings::Inherent,
        },
        _ => Surroundings::Module,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here(text: &str) -> Surroundings {
        let (before, _) = text.split_once("HERE").expect("a place");
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        open_at(text, line, column).last().map_or(Surroundings::Module, |(kind, _)| *kind)
    }

    #[test]
    fn headers() {
        let text = "struct A;\n/// b\n#[c] impl<'a, T: Float, const N: usize> A<'a, T> where T: B { // d\n  HERE";
        let (_, header) = open_at(text, 4, 3).pop().expect("a block");
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
