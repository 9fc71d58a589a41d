#!/usr/bin/env bash
# Builds the fuzzers (preset `fuzz`: clang, ASan + UBSan) and runs each for a while:
#
#   tests/fuzz/run.sh [--seconds N | --long] [--out FOLDER] [TARGET...]
#
# --seconds 60 a target is the default; --long is ten million executions or twenty minutes, whichever comes first.
# Everything is written into FOLDER (build/fuzz/runs): the corpus, the log, the findings, and summary.md, a table with a
# row a target. What a run collects stays, so that the next one goes on from it. Exit status 1 when there is a finding.
set -Eeuo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
seconds=60
executions=-1
out=$root/build/fuzz/runs
targets=()
while [ $# -gt 0 ]; do
    case $1 in
    --seconds) seconds=$2; shift 2 ;;
    --long) seconds=1200; executions=10000000; shift ;;
    --out) out=$2; shift 2 ;;
    -*) sed -n '2,9p' "$0" >&2; exit 2 ;;
    *) targets+=("$1"); shift ;;
    esac
done

cd "$root"
[ -f build/fuzz/build.ninja ] || cmake --preset fuzz
cmake --build build/fuzz --target tests/fuzz/all
smoke=$root/build/fuzz/bin/fuzz_smoke
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <("$smoke" --list | cut -d' ' -f1)
mkdir -p "$out"
out=$(cd "$out" && pwd)

# Readers find neither the user's folders nor a terminal here.
export HOME=$out TMPDIR=$out/tmp GANVAS_CACHE=$out/cache GANVAS_RUNS=$out/user-runs GANVAS_ASSETS=$root/assets
export ASAN_OPTIONS=quarantine_size_mb=16:allocator_may_return_null=0 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
rm -rf "$TMPDIR"
mkdir -p "$TMPDIR"

# What libFuzzer says under a name, or a dash.
said() {
    local value
    value=$(grep -oE "stat::$2: +[0-9]+" "$1" | grep -oE '[0-9]+$' | tail -1) || value=-
    echo "$value"
}

findings=0
summary=$out/summary.md
printf '| target | executions | a second | peak MB | corpus | findings |\n|---|---:|---:|---:|---:|---|\n' >"$summary"
for target in "${targets[@]}"; do
    folder=$out/$target
    longest=$("$smoke" --list | awk -v name="$target" '$1 == name {print $2}')
    [ -n "$longest" ] || { echo "no target $target" >&2; exit 2; }
    mkdir -p "$folder/corpus" "$folder/findings"
    "$smoke" --seeds "$target" "$folder/seeds"
    log=$folder/log
    result=0
    # Seeds are larger than what is made of them where they were findings once; 4 times that is still far below the limit.
    (cd "$folder" && "$root/build/fuzz/bin/fuzz_$target" corpus seeds -dict=seeds.dict -artifact_prefix=findings/ \
        -max_total_time="$seconds" -runs="$executions" -max_len="$longest" -timeout=10 -rss_limit_mb=1024 \
        -malloc_limit_mb=512 -print_final_stats=1 </dev/null >"$log" 2>&1) || result=$?
    kept=$(find "$folder/findings" -type f | wc -l)
    found=none
    if [ "$result" -ne 0 ] || [ "$kept" -gt 0 ]; then
        findings=1
        found="$kept, see $target/log"
    elif ! "$smoke" --replay "$target" "$folder/corpus" >>"$log" 2>&1; then
        findings=1
        found="wrote something, see $target/log"
    fi
    printf '| %s | %s | %s | %s | %s | %s |\n' "$target" "$(said "$log" number_of_executed_units)" \
        "$(said "$log" average_exec_per_sec)" "$(said "$log" peak_rss_mb)" \
        "$(find "$folder/corpus" -type f | wc -l)" "$found" >>"$summary"
    tail -1 "$summary"
done
rm -rf "$TMPDIR"
exit "$findings"
