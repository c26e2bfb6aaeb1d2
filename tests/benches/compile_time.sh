#!/bin/bash
# What the attribute costs at compile time, written into `docs/compile_time.md`: a crate of 100 functions checked and built
# without the macro and with each option, the macro's own time and the lines that it makes, and how both grow with the length
# of a function and the depth of its loops. Processor time, least of two; what the crate depends on is not counted.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
scratch="$root/target/cost/crates"
rm -rf "$scratch"
mkdir -p "$scratch/hundred/src" "$scratch/shapes/src"

manifest() {
    cat <<TOML
[package]
name = "$1"
version = "0.0.0"
edition = "2024"
$3
[dependencies]
autodiff-runtime = { path = "$2/autodiff-runtime" }
TOML
}

# Four kinds of functions, 25 times each: a formula, a loop over slices, state in a loop, a call.
hundred() {
    echo '#![allow(dead_code, unused_imports)]'
    echo 'use autodiff_runtime::grad;'
    for i in $(seq 25); do
        cat <<RUST
$1 pub fn formula_$i(x: [f64; 3]) -> f64 { (x[0] * x[1]).sin() + x[2].exp() * $i.0 / (1.0 + x[0] * x[0]) }
$1 pub fn slices_$i(w: &[f64], x: &[f64], y: f64) -> f64 {
    let mut z = 0.0;
    for i in 0..x.len() { z += w[i] * x[i]; }
    (z.tanh() - y).powi(2) + $i.0
}
$1 pub fn state_$i(x: f64, n: usize) -> f64 {
    let mut s = [x, 1.0];
    for i in 0..n {
        let t = s[i % 2] * x;
        if t > $i.0 { s[0] = t.sqrt(); } else { s[1] = t.cos() + s[0]; }
    }
    s[0] * s[1]
}
$1 pub fn calls_$i(x: [f64; 3], n: usize) -> f64 { formula_$i(x) * state_$i(x[0], n) + formula_$i([x[1], x[2], x[0]]) }
RUST
    done
}

LENGTHS='10 30 100 300 1000'
# A function of so many statements, one after the other.
straight() {
    echo "#[grad] pub fn straight_$1(x: &[f64; 4], y: f64) -> f64 {"
    echo '    let v0 = x[0] * y;'
    for i in $(seq "$1"); do
        case $((i % 4)) in
            0) echo "    let v$i = v$((i - 1)) * x[$((i % 3))] + 0.5;" ;;
            1) echo "    let v$i = v$((i - 1)).sin() - y;" ;;
            2) echo "    let v$i = v$((i - 1)) * v$((i - 2));" ;;
            3) echo "    let v$i = (v$((i - 1)) + x[3]).tanh();" ;;
        esac
    done
    echo "    v$1"
    echo '}'
}

DEPTHS='1 2 3 4 5 6'
# So many loops, one in the other, each with state of its own that its iterations overwrite.
nested() {
    echo "#[grad] pub fn nested_$1(x: &[f64], n: usize) -> f64 {"
    echo '    let mut s0 = x[0];'
    for i in $(seq "$1"); do
        echo "    for i$i in 0..n { let mut s$i = s$((i - 1)) * x[i$i];"
    done
    echo "    s$1 += s$1.sin();"
    for i in $(seq "$1" -1 1); do
        echo "    s$((i - 1)) = (s$((i - 1)) * s$i).cos(); }"
    done
    echo '    s0'
    echo '}'
}

seconds() {
    local best=
    for _ in 1 2; do
        touch src/lib.rs
        local time
        time=$( { TIMEFORMAT='%U'; time cargo "$@" -q > /dev/null 2> "$scratch/errors"; } 2>&1 ) \
            || { cat "$scratch/errors" >&2; exit 1; }
        if [ -z "$best" ] || awk "BEGIN { exit !($time < $best) }"; then best=$time; fi
    done
    echo "$best"
}

# Of the functions in a file of cost.sh: milliseconds of the macro and lines generated, a function.
means() {
    awk -F'\t' '{ ms += $5 / 1000; given += $6; lines += $7 } END { printf "%.3f %.1f %.2f", ms / NR, lines / NR, ms / given }' "$1"
}

# Into the table of shapes: of the function `name`, whose size is given.
shape() {
    awk -F'\t' -v name="$1" -v size="$2" '$2 == name {
        printf "| %s | %.2f | %.3f | %d | %.1f | %d |\n", size, $5 / 1000, $5 / 1000 / size, $7, $7 / size, $8
    }' "$scratch/shapes.tsv"
}

cd "$scratch/hundred"
export CARGO_TARGET_DIR="$root/target/cost/plain"
manifest hundred "$root" '[workspace]' > Cargo.toml

