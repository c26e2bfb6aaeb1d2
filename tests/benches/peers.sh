#!/bin/sh
# Gradients by other crates beside ours and those by hand, written into docs/peers.md. With a Python that has JAX
# (`python3 -m venv jax && jax/bin/pip install jax`): `peers.sh --jax=jax/bin/python`. The crates are built in
# target/peers; nothing else depends on them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export CARGO_TARGET_DIR="${PEERS_TARGET:-$here/../../target/peers}"
cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2> /dev/null | head -1)
about="$(date -u +%Y-%m-%d), ${cpu:-$(uname -m)}, one thread, $(rustc --version), \`opt-level = 3\` for the baseline of the target."
exec cargo run --quiet --release --manifest-path "$here/peers/Cargo.toml" --bin autodiff-peers -- "--write=$about" "$@"
