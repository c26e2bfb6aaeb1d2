#!/bin/sh
# Instructions of one call of each kernel's generated gradient, by callgrind: the same on every run, whatever else the
# machine does. Compares with instructions.txt and fails where a kernel needs 3 % more; `--write` writes the file anew.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
counts="$here/instructions.txt"
if ! command -v valgrind > /dev/null; then
    echo "no valgrind here: instructions are not counted"
    exit 0
fi
binary=$(cd "$here/.." && cargo bench --bench kernels --no-run 2>&1 | sed -n 's/.*(\(.*kernels-[0-9a-f]*\)).*/\1/p')
case $binary in /*) ;; *) binary="$here/../../$binary" ;; esac

# What $3 calls of kernel $1 take in all; $2 is primal, generated or by-hand.
total() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$binary" --calls "$1" "$2" "$3" 2>&1 |
        sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

# The difference leaves out what is done once.
per_call() {
    echo $((($(total "$1" "$2" 5) - $(total "$1" "$2" 1)) / 4))
}

kernels="sin_cubic chain_rule formula least_squares stencil logistic kepler perceptron pair_potential cross_entropy cholesky graph recurrent mixture lstm bundle valley tree hidden_markov"
if [ "${1:-}" = --write ]; then
    {
        echo "# kernel: instructions of a call of the function, its generated gradient, its gradient by hand"
        for kernel in $kernels; do
            echo "$kernel $(per_call "$kernel" primal) $(per_call "$kernel" generated) $(per_call "$kernel" by-hand)"
        done
    } > "$counts"
    exit 0
fi
failed=0
while read -r kernel _ before _; do
    [ "$kernel" = "#" ] && continue
    now=$(per_call "$kernel" generated)
    if [ $((now * 100)) -gt $((before * 103)) ]; then
        echo "$kernel: $now instructions, $before before"
        failed=1
    fi
done < "$counts"
exit $failed
