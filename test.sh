#!/usr/bin/env bash
# Sets up, builds and runs every test:   ./test.sh [arguments of ctest]
#
# The set-up is run.sh's, with the packages that tests need besides. The tests are built into build/dev; the window's
# run on a screen of their own (Xvfb), and leave pictures in build/dev/test-output.
set -Eeuo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
. "$root/tools/set_up.sh"

install_packages "${packages_to_run[@]}" "${packages_to_test[@]}"
build dev

work=$(mktemp -d)
screen=
clean() {
    [ -z "$screen" ] || kill "$screen" 2>/dev/null || true
    rm -rf "$work"
}
trap clean EXIT

# A screen that no other program uses; it writes the number it found free.
mkfifo "$work/number"
Xvfb -displayfd 3 -screen 0 2560x1440x24 -nolisten tcp -noreset 3>"$work/number" >"$work/xvfb.log" 2>&1 &
screen=$!
if ! read -r -t 20 number <"$work/number"; then
    cat "$work/xvfb.log" >&2
    say "Xvfb did not start"
    exit 1
fi
# Passive: a thread that waits for its team sleeps, so that a machine with other work does not make a test minutes long.
export DISPLAY=:$number LP_NUM_THREADS=1 LIBGL_ALWAYS_SOFTWARE=1 OMP_WAIT_POLICY=passive
unset WAYLAND_DISPLAY XDG_SESSION_TYPE GANVAS_ASSETS GANVAS_RUNS

result=0
ctest --test-dir "$root/build/dev" --output-on-failure --no-tests=error --parallel "$(nproc)" "$@" 2>&1 \
    | tee "$work/ctest.log" || result=$?
echo "pictures of the window's tests: $root/build/dev/test-output"
summary=$(grep -E '^[0-9]+% tests passed' "$work/ctest.log" || echo "no tests ran")
echo "ctest: $summary"
exit "$result"
