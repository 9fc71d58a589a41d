#!/usr/bin/env python3
"""clang's thread-safety analysis of the engine's sources, those that use LibTorch included.

    tools/thread_safety.py [--build build/dev] [--compiler clang++-14]

The preset `fuzz` compiles what does not use LibTorch with that analysis as errors. Here clang reads, without making anything, what
the build's compile_commands.json says of engine/ (a few minutes). Exit status 1 where a member is touched without the mutex that it is
GANVAS_GUARDED_BY (engine/core/thread_annotations.h).
"""
import argparse
import json
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
DROPPED = {"-c": 1, "-o": 2, "-include": 2, "-Werror": 1, "-Winvalid-pch": 1, "-fpch-preprocess": 1}


def clang_command(entry, compiler):
    """The entry's includes and definitions, without its warnings and its precompiled header, which is another compiler's."""
    words = shlex.split(entry["command"])
    start = next(index for index, word in enumerate(words) if word.startswith("-"))
    kept, index = [], start
    while index < len(words):
        if words[index] in DROPPED:
            index += DROPPED[words[index]]
        else:
            if not words[index].startswith("-W"):
                kept.append(words[index])
            index += 1
    return [compiler, *kept, "-fsyntax-only", "-Wno-everything", "-Wthread-safety", "-Werror=thread-safety"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/dev")
    parser.add_argument("--compiler", default="clang++-14")
    options = parser.parse_args()
    database = options.build / "compile_commands.json"
    if not database.exists():
        sys.exit(f"{database} is not there: build first")
    engine = str(options.build.resolve() / "engine")
    failed = checked = 0
    for entry in json.loads(database.read_text()):
        if not entry["file"].startswith(engine) or "cmake_pch" in entry["file"] or not entry["file"].endswith(".cxx"):
            continue
        checked += 1
        result = subprocess.run(clang_command(entry, options.compiler), cwd=entry["directory"], capture_output=True, text=True)
        if result.returncode != 0:
            failed += 1
            print(result.stderr, end="")
    if checked == 0:
        sys.exit(f"{database} names no sources of engine/")
    print(f"{checked} groups of sources read, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
