#include "engine/data/fast_jpeg.h"

#ifdef GANVAS_HAS_TURBOJPEG

#include <turbojpeg.h>

#include <memory>

#include "engine/data/picture_checks.h"

namespace ganvas {

bool has_fast_jpeg() { return true; }

std::optional<Image> decode_fast_jpeg(std::span<const std::uint8_t> bytes, const ImageHeader& header) {
    // A picture of several scans is held as coefficients until the last one, whatever it claims to be.
    if (!is_jpeg_of_one_scan(bytes) || (header.channels != 1 && header.channels != 3)) return std::nullopt;
    // Kept by its thread: the fewer allocations, the less the threads wait for each other.
    thread_local const std::unique_ptr<void, int (*)(tjhandle)> decoder(tjInitDecompress(), tjDestroy);
    if (!decoder) return std::nullopt;
    int width = 0, height = 0, sampling = 0, colours = 0;
    const auto size = static_cast<unsigned long>(bytes.size());
    if (tjDecompressHeader3(decoder.get(), bytes.data(), size, &width, &height, &sampling, &colours) != 0)
        return std::nullopt;
    const bool grey = header.channels == 1;
    if (width != header.width || height != header.height || colours != (grey ? TJCS_GRAY : TJCS_YCbCr))
        return std::nullopt;
    Image out(width, height, header.channels);
    if (tjDecompress2(decoder.get(), bytes.data(), size, out.pixels.data(), width, width * header.channels,
                      height, grey ? TJPF_GRAY : TJPF_RGB, TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING)
        != 0)
        return std::nullopt;
    return out;
}

} // namespace ganvas

#else

namespace ganvas {

bool has_fast_jpeg() { return false; }

std::optional<Image> decode_fast_jpeg(std::span<const std::uint8_t>, const ImageHeader&) {
    return std::nullopt;
}

} // namespace ganvas

#endif
