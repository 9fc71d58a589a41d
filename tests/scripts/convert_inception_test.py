#!/usr/bin/env python3
"""third_party/convert_inception.py: what it reads becomes safetensors, and what a weights file does not need is not run."""
import io
import json
import os
import pathlib
import pickle
import struct
import subprocess
import sys
import tempfile
import types
import zipfile
from array import array

SOURCE = pathlib.Path(os.environ.get("GANVAS_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
CONVERTER = SOURCE / "third_party" / "convert_inception.py"


def fake_torch():
    """Just enough of PyTorch's names for a pickle that looks like one of its files."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    for name in ("FloatStorage", "LongStorage"):
        setattr(torch, name, type(name, (), {"__module__": "torch"}))

    def _rebuild_tensor_v2(*_):
        raise AssertionError("only its name is wanted")

    _rebuild_tensor_v2.__module__, _rebuild_tensor_v2.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
    utils._rebuild_tensor_v2 = _rebuild_tensor_v2
    sys.modules["torch"], sys.modules["torch._utils"] = torch, utils
    return torch, utils


TORCH, UTILS = fake_torch()


class Storage:
    def __init__(self, kind, key, count):
        self.kind, self.key, self.count = kind, key, count


class Tensor:
    """Pickles as PyTorch's tensors do."""

    def __init__(self, storage, shape, stride):
        self.storage, self.shape, self.stride = storage, shape, stride

    def __reduce__(self):
        return UTILS._rebuild_tensor_v2, (self.storage, 0, self.shape, self.stride, False, {})


class Pickler(pickle.Pickler):
    def persistent_id(self, value):
        if isinstance(value, Storage):
            return ("storage", value.kind, value.key, "cpu", value.count)
        return None


def write(path, state, blocks):
    text = io.BytesIO()
    Pickler(text, 2).dump(state)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", text.getvalue())
        archive.writestr("archive/version", "3")
        for key, data in blocks.items():
            archive.writestr("archive/data/" + key, data)


def good_state():
    first = array("f", [float(k % 97) for k in range(32 * 3 * 3 * 3)])
    blocks = {"0": first.tobytes(), "1": bytes(4 * 1008 * 2048), "2": struct.pack("<q", 7)}
    state = {"Conv2d_1a_3x3.conv.weight": Tensor(Storage(TORCH.FloatStorage, "0", 864), (32, 3, 3, 3), (1, 32, 96, 288)),
             "fc.weight": Tensor(Storage(TORCH.FloatStorage, "1", 1008 * 2048), (1008, 2048), (2048, 1)),
             "Conv2d_1a_3x3.bn.num_batches_tracked": Tensor(Storage(TORCH.LongStorage, "2", 1), (), ())}
    return state, blocks, first


def convert(source, target):
    return subprocess.run([sys.executable, CONVERTER, source, target], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True)


def read(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8:8 + length]), data[8 + length:]


class Harm:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch '{self.path}'",)


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="convert-inception-"))
    source, target = folder / "in.pth", folder / "out.safetensors"

    state, blocks, first = good_state()
    write(source, state, blocks)
    done = convert(source, target)
    assert done.returncode == 0, done.stderr
    header, data = read(target)
    assert "Conv2d_1a_3x3.bn.num_batches_tracked" not in header, "counters are left out"
    entry = header["Conv2d_1a_3x3.conv.weight"]
    assert entry["dtype"] == "F32" and entry["shape"] == [32, 3, 3, 3], entry
    values = array("f", data[entry["data_offsets"][0]:entry["data_offsets"][1]])
    # The tensor was stored column by column: element (o, i, y, x) lies at o + 32 i + 96 y + 288 x.
    for place, (o, i, y, x) in {0: (0, 0, 0, 0), 1: (0, 0, 0, 1), 5: (0, 0, 1, 2), 863: (31, 2, 2, 2)}.items():
        assert values[place] == first[o + 32 * i + 96 * y + 288 * x], place

    def refused(what, word):
        target.unlink(missing_ok=True)
        answer = convert(source, target)
        assert answer.returncode != 0 and not target.exists(), what
        assert word in answer.stderr and "Traceback" not in answer.stderr, (what, answer.stderr)

    harm = folder / "harm"
    write(source, {"x": Harm(harm)}, {})
    refused("a pickle that names a function", "system")
    assert not harm.exists(), "the pickle was run"
    state, blocks, _ = good_state()
    blocks["0"] = blocks["0"][:-4]
    write(source, state, blocks)
    refused("a block cut short", "not as long")
    state, blocks, _ = good_state()
    state["Conv2d_1a_3x3.conv.weight"] = Tensor(Storage(TORCH.FloatStorage, "0", 864), (32, 3, 3, 3), (1, 32, 96, 999))
    write(source, state, blocks)
    refused("strides that lead out of the block", "outside")
    state, blocks, _ = good_state()
    del state["fc.weight"]
    write(source, state, blocks)
    refused("another network", "fc.weight")
    source.write_bytes(b"PK\x03\x04 not an archive")
    refused("no archive", "convert_inception.py:")
    source.write_bytes(b"")
    refused("an empty file", "convert_inception.py:")
    print("convert_inception: all well")


if __name__ == "__main__":
    main()
