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
    # The system's file dialogs, where there is a screen for them and nothing shows them yet.
    if [ -n "${DISPLAY:-}" ] && ! command -v zenity >/dev/null && ! command -v kdialog >/dev/null; then
        (optional=yes install_packages zenity) || say "without zenity or kdialog the window asks for paths to be typed"
    fi
    build release
fi

# A display that is named but not there (of an X server that ended, or of a closed ssh -X) is no display.
display_answers() {
    local number socket
    if [ -z "${DISPLAY:-}" ]; then return 1; fi
    [[ $DISPLAY =~ ^(unix)?:([0-9]+)(\.[0-9]+)?$ ]] || return 0  # on another machine: the program will tell
    number=${BASH_REMATCH[2]} socket=/tmp/.X11-unix/X${BASH_REMATCH[2]}
    if [ -S "$socket" ]; then  # left behind by a server that was killed, it is there but nobody listens
        python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])' "$socket" 2>/dev/null && return 0
    fi
    grep -q "@/tmp/.X11-unix/X$number\$" /proc/net/unix 2>/dev/null
}

if [ $# -gt 0 ] || display_answers; then
    exec "$program" "$@"
fi

exec "$root/tools/without_display.sh" "$program" "${GANVAS_RUNS:-$HOME/ganvas/runs}/no-display-$(date +%Y%m%d-%H%M%S)"
