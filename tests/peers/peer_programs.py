"""What the scripts here share: running programs, distances by `ganvas eval`, tensors from safetensors files."""
import json
import struct
import subprocess


def run(*command):
    """Standard output of a command; its standard error goes to ours."""
    return subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE, text=True).stdout


def last_json(text):
    return json.loads(text.strip().splitlines()[-1])


def distance(ganvas, what, data, count):
    """Fréchet distance (lite0) of a checkpoint, run or folder to the data, by `ganvas eval`."""
    return last_json(run(ganvas, "eval", what, "--data", data, "--metrics", "fd", "--count", count,
                         "--json"))["metrics"]["fd"]["value"]


def settings(assignments):
    """--set words of a command line."""
    return [word for key, value in assignments.items() for word in ("--set", f"{key}={value}")]


def read_safetensors(path):
    import numpy as np  # only the peers' environment has it, and most of what is here does without
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    header.pop("__metadata__", None)
    return {name: np.frombuffer(data[entry["data_offsets"][0]:entry["data_offsets"][1]], np.float32)
            .reshape(entry["shape"]) for name, entry in header.items()}
