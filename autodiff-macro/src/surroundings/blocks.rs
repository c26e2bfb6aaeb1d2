//! The blocks of a file, found in its text: a file that is being edited need not parse.

use super::Surroundings;

#[derive(Debug)]
pub struct Blocks {
    /// Where the lines begin.
    lines: Vec<usize>,
    /// In the order in which they open.
    blocks: Vec<Block>,
}

#[derive(Debug)]
struct Block {
    kind: Surroundings,
    /// What stands before the brace.
    header: String,
    /// Of the braces; the end of the text if there is none that closes it.
    from: usize,
    to: usize,
}

impl Blocks {
    pub fn of(text: &str) -> Blocks {
        let after_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(after_breaks).collect();
        let (blocks, open) = (Vec::new(), Vec::new());
        let mut scanner = Scanner { text, at: 0, blocks, open, header: String::new() };
        while scanner.step() {}
        Blocks { lines, blocks: scanner.blocks }
    }

    /// What is open at a position of this text, both counted from 1, outermost first, each with its header.
    pub fn around(&self, text: &str, line: usize, column: usize) -> Vec<(Surroundings, String)> {
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(text.len());
        let before = text[start..].chars().take(column.saturating_sub(1));
        let at = start + before.map(char::len_utf8).sum::<usize>();
        let open = self.blocks.iter().take_while(|block| block.from < at);
        let open = open.filter(|block| at <= block.to);
        open.map(|block| (block.kind, block.header.clone())).collect()
    }
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    blocks: Vec<Block>,
    /// Those that are open.
    open: Vec<usize>,
    /// What has been read since the last brace or semicolon.
    header: String,
}

impl Scanner<'_> {
    fn step(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let Some(first) = rest.chars().next() else { return false };
        let n = match first {
            '/' if rest.starts_with("//") => rest.find('\n'),
            '/' if rest.starts_with("/*") => Some(block_comment(rest)),
            '"' => Some(string(rest)),
            'r' | 'b' | 'c' if !self.in_word() => Some(match raw_string(rest) {
                Some(n) => n,
                None => {
                    self.header.push(first);
                    1
                }
            }),
            '\'' => {
                let n = character(rest);
                // A lifetime belongs to the generics of a header.
                if n == 1 {
                    self.header.push('\'');
                }
                Some(n)
            }
            '#' if rest.starts_with("#[") => attribute(rest),
            '{' => {
                let header = std::mem::take(&mut self.header);
                self.open.push(self.blocks.len());
                let (kind, from, to) = (kind(&header), self.at, self.text.len());
                self.blocks.push(Block { kind, header, from, to });
                Some(1)
            }
            '}' => {
                if let Some(closed) = self.open.pop() {
                    self.blocks[closed].to = self.at;
                }
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
        let after = n.map(|n| self.at + n).filter(|at| self.text.is_char_boundary(*at));
        self.at = after.unwrap_or(self.text.len());
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
