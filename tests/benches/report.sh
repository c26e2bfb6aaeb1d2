#!/bin/sh
# Runs the benchmarks and writes BENCHMARKS.md and docs/benchmarks.svg, with the machine, the compiler and the date.
set -eu
cd "$(dirname "$0")/.."
cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2> /dev/null | head -1)
about="$(date -u +%Y-%m-%d), ${cpu:-$(uname -m)}, one thread, $(rustc --version), \`opt-level = 3\` for the baseline of the target."
exec cargo bench --bench kernels -- "--report=$about" "$@"
