#!/usr/bin/env bash
# What run.sh does where no window can be opened:   tools/without_display.sh PROGRAM FOLDER [MINUTES]
#
# Trains on drawn faces for two minutes into FOLDER, then writes a grid, a sweep and an arithmetic sheet into
# FOLDER/pictures, and says where. Words go to standard error.
set -Eeuo pipefail
program=$1 out=$2 minutes=${3:-2}
words() { printf 'ganvas: %s\n' "$*" >&2; }

words "there is no display, so no window: training on drawn faces for $minutes minutes and writing pictures instead"
"$program" train --data faces --minutes "$minutes" --out "$out"
mkdir -p "$out/pictures"
"$program" sample "$out" --count 64 --seed 1 --out "$out/pictures/samples.png"
"$program" interpolate "$out" --from 1 --to 2 --space both --steps 16 --out "$out/pictures/interpolation.png"
"$program" arithmetic "$out" --plus 1,2,3 --minus 4,5,6 --plus 7,8,9 --out "$out/pictures/arithmetic.png"
words "the run is in        $out"
words "sample grid          $out/pictures/samples.png"
words "z- and x-space strip $out/pictures/interpolation.png"
words "arithmetic sheet     $out/pictures/arithmetic.png"
