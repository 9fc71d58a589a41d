#include "tests/fuzz/mutation.h"

#include <algorithm>
#include <array>

#include "engine/core/random.h"

namespace ganvas::fuzz {
namespace {

/// Draws one after another from the stream of one mutation.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : seed_(seed) {}
    std::size_t below(std::size_t bound) { return bound == 0 ? 0 : random_below(seed_, next_++, bound); }

private:
    std::uint64_t seed_;
    std::uint64_t next_ = 0;
};

void insert(Bytes& file, std::size_t at, View piece) {
    file.insert(file.begin() + static_cast<std::ptrdiff_t>(at), piece.begin(), piece.end());
}

/// A part of `from`, at most 64 bytes.
Bytes part(const Bytes& from, Dice& dice) {
    const std::size_t at = dice.below(from.size());
    const std::size_t size = std::min(from.size() - at, 1 + dice.below(64));
    return {from.begin() + static_cast<std::ptrdiff_t>(at),
            from.begin() + static_cast<std::ptrdiff_t>(at + size)};
}

/// Numbers at which sizes and counts break, in either byte order.
void put_number(Bytes& file, Dice& dice) {
    static constexpr std::array<std::uint64_t, 12> odd = {
        0,    1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fffffffffffffff,
        ~0ull};
    const std::size_t size = std::size_t(1) << dice.below(4);
    if (file.size() < size) return;
    const std::size_t at = dice.below(file.size() - size + 1);
    const std::uint64_t value = odd[dice.below(odd.size())] + dice.below(3) - 1;
    const bool big = dice.below(2) == 0;
    for (std::size_t k = 0; k < size; ++k)
        file[at + k] = static_cast<std::uint8_t>(value >> 8 * (big ? size - 1 - k : k));
}

void change(Bytes& file, const FuzzTarget& target, const std::vector<Bytes>& seeds, Dice& dice) {
    const std::size_t at = dice.below(file.size());
    switch (dice.below(9)) {
    case 0:
        if (!file.empty()) file[at] ^= static_cast<std::uint8_t>(1 << dice.below(8));
        break;
    case 1:
        if (!file.empty()) file[at] = static_cast<std::uint8_t>(dice.below(256));
        break;
    case 2: file.resize(at); break;
    case 3: put_number(file, dice); break;
    case 4: insert(file, at, part(seeds[dice.below(seeds.size())], dice)); break;
    case 5:
        insert(file, at,
               bytes_of(target.words.empty() ? "0" : target.words[dice.below(target.words.size())]));
        break;
    case 6: { // a part is taken out
        const std::size_t size = std::min(file.size() - at, 1 + dice.below(32));
        file.erase(file.begin() + static_cast<std::ptrdiff_t>(at),
                   file.begin() + static_cast<std::ptrdiff_t>(at + size));
        break;
    }
    case 7: { // a part comes many times
        const Bytes piece = part(file, dice);
        for (std::size_t k = dice.below(64); k > 0 && file.size() < target.longest; --k)
            insert(file, at, piece);
        break;
    }
    case 8: // a digit becomes another
        for (std::size_t k = at; k < file.size(); ++k)
            if (file[k] >= '0' && file[k] <= '9') {
                file[k] = static_cast<std::uint8_t>('0' + dice.below(10));
                break;
            }
        break;
    }
}

} // namespace

Bytes mutation(const FuzzTarget& target, const std::vector<Bytes>& seeds, std::uint64_t index) {
    Dice dice(mix_bits(index));
    Bytes file = seeds[dice.below(seeds.size())];
    for (std::size_t k = 1 + dice.below(6); k > 0; --k) change(file, target, seeds, dice);
    if (target.repair != nullptr && dice.below(4) != 0) target.repair(file);
    return file;
}

} // namespace ganvas::fuzz
