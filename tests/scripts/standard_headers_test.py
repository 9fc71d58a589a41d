#!/usr/bin/env python3
"""Each file reaches the standard headers of what it uses, itself or by a header of ours.

The standard library of one compiler brings headers along that the next one's does not: GCC 13's <string> no longer
brings <cstdint>, GCC 14's <string> no longer the algorithms. What compiles here by such luck does not compile there.
Files that reach LibTorch are left out: its headers bring nearly all, with every compiler.
"""
import os
import pathlib
import re
import sys

SOURCE = pathlib.Path(os.environ["GANVAS_SOURCE"])
FUNCTION = r"\s*[(<]"  # a call, or a template's arguments
# header: what needs it, and the headers that the standard says bring it too, or that cannot do without it
NEEDS = {
    "algorithm": (r"(?:ranges::)?(?:max_element|min_element|minmax_element|sort|stable_sort|partial_sort|nth_element|"
                  r"find_if|find|count_if|count|any_of|all_of|none_of|copy|copy_n|copy_if|fill|fill_n|generate|transform|"
                  r"reverse|rotate|shuffle|unique|remove_if|replace|equal|lower_bound|upper_bound|binary_search|min|max|"
                  r"minmax|clamp|mismatch|search|is_sorted|for_each|for_each_n)" + FUNCTION, ()),
    "array": (r"(?:array|to_array)\b", ()),
    "atomic": (r"atomic", ()),
    "bit": (r"(?:bit_cast|endian|popcount|countr_zero|bit_width|has_single_bit)\b", ()),
    "charconv": (r"(?:from_chars|to_chars)\b", ()),
    "chrono": (r"chrono\b", ()),
    "cmath": (r"(?:sqrt|pow|exp|log|log2|log10|sin|cos|tan|atan2|atan|acos|floor|ceil|round|lround|llround|fabs|isfinite|"
              r"isnan|isinf|hypot|tanh|fmod|erf|lerp|expm1|log1p|trunc)\s*\(", ()),
    "condition_variable": (r"condition_variable", ()),
    "csignal": (r"(?:signal|raise|sig_atomic_t)\b", ("signal.h",)),
    "cstddef": (r"(?:byte|ptrdiff_t)\b", ("array", "cstring", "memory", "span", "string", "vector")),
    "cstdint": (r"u?int(?:8|16|32|64)_t", ()),
    "cstdio": (r"(?:printf|fprintf|snprintf|fputs|fopen|fclose|FILE|fflush|puts|fwrite|fread)\b", ("stdio.h",)),
    "cstdlib": (r"(?:getenv|exit|strtol|strtoul|strtod|abort|_Exit|malloc|free)\b", ()),
    "cstring": (r"(?:memcpy|memset|memcmp|memmove|strlen|strcmp|strerror|strncmp|strchr)\b", ()),
    "deque": (r"deque\b", ()),
    "exception": (r"(?:exception|exception_ptr|rethrow_exception|current_exception)\b", ("new", "stdexcept")),
    "filesystem": (r"filesystem\b", ()),
    "fstream": (r"[io]?fstream\b", ()),
    "functional": (r"(?:function|bind|ref|cref|hash|invoke)\b", ()),
    "future": (r"(?:future|promise|async|packaged_task)\b", ()),
    "initializer_list": (r"initializer_list\b", ("string", "vector")),
    "iostream": (r"(?:cout|cerr|cin)\b", ()),
    "iterator": (r"(?:istreambuf_iterator|back_inserter|inserter|next|prev|distance|advance)\b",
                 ("array", "deque", "map", "set", "span", "string", "string_view", "vector")),
    "limits": (r"numeric_limits\b", ()),
    "map": (r"(?:multi)?map\b", ()),
    "memory": (r"(?:unique_ptr|shared_ptr|weak_ptr|make_unique|make_shared)\b", ()),
    "mutex": (r"(?:mutex|lock_guard|scoped_lock|unique_lock|call_once|once_flag)\b", ()),
    "numbers": (r"numbers\b", ()),
    "numeric": (r"(?:accumulate|iota|reduce|inner_product|partial_sum|transform_reduce|gcd|lcm|midpoint)\b", ()),
    "optional": (r"(?:optional|nullopt|make_optional)\b", ()),
    "random": (r"(?:mt19937|mt19937_64|random_device|normal_distribution|uniform_\w+_distribution)\b", ()),
    "set": (r"(?:multi)?set\b", ()),
    "span": (r"span\b", ()),
    "sstream": (r"[io]?stringstream\b", ()),
    "stdexcept": (r"(?:runtime_error|logic_error|invalid_argument|out_of_range|length_error)\b", ()),
    "stop_token": (r"stop_(?:token|source|callback)\b", ("thread",)),
    "string": (r"(?:string|to_string|stoi|stod|stoll)\b", ("filesystem",)),
    "string_view": (r"string_view\b", ("string",)),
    "thread": (r"(?:thread|jthread|this_thread)\b", ()),
    "tuple": (r"(?:tuple|tie|make_tuple)\b", ("map",)),
    "unordered_map": (r"unordered_map\b", ()),
    "unordered_set": (r"unordered_set\b", ()),
    "variant": (r"(?:variant|get_if|holds_alternative|monostate)\b", ()),
    "vector": (r"vector\b", ()),
}
PATTERNS = {header: re.compile(r"\bstd::" + names) for header, (names, _) in NEEDS.items()}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)
NOT_CODE = re.compile(r'//.*|"(?:\\.|[^"\\\n])*"')

included = {}


def reached(file):
    """Names of all headers that `file` includes, itself or by headers of ours."""
    seen, waiting = set(), [file]
    while waiting:
        now = waiting.pop()
        if now not in included:
            included[now] = INCLUDE.findall((SOURCE / now).read_text())
        for name in included[now]:
            if name not in seen:
                seen.add(name)
                if (SOURCE / name).is_file():
                    waiting.append(name)
    return seen


missing, uses = [], 0
for folder in ("app", "engine", "models", "tests"):
    for path in sorted((SOURCE / folder).rglob("*")):
        if path.suffix not in (".h", ".cpp"):
            continue
        headers = reached(str(path.relative_to(SOURCE)))
        if any(name.startswith(("torch/", "ATen/", "c10/")) for name in headers):
            continue
        # A string may hold `//`: they go first where they begin first.
        code = NOT_CODE.sub(lambda part: "" if part[0].startswith("/") else '""', path.read_text())
        for header, (_, bring) in NEEDS.items():
            use = PATTERNS[header].search(code)
            uses += bool(use)
            if use and header not in headers and not headers.intersection(bring):
                missing.append(f"{path.relative_to(SOURCE)} uses {use[0].rstrip('(< ')} without <{header}>")

print("\n".join(missing) or f"{uses} uses of standard headers, all of them included")
if uses < 1000:
    sys.exit("the scan finds too few uses to be right")
sys.exit(bool(missing))
