//! The table of what is supported, made of the fixtures and the refusals themselves, so that it cannot lie.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

/// `docs/supported.md` is what comes out here; `UPDATE_EXPECT=1` rewrites it.
#[test]
fn the_table_of_what_is_supported() {
    expect_test::expect_file!["../docs/supported.md"].assert_eq(&table());
}

fn table() -> String {
    let mut text = String::from(
        "# What is supported, and what is refused\n\n\
         Made from the tests by `UPDATE_EXPECT=1 cargo test -p autodiff-tests --test supported`; do not edit.\n\n\
         ## Supported\n\n\
         Each row is a program of [tests/programs](../tests/programs) whose derivatives are checked by numbers: reverse against \
         forward mode, both against differences.\n\n\
         | program | what it shows |\n| --- | --- |\n",
    );
    for program in files("programs") {
        let idea = leading_comment(&program);
        assert!(!idea.is_empty(), "{} begins with a comment that says its idea", program.display());
        row(&mut text, &program, "programs", &idea);
    }
    text += "\n## Refused\n\n\
             Each row is a program of [tests/ui/fail](../tests/ui/fail) that must not compile, and the first line of what is said.\n\n\
             | program | message |\n| --- | --- |\n";
    for program in files("ui/fail") {
        let message = fs::read_to_string(program.with_extension("stderr")).unwrap_or_default();
        let first = message.lines().find(|line| line.starts_with("error"));
        let first =
            first.unwrap_or_else(|| panic!("{} is refused with a message", program.display()));
        row(&mut text, &program, "ui/fail", first.split_once(": ").map_or(first, |(_, said)| said));
    }
    text
}

/// The programs of a folder, by name.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rs"));
    files.sort();
    files
}

fn leading_comment(program: &Path) -> String {
    let text = fs::read_to_string(program).unwrap();
    let lines = text.lines().map_while(|line| line.strip_prefix("//"));
    lines.map(|line| line.trim_start_matches('/').trim()).collect::<Vec<_>>().join(" ")
}

fn row(text: &mut String, program: &Path, folder: &str, says: &str) {
    let name = program.file_stem().unwrap().to_str().unwrap();
    let says = says.replace('|', "\\|");
    writeln!(text, "| [{}](../tests/{folder}/{name}.rs) | {says} |", name.replace('_', " "))
        .unwrap();
}
