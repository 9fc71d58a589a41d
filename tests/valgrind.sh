#!/usr/bin/env bash
# valgrind over the program's start and stop:   tests/valgrind.sh [PROGRAM (build/dev/bin/ganvas)]
#
# Fails where memory is used before it is written or after it is freed, or is lost for good: the version, a command that draws, a
# run of one step, and, with a display (Xvfb will do), the window with the shipped model. Minutes; valgrind.supp says what others' libraries do.
set -Eeuo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
ganvas=${1:-$here/../build/dev/bin/ganvas}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GANVAS_RUNS=$work/runs GANVAS_CACHE=$work/cache GANVAS_CONFIG=$work/config OMP_WAIT_POLICY=passive

failed=0
look() {
    local name=$1 result=0
    shift
    valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
        --suppressions="$here/valgrind.supp" --gen-suppressions=all --num-callers=30 --log-file="$work/$name.log" \
        "$ganvas" "$@" >"$work/$name.out" 2>&1 || result=$?
    if [ "$result" -eq 0 ] && [ ! -s "$work/$name.log" ]; then
        echo "$name: clean"
    else
        echo "$name: exit status $result"
        cat "$work/$name.log"
        tail -3 "$work/$name.out"
        failed=1
    fi
}

look version --version
look faces data make faces --out "$work/faces" --count 4
look training train --data faces:64 --steps 1 --out "$work/run" --set generator.width=8 --set discriminator.width=8 \
    --set train.batch=8 --set measure.live=false
if [ -n "${DISPLAY:-}" ]; then
    look window gui --exit-after 5
else
    echo "window: no display"
fi
exit "$failed"
