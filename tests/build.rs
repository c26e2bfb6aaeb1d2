//! Writes the fixtures over into `f32`: a fixture is written once, in `f64`.

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=programs");
    let out = Path::new(&env::var("OUT_DIR")?).join("programs");
    fs::create_dir_all(&out)?;
    for fixture in fs::read_dir("programs")? {
        let fixture = fixture?;
        let single = fs::read_to_string(fixture.path())?.replace("f64", "f32");
        fs::write(out.join(fixture.file_name()), single)?;
    }
    Ok(())
}
