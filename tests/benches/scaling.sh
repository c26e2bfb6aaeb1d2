#!/bin/sh
# What gradients cost by the number of inputs, written into docs/scaling.md and docs/scaling.svg. As far as 10^7 inputs;
# `scaling.sh --large` goes on to 10^8, which takes 3 GB and some minutes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export CARGO_TARGET_DIR="${PEERS_TARGET:-$here/../../target/peers}"
largest=
[ "${1:-}" != --large ] || largest=--largest=100000000
cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2> /dev/null | head -1)
about="$(date -u +%Y-%m-%d), ${cpu:-$(uname -m)}, one thread, $(rustc --version), \`opt-level = 3\` for the baseline of the target."
exec cargo run --quiet --release --manifest-path "$here/peers/Cargo.toml" --bin scaling -- "--write=$about" ${largest:+"$largest"}