out="$root/docs/compile_time.md"
cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2> /dev/null | head -1)
{
    echo '# Compile time'
    echo
    echo "Written by \`tests/benches/compile_time.sh\`; do not edit. $(date -u +%Y-%m-%d), ${cpu:-$(uname -m)}, $(rustc --version)."
    echo
    echo '## By option'
    echo
    echo 'A crate of 100 small functions, each with the attribute: processor seconds of its own compilation, and times those of the'
    echo 'same crate without the macro. The macro alone is measured in the compiler (`tests/benches/cost.sh`), built without'
    echo 'optimisation, as cargo builds macros unless a profile says `[profile.dev.build-override] opt-level = 3`. Lines are those'
    echo 'generated for a function of 6 lines in the mean, as rustfmt has them, without documentation.'
    echo
    echo '| attribute | `cargo check`, s | ratio | `cargo build`, s | ratio | macro, ms a function | ms a line | share of `check` | lines generated |'
    echo '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |'
} > "$out"
check0= build0=
for options in none '' jvp jacobian gnvp batch workspace hessian 'jvp, jacobian, hessian'; do
    case "$options" in
        none) attribute= name='none' ;;
        '') attribute='#[grad]' name='`#[grad]`' ;;
        *) attribute="#[grad($options)]" name="\`#[grad($options)]\`" ;;
    esac
    hundred "$attribute" > src/lib.rs
    check=$(seconds check)
    build=$(seconds build)
    : "${check0:=$check}" "${build0:=$build}"
    row=$(awk "BEGIN { printf \"%.2f | %.1f | %.2f | %.1f\", $check, $check / $check0, $build, $build / $build0 }")
    own='– | – | – | –'
    if [ -n "$attribute" ]; then
        mkdir -p "$scratch/extra/src"
        manifest extra .. '' > "$scratch/extra/Cargo.toml"
        cp src/lib.rs "$scratch/extra/src/lib.rs"
        EXTRA="$scratch/extra" "$here/cost.sh" "$scratch/hundred.tsv" -p extra
        read -r ms lines line < <(means "$scratch/hundred.tsv"; echo)
        own=$(awk "BEGIN { printf \"%.2f | %.2f | %.0f %% | %.0f\", $ms, $line, 100 * $ms / 10 / $check, $lines }")
    fi
    echo "| $name | $row | $own |" >> "$out"
done

{
    echo '#![allow(clippy::all)]'
    echo 'use autodiff_runtime::grad;'
    for n in $LENGTHS; do straight "$n"; done
    for n in $DEPTHS; do nested "$n"; done
} > "$scratch/shapes/src/lib.rs"
manifest extra .. '' > "$scratch/shapes/Cargo.toml"
EXTRA="$scratch/shapes" "$here/cost.sh" "$scratch/shapes.tsv" -p extra
{
    echo
    echo '## By length'
    echo
    echo 'A function of so many statements in a straight line; the macro without optimisation, and what it generates.'
    echo
    echo '| statements | macro, ms | ms a statement | lines generated | a statement | of these the sweep |'
    echo '| ---: | ---: | ---: | ---: | ---: | ---: |'
    for n in $LENGTHS; do shape "straight_$n" "$n"; done
    echo
    echo '## By depth'
    echo
    echo 'So many loops, one in the other, each with state that its iterations overwrite.'
    echo
    echo '| loops | macro, ms | ms a loop | lines generated | a loop | of these the sweep |'
    echo '| ---: | ---: | ---: | ---: | ---: | ---: |'
    for n in $DEPTHS; do shape "nested_$n" "$n"; done
} >> "$out"

# Kernels and examples.
"$here/cost.sh" "$scratch/kernels.tsv" -p autodiff-tests --bench kernels
"$here/cost.sh" "$scratch/examples.tsv" -p autodiff-examples --examples
{
    echo
    echo '## Functions of the benchmarks and the examples'
    echo
    echo 'The sweep is what `f_grad_into` runs. Saved bytes: what the forward sweep keeps of each iteration of a loop, loop by loop, as'
    echo 'far as the macro knows it; vectors that it fills besides are not among them (BENCHMARKS.md has all bytes as measured).'
    echo
    echo '| file | function | its lines | lines generated | of these the sweep | saved bytes an iteration | macro, ms |'
    echo '| --- | --- | ---: | ---: | ---: | --- | ---: |'
    sort -t "$(printf '\t')" -k1,1 "$scratch/kernels.tsv" "$scratch/examples.tsv" | awk -F'\t' '{
        sub(/^.*benches\//, "", $1); gsub(/\|/, "\\|", $9)
        printf "| %s | `%s` | %d | %d | %d | %s | %.1f |\n", $1, $2, $6, $7, $8, $9, $5 / 1000
    }'
} >> "$out"

# A build from nothing, as cargo tells it.
cd "$scratch/hundred"
hundred '#[grad]' > src/lib.rs
export CARGO_TARGET_DIR="$root/target/cost/fresh"
rm -rf "$CARGO_TARGET_DIR"
cargo build -q --timings > /dev/null
{
    echo
    echo '## A build from nothing'
    echo
    echo '`cargo build --timings` of that crate with `#[grad]`: seconds by the clock of each crate; some are built at the same time.'
    echo
    echo '| crate | seconds |'
    echo '| --- | ---: |'
    sed -n '/^const UNIT_DATA/,/^\];/p' "$CARGO_TARGET_DIR/cargo-timings/cargo-timing.html" |
        awk -F': ' '/"name"/ { name = $2 } /"target"/ { target = $2 } /"duration"/ {
            gsub(/[",]/, "", name); gsub(/[",]/, "", target); gsub(/,/, "", $2)
            printf "| %s%s | %.2f |\n", name, target, $2
        }'
} >> "$out"
cat "$out"
