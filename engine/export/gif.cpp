// GIF: animations with a palette for each frame, written with giflib; comments read by walking the blocks.
#include "engine/export/picture.h"

#include <gif_lib.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <utility>

#include "engine/export/damaged_picture.h"
#include "engine/export/film_frames.h"
#include "engine/export/layout.h"
#include "engine/export/palette.h"

namespace ganvas {
namespace {

using Bytes = std::vector<std::uint8_t>;

int write_to_bytes(GifFileType* file, const GifByteType* data, int size) {
    auto& out = *static_cast<Bytes*>(file->UserData);
    out.insert(out.end(), data, data + size);
    return size;
}

struct CloseGif {
    void operator()(GifFileType* file) const {
        int error = 0;
        EGifCloseFile(file, &error);
    }
};
struct FreeColourMap {
    void operator()(ColorMapObject* map) const { GifFreeMapObject(map); }
};

bool put_loop(GifFileType* file) {
    const std::uint8_t forever[3] = {1, 0, 0};
    return EGifPutExtensionLeader(file, APPLICATION_EXT_FUNC_CODE) == GIF_OK
           && EGifPutExtensionBlock(file, 11, "NETSCAPE2.0") == GIF_OK
           && EGifPutExtensionBlock(file, 3, forever) == GIF_OK && EGifPutExtensionTrailer(file) == GIF_OK;
}

bool put_comment(GifFileType* file, const std::string& comment) {
    if (EGifPutExtensionLeader(file, COMMENT_EXT_FUNC_CODE) != GIF_OK) return false;
    for (std::size_t done = 0; done < comment.size(); done += 255) {
        const int count = static_cast<int>(std::min<std::size_t>(255, comment.size() - done));
        if (EGifPutExtensionBlock(file, count, comment.data() + done) != GIF_OK) return false;
    }
    return EGifPutExtensionTrailer(file) == GIF_OK;
}

bool put_frame(GifFileType* file, const IndexedImage& image, int delay) {
    GraphicsControlBlock control{};
    control.DisposalMode = DISPOSE_DO_NOT;
    control.DelayTime = delay;
    control.TransparentColor = NO_TRANSPARENT_COLOR;
    GifByteType extension[4];
    const std::size_t size = EGifGCBToExtension(&control, extension);
    if (EGifPutExtension(file, GRAPHICS_EXT_FUNC_CODE, static_cast<int>(size), extension) != GIF_OK)
        return false;

    const int entries = std::max(2, 1 << GifBitSize(static_cast<int>(image.palette.size())));
    const std::unique_ptr<ColorMapObject, FreeColourMap> map(GifMakeMapObject(entries, nullptr));
    if (!map) return false;
    for (std::size_t i = 0; i < image.palette.size(); ++i)
        map->Colors[i] = {image.palette[i][0], image.palette[i][1], image.palette[i][2]};
    if (EGifPutImageDesc(file, 0, 0, image.width, image.height, false, map.get()) != GIF_OK) return false;
    std::vector<GifPixelType> row(static_cast<std::size_t>(image.width));
    for (int y = 0; y < image.height; ++y) {
        std::memcpy(row.data(), image.indices.data() + static_cast<std::size_t>(y) * image.width, row.size());
        if (EGifPutLine(file, row.data(), image.width) != GIF_OK) return false;
    }
    return true;
}

/// Walks blocks with every step checked against the end.
class GifWalker {
public:
    explicit GifWalker(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
    [[nodiscard]] bool failed() const { return failed_; }
    std::uint8_t byte() {
        if (at_ >= bytes_.size()) {
            failed_ = true;
            return 0;
        }
        return bytes_[at_++];
    }
    void skip(std::size_t count) {
        if (count > bytes_.size() - at_)
            failed_ = true;
        else
            at_ += count;
    }
    /// Length-prefixed pieces up to an empty one.
    std::string sub_blocks() {
        std::string content;
        for (std::uint8_t length = byte(); length != 0 && !failed_; length = byte()) {
            const std::size_t start = at_;
            skip(length);
            if (!failed_) content.append(reinterpret_cast<const char*>(bytes_.data()) + start, length);
        }
        return content;
    }
    void skip_colours(std::uint8_t flags) {
        if ((flags & 0x80) != 0) skip(std::size_t(3) << ((flags & 7) + 1));
    }

private:
    std::span<const std::uint8_t> bytes_;
    std::size_t at_ = 0;
    bool failed_ = false;
};

} // namespace

Result<void> write_gif(const Path& path, const Film& film, const std::string& comment, std::size_t largest) {
    FilmFrames frames(film, path);
    auto first = frames.next();
    if (!first) return first.error();
    const double rate = frames.rate(50);
    Bytes bytes;
    int error = 0;
    std::unique_ptr<GifFileType, CloseGif> file(EGifOpen(&bytes, write_to_bytes, &error));
    const Error failure{ErrorCode::internal, "GIF cannot be made", path.string(), ""};
    if (!file) return failure;
    EGifSetGifVersion(file.get(), true);
    bool good = EGifPutScreenDesc(file.get(), first->width, first->height, 8, 0, nullptr) == GIF_OK
                && put_loop(file.get()) && (comment.empty() || put_comment(file.get(), comment));
    long shown = 0; // hundredths of a second up to the frame: rounding one by one would change the mean rate
    for (std::size_t i = 0; good && i < film.count; ++i) {
        auto frame = i == 0 ? std::move(first) : frames.next();
        if (!frame) return frame.error();
        const long until = std::lround(100.0 * static_cast<double>(i + 1) / rate);
        good = put_frame(file.get(), quantise(with_channels(*frame, 3)), static_cast<int>(until - shown));
        shown = until;
        if (bytes.size() > largest) return frames.too_large(largest);
    }
    file.reset();
    if (!good) return failure;
    return write_file(path, bytes);
}

Result<std::string> read_gif_comment(const Path& path) {
    auto bytes = read_bytes(path, std::size_t(1) << 30);
    if (!bytes) return bytes.error();
    if (bytes->size() < 13 || std::memcmp(bytes->data(), "GIF8", 4) != 0)
        return damaged_export(path, "not a GIF");
    GifWalker walker(*bytes);
    walker.skip(10);
    const std::uint8_t flags = walker.byte();
    walker.skip(2);
    walker.skip_colours(flags);
    std::string comment;
    while (!walker.failed()) {
        const std::uint8_t kind = walker.byte();
        if (kind == 0x3b && !walker.failed()) return comment;
        if (kind == 0x21) {
            const std::uint8_t label = walker.byte();
            std::string content = walker.sub_blocks();
            if (label == 0xfe && comment.empty()) comment = std::move(content);
        } else if (kind == 0x2c) {
            walker.skip(8);
            walker.skip_colours(walker.byte());
            walker.skip(1);
            (void)walker.sub_blocks();
        } else {
            break;
        }
    }
    return damaged_export(path, "GIF is damaged");
}

} // namespace ganvas
