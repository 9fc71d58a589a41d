#!/usr/bin/env python3
"""Writes the weights of the Inception-v3 that FID is defined on as safetensors, with Python's standard library only.

    convert_inception.py IN.pth OUT.safetensors

IN is the published `pt_inception-2015-12-05-6726825d.pth` (or torch-fidelity's copy of it), which you bring yourself;
then `ganvas eval … --extractor inception --weights OUT.safetensors` measures FID. IN is PyTorch's file format of today
(a zip archive with one pickle) or of before 2020. A pickle may name any function to call, so the reader knows exactly
the few names that a state dictionary needs and refuses every other; nothing of the file is run. OUT holds each tensor
as contiguous float32 under its original name; the counters of the batch norms are left out.
"""
import os
import sys
import zipfile

from convert_lite0 import ELEMENT_SIZES, AllowListUnpickler, Storage, read_state, write_safetensors

LARGEST_STORAGE = 1 << 30  # bytes; the largest of Inception-v3 is 8 MB
SIGNS = {"Conv2d_1a_3x3.conv.weight": (32, 3, 3, 3), "fc.weight": (1008, 2048)}


class ZipUnpickler(AllowListUnpickler):
    def persistent_load(self, identifier):
        if len(identifier) != 5:
            raise ValueError("unknown kind of stored object")
        tag, kind, key, _location, count = identifier
        if tag != "storage" or kind not in ELEMENT_SIZES or not isinstance(key, str) or not isinstance(count, int):
            raise ValueError("unknown kind of stored object")
        return self.storages.setdefault(key, Storage(kind, count))


def read_zip_state(path):
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith("/data.pkl")]
        if len(names) != 1:
            raise ValueError("not a PyTorch file: it should hold one data.pkl")
        folder = names[0][: -len("data.pkl")]
        order = folder + "byteorder"
        if order in archive.namelist() and archive.read(order) != b"little":
            raise ValueError("written on a big-endian machine")
        storages = {}
        with archive.open(names[0]) as file:
            state = ZipUnpickler(file, storages).load()
        for key, storage in storages.items():
            size = storage.count * ELEMENT_SIZES[storage.kind]
            member = archive.getinfo(folder + "data/" + key)
            if size > LARGEST_STORAGE or member.file_size != size:
                raise ValueError("a stored block is not as long as the file says")
            storage.data = archive.read(member)
    return state


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        state = read_zip_state(sys.argv[1]) if zipfile.is_zipfile(sys.argv[1]) else read_state(sys.argv[1])
        tensors = {name: t for name, t in state.items() if t.storage.kind == "FloatStorage"}
        for name, size in SIGNS.items():
            if name not in tensors or tensors[name].size != size:
                raise ValueError(f"this is not the Inception-v3 of FID: {name} should be {size}")
        write_safetensors(sys.argv[2], tensors, {"source": os.path.basename(sys.argv[1])})
    except Exception as error:  # a foreign file can break in any way; it is told in one line, and nothing is written
        sys.exit(f"convert_inception.py: {sys.argv[1]}: {error}")


if __name__ == "__main__":
    main()
