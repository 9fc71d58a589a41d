#!/usr/bin/env bash
# Every source file is as .clang-format (version 14) lays it out. `cmake --build build/dev --target format` makes it so.
set -euo pipefail
cd "${GANVAS_SOURCE:?}"
if ! command -v clang-format-14 >/dev/null; then
    echo "clang-format-14 is not installed: skipped"
    exit 77
fi
find app engine models tests \( -name '*.h' -o -name '*.cpp' -o -name '*.cu' \) -print0 \
    | xargs -0 clang-format-14 --dry-run -Werror
