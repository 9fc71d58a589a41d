#!/usr/bin/env python3
"""Writes the EfficientNet-Lite0 weights as safetensors, with Python's standard library only.

    convert_lite0.py IN.pth OUT.safetensors

IN is a state dictionary in PyTorch's file format of before 2020 (pickles one after another, then the raw
storages). A pickle may name any function to call, so the reader below knows exactly the four names that such a
file needs and refuses every other. OUT holds each tensor as contiguous float32 (counters, which are int64, are
left out) under its original name.
"""
import array
import collections
import json
import os
import pickle
import struct
import sys

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
ELEMENT_SIZES = {"FloatStorage": 4, "LongStorage": 8}


class Storage:
    """One block of numbers; its bytes are read after the pickles."""

    def __init__(self, kind, count):
        self.kind, self.count, self.data = kind, count, None


class Tensor:
    def __init__(self, storage, offset, size, stride):
        self.storage, self.offset, self.size, self.stride = storage, offset, tuple(size), tuple(stride)

    def bytes(self):
        """The elements in row-major order (the file has some filters in another)."""
        width = ELEMENT_SIZES[self.storage.kind]
        places = [self.offset]
        for extent, stride in zip(self.size, self.stride):
            steps = [index * stride for index in range(extent)]
            places = [place + step for place in places for step in steps]
        if not places or min(places) < 0 or max(places) >= self.storage.count:
            raise ValueError("a tensor reaches outside its storage")
        if places == list(range(self.offset, self.offset + len(places))):
            return self.storage.data[self.offset * width:(self.offset + len(places)) * width]
        elements = array.array("f", self.storage.data)
        return array.array("f", map(elements.__getitem__, places)).tobytes()


def rebuild_tensor(storage, offset, size, stride, _requires_grad, _hooks):
    return Tensor(storage, offset, size, stride)


class AllowListUnpickler(pickle.Unpickler):
    ALLOWED = {
        ("collections", "OrderedDict"): collections.OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): rebuild_tensor,
        ("torch", "FloatStorage"): "FloatStorage",
        ("torch", "LongStorage"): "LongStorage",
    }

    def __init__(self, file, storages):
        super().__init__(file)
        self.storages = storages

    def find_class(self, module, name):
        try:
            return self.ALLOWED[(module, name)]
        except KeyError:
            raise pickle.UnpicklingError(f"the file asks for {module}.{name}, which weights do not need") from None

    def persistent_load(self, identifier):
        tag, kind, key, _location, count, view = identifier
        if tag != "storage" or kind not in ELEMENT_SIZES or view is not None:
            raise pickle.UnpicklingError("unknown kind of stored object")
        return self.storages.setdefault(key, Storage(kind, count))


def read_state(path):
    with open(path, "rb") as file:
        storages = {}

        def load():
            return AllowListUnpickler(file, storages).load()

        if load() != MAGIC or load() != PROTOCOL:
            raise ValueError("not a PyTorch file of the expected kind")
        if not load()["little_endian"]:
            raise ValueError("written on a big-endian machine")
        state = load()
        for key in load():
            storage = storages[key]
            (count,) = struct.unpack("<q", file.read(8))
            size = count * ELEMENT_SIZES[storage.kind]
            storage.data = file.read(size)
            if count != storage.count or len(storage.data) != size:
                raise ValueError("the file is cut short")
        if file.read(1):
            raise ValueError("there is more in the file than it declares")
    return state


def write_safetensors(path, tensors, metadata):
    header, chunks, position = {"__metadata__": metadata}, [], 0
    for name, tensor in tensors.items():
        data = tensor.bytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.size), "data_offsets": [position, position + len(data)]}
        chunks.append(data)
        position += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path + ".partial", "wb") as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        file.writelines(chunks)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".partial", path)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    state = read_state(sys.argv[1])
    tensors = {name: t for name, t in state.items() if t.storage.kind == "FloatStorage"}
    write_safetensors(sys.argv[2], tensors, {"source": os.path.basename(sys.argv[1])})


if __name__ == "__main__":
    main()
