#!/usr/bin/env bash
# Sets up, builds and starts Ganvas:   ./run.sh [arguments of ganvas]
#
# On a fresh Debian 12 or Ubuntu 24.04 it installs the system packages that are missing (root or sudo), fetches the
# pinned third-party packages into ~/.cache/ganvas, builds into build/release and starts the program in its place.
# Words of this script go to standard error; output and exit code are the program's. Without arguments and without a
# display it trains and writes pictures instead of opening a window.
set -Eeuo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
. "$root/tools/set_up.sh"
program=$root/build/release/bin/ganvas

if ! is_built release "$program"; then
    install_packages "${packages_to_run[@]}"
    build release
fi

if [ $# -gt 0 ] || [ -n "${DISPLAY:-}" ]; then
    exec "$program" "$@"
fi

words() { printf 'ganvas: %s\n' "$*" >&2; }
words "there is no display, so no window: training on drawn faces for two minutes and writing pictures instead"
out=${GANVAS_RUNS:-$HOME/ganvas/runs}/no-display-$(date +%Y%m%d-%H%M%S)
"$program" train --data faces --minutes 2 --out "$out"
mkdir -p "$out/pictures"
"$program" sample "$out" --count 64 --seed 1 --out "$out/pictures/samples.png"
"$program" interpolate "$out" --from 1 --to 2 --space both --steps 16 --out "$out/pictures/interpolation.png"
"$program" arithmetic "$out" --plus 1,2,3 --minus 4,5,6 --plus 7,8,9 --out "$out/pictures/arithmetic.png"
words "the run is in        $out"
words "sample grid          $out/pictures/samples.png"
words "z- and x-space strip $out/pictures/interpolation.png"
words "arithmetic sheet     $out/pictures/arithmetic.png"
