//! What a path can begin with because the crate depends on it.

use std::sync::OnceLock;

/// Whether no crate of this name can be meant: the manifest of the crate that is compiled, which must name it or be its own,
/// does not hold the word. False where there is no manifest.
pub fn lacks(name: &str) -> bool {
    static MANIFEST: OnceLock<Option<String>> = OnceLock::new();
    let manifest = MANIFEST.get_or_init(|| {
        let folder = std::env::var_os("CARGO_MANIFEST_DIR")?;
        std::fs::read_to_string(std::path::Path::new(&folder).join("Cargo.toml")).ok()
    });
    manifest.as_ref().is_some_and(|text| !holds(text, name))
}

fn holds(manifest: &str, name: &str) -> bool {
    let mut words = manifest.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'));
    words.any(|word| word.replace('-', "_") == name)
}

#[test]
fn words_of_a_manifest() {
    let manifest = "[dependencies]\nautodiff-runtime = { path = \"..\" }\nlibm.workspace = true\n";
    assert!(holds(manifest, "autodiff_runtime") && holds(manifest, "libm"));
    assert!(!holds(manifest, "autodiff") && !holds(manifest, "lib"));
}
