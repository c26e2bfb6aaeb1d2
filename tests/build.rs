//! Writes the fixtures over into `f32`: a fixture is written once, in `f64`. And writes the random programs.

#[allow(dead_code)]
#[path = "src/random.rs"]
mod random;

mod generator;

use std::{
    env,
    error::Error,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

const HEAD: &str = "#[allow(unused, unused_comparisons, clippy::all)]\n";
const USES: &str = "use autodiff_runtime::grad;\nuse autodiff_tests::{Checker, Random, check};\n";
const PROGRAMS: u64 = 60;
const FUNCTIONS: usize = 4;

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    single_precision(&out.join("programs"))?;
    random_programs(&out.join("random_programs.rs"))
}

fn single_precision(out: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=programs");
    fs::create_dir_all(out)?;
    for fixture in fs::read_dir("programs")? {
        let fixture = fixture?;
        let single = fs::read_to_string(fixture.path())?.replace("f64", "f32");
        fs::write(out.join(fixture.file_name()), single)?;
    }
    Ok(())
}

/// Other programs than those of every run: `RANDOM_PROGRAMS=1000..1060 cargo test --test random_programs`.
fn random_programs(out: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=generator");
    println!("cargo::rerun-if-changed=src/random.rs");
    println!("cargo::rerun-if-env-changed=RANDOM_PROGRAMS");
    let seeds = match env::var("RANDOM_PROGRAMS") {
        Ok(range) => {
            let (from, to) = range.split_once("..").ok_or("RANDOM_PROGRAMS=from..to")?;
            from.parse()?..to.parse()?
        }
        Err(_) => 0..PROGRAMS,
    };
    let (mut text, mut names) = (String::new(), String::new());
    for seed in seeds {
        let program = generator::program(seed, FUNCTIONS);
        write!(text, "{HEAD}mod program_{seed} {{\n{USES}\n{program}}}\n\n")?;
        write!(names, "program_{seed} ")?;
    }
    writeln!(text, "random_programs! {{ {names}}}")?;
    fs::write(out, text)?;
    Ok(())
}
