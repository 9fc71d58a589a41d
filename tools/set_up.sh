# Sourced by run.sh and test.sh: everything between a fresh Debian 12 or Ubuntu 24.04 and a built program.
# All words go to standard error. The caller has set `root` (the source tree) and uses `set -Eeuo pipefail`.

say() { printf 'ganvas set-up: %s\n' "$*" >&2; }

packages_to_run=(
    ca-certificates cmake g++ ninja-build pkg-config python3 python3-pip
    libx11-dev libxrandr-dev libxinerama-dev libxcursor-dev libxi-dev libxext-dev
    libgl1 libgl1-mesa-dri
    libstb-dev nlohmann-json3-dev libtomlplusplus-dev libcli11-dev
    libarchive-dev libwebp-dev libgif-dev libpng-dev libturbojpeg0-dev zlib1g-dev liblinear-dev
)
packages_to_test=(doctest-dev xvfb dataset-fashion-mnist clang-format-14)

install_packages() {  # install_packages NAME... : those that the system lacks, saying which
    local missing=() name as_root=()
    if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
        say "this is not a Debian or Ubuntu: make sure that you have what these packages hold: $*"
        return
    fi
    for name in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing the system packages ${missing[*]}"
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null 2>&1; then
            say "neither root nor sudo: have someone run: apt-get install ${missing[*]}"
            exit 1
        fi
        as_root=(sudo)
        [ -z "${optional:-}" ] || as_root=(sudo -n)  # nobody is asked for a password for what can be missing
    fi
    if ! { "${as_root[@]}" apt-get update -q >&2 \
        && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
            "${missing[@]}" >&2; }; then
        say "the packages did not install (see above)"
        exit 1
    fi
}

# A compiler that reads LibTorch's headers takes 1.5 GB: no more at a time than fit in memory.
parallel_jobs() {
    local processors memory
    processors=$(nproc)
    memory=$(awk '/^MemAvailable:/ {print int($2 / 1572864)}' /proc/meminfo)
    [ "$memory" -ge 1 ] || memory=1
    echo $((processors < memory ? processors : memory))
}

# What a build depends on besides files of the source tree, as text to compare.
surroundings() {
    local driver=no
    if [ -e /dev/nvidiactl ] || [ -e /dev/dxg ]; then driver=yes; fi
    printf '%s\n' "root=$root" "cache=${GANVAS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ganvas}" \
        "torch=${GANVAS_TORCH_ROOT:-}" "cuda=${GANVAS_CUDA:-}" "driver=$driver" "nvcc=$(command -v nvcc || true)"
}

# is_built PRESET PROGRAM : true when nothing changed since the last build that ended well. It costs a few hundredths
# of a second, so that a start with nothing to build is a start of the program.
is_built() {
    local folder=$root/build/$1 stamp=$root/build/$1/.built place
    [ -f "$stamp" ] && [ -x "$2" ] || return 1
    [ "$(surroundings)" = "$(sed '/^GANVAS_/d' "$stamp")" ] || return 1
    while read -r place; do [ -d "$place" ] || return 1; done < <(sed -n 's/^GANVAS_[A-Z_]*=//p' "$stamp")
    [ -z "$(find "$root"/{app,engine,models,cmake,third_party,tools} "$root/CMakeLists.txt" "$root/CMakePresets.json" \
        -newer "$stamp" -print -quit)" ] || return 1
    [ -z "$(find "$root"/assets "$root"/shaders -type d -newer "$stamp" -print -quit 2>/dev/null)" ] || return 1
    [ -d "$folder/share/ganvas" ]
}

# build PRESET : fetches, configures where that is needed, builds, and stamps what was built.
build() {
    local folder=$root/build/$1 started fetched
    mkdir -p "$folder"
    exec 9>"$folder/.lock"
    flock -n 9 || { say "another build is under way here: waiting for it"; flock 9; }
    rm -f "$folder/.built"  # an interrupted build is none, whatever was built before it
    started=$(mktemp "$folder/.started-XXXXXX")  # a file edited while this builds is newer, and is built next time
    fetched=$("$root/third_party/fetch.sh")
    { surroundings; printf '%s\n' "$fetched"; } >"$started"
    if [ ! -f "$folder/build.ninja" ] || ! cmp -s "$started" "$folder/.configured"; then
        say "configuring build/$1"
        if ! (cd "$root" && cmake --preset "$1") >"$folder/configure.log" 2>&1; then
            rm -f "$started"
            cat "$folder/configure.log" >&2
            say "could not configure (see above)"
            exit 1
        fi
        cp "$started" "$folder/.configured"
    fi
    say "building build/$1"
    if ! cmake --build "$folder" --parallel "$(parallel_jobs)" >&2; then
        rm -f "$started"
        say "the build failed (see above)"
        exit 1
    fi
    mv "$started" "$folder/.built"
    exec 9>&-
}
