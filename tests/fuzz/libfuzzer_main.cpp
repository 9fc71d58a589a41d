// One target as libFuzzer wants it; GANVAS_FUZZ_TARGET names it. See docs/hostile-input.md.
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/memory_file.h"

using ganvas::fuzz::Bytes;
using ganvas::fuzz::FuzzTarget;
using ganvas::fuzz::View;

namespace {

const FuzzTarget& the_target() {
    static const FuzzTarget& target = *ganvas::fuzz::find_target(GANVAS_FUZZ_TARGET);
    return target;
}

} // namespace

extern "C" {

std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

int LLVMFuzzerInitialize(int*, char***) {
    ganvas::fuzz::MemoryFile::prepare();
    return 0;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ganvas::fuzz::read_within_memory(the_target(), View(data, size));
    return 0;
}

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                    unsigned int seed) {
    size = LLVMFuzzerMutate(data, size, most);
    if (the_target().repair == nullptr || seed % 4 == 0) return size;
    Bytes file(data, data + size);
    the_target().repair(file);
    if (file.size() > most) return size;
    std::memcpy(data, file.data(), file.size());
    return file.size();
}

} // extern "C"
