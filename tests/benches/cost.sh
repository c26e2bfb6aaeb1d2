#!/bin/sh
# What the macro costs and what it makes: `cost.sh FILE [CARGO ARGUMENTS]..` builds a copy of this workspace with a macro that
# measures itself (cost/timed.rs says what and how) by `cargo check ARGUMENTS`, and writes a line a function to FILE. The copy
# lies in target/cost, and the macro in it is built as a user's is, without optimisation; with LEVEL=3, with. The folder EXTRA,
# if that is set, is a member of the copy too.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
file=$1
shift
copy="$root/target/cost/workspace"
new="$root/target/cost/new"
rm -rf "$new"
mkdir -p "$copy" "$new"
(cd "$root" && git ls-files -z | xargs -0 tar cf - 2> /dev/null) | tar xf - -C "$new"
cp "$root/tests/benches/cost/timed.rs" "$new/autodiff-macro/src/timed.rs"
cd "$new"
# Says so when the macro crate has changed under it.
patch() {
    grep -q "$2" "$1" || { echo "cost.sh: no '$2' in $1" >&2; exit 1; }
    sed -i "$3" "$1"
}
lib=autodiff-macro/src/lib.rs
patch $lib '^mod transform;' 's/^mod transform;/mod timed;\nmod transform;/'
patch $lib '    expand::grad(arguments.into(), item.into(), Settings::default()).into()' \
    's/    expand::grad(arguments.into(), item.into(), Settings::default()).into()/    timed::grad(arguments.into(), item.into(), Settings::default()).into()/'
patch autodiff-macro/src/expand.rs '    let derived = emit::Derived {' \
    's/    let derived = emit::Derived {/    crate::timed::saved_by(\&reverse, fused.as_ref());\n&/'
patch autodiff-macro/Cargo.toml '^\[dependencies\]' 's/^\[dependencies\]/[dependencies]\nprettyplease = "0.2"/'
patch Cargo.toml '^\[profile.dev.package' '/^# The random programs/d; /^\[profile.dev.package/,$d'
if [ -n "${EXTRA:-}" ]; then
    cp -r "$EXTRA" extra
    patch Cargo.toml '"examples"\]' 's/"examples"\]/"examples", "extra"]/'
fi
printf '\n[profile.dev.build-override]\nopt-level = %s\n' "${LEVEL:-0}" >> Cargo.toml
# What has not changed is not built again.
find . -type f | while read -r name; do
    cmp -s "$name" "$copy/$name" || { mkdir -p "$copy/${name%/*}"; cp "$name" "$copy/$name"; }
done
cd "$copy"
rm -f "$file"
# What is not compiled anew is not measured either.
touch tests/benches/kernels/main.rs examples/*.rs examples/*/*.rs extra/src/*.rs 2> /dev/null || true
CARGO_TARGET_DIR="$root/target/cost/target" AUTODIFF_COST="$file" cargo check -q "$@"
