/// GlImageDrawer: pictures as textures, for panels that know nothing of OpenGL.
///
/// UI thread with the context current; owns its textures and programs, and must be destroyed before the window. A
/// batch becomes one texture, uploaded once in its life; textures of batches that nobody holds any more, and the
/// least recently drawn beyond a budget, are let go at the end of a frame.
#pragma once

#include <map>
#include <memory>
#include <tuple>

#include "app/gui/gl/texture.h"
#include "app/gui/panels/panel.h"

namespace ganvas {

class GlImageDrawer final : public ImageDrawer {
public:
    /// Reads the shaders below assets_folder(); an error names the file.
    [[nodiscard]] static Result<std::unique_ptr<GlImageDrawer>> create();

    TextureRegion picture(const SharedBatch& batch, int index) override;
    std::vector<TextureRegion> blend(const SharedBatch& a, int index_a, const SharedBatch& b, int index_b,
                                     double first, double last, int count) override;
    TextureRegion difference(const SharedBatch& a, int index_a, const SharedBatch& b, int index_b,
                             const SharedBatch& c, int index_c, double alpha, double gain) override;

    /// Once a frame, after it was drawn.
    void end_frame();
    [[nodiscard]] std::int64_t uploads() const { return uploads_; }

private:
    GlImageDrawer(gl::Program blend, gl::Program difference);

    struct BatchTexture {
        std::weak_ptr<const ImageBatch> batch;
        gl::Texture texture;
        int rows_in_column = 1; ///< pictures one below another, then the next column
        std::int64_t last_frame = 0;
    };
    /// What a painted texture was painted from; the batches are held weakly by their textures.
    using PaintKey = std::tuple<const void*, int, const void*, int, const void*, int, double, double, int>;
    struct Painted {
        gl::Texture texture;
        std::int64_t last_frame = 0;
        std::weak_ptr<const ImageBatch> a, b;
    };

    BatchTexture* texture_of(const SharedBatch& batch);
    Painted* painted(const PaintKey& key, const SharedBatch& a, const SharedBatch& b, int width, int height,
                     bool& fresh);
    [[nodiscard]] static std::pair<int, int> corner(const BatchTexture& entry, const ImageBatch& batch,
                                                    int index);

    std::map<const ImageBatch*, BatchTexture> batches_;
    std::map<PaintKey, Painted> painted_;
    std::vector<gl::Texture> spare_; ///< of pictures that went; a moving slider needs the same size again
    gl::Program blend_, difference_;
    gl::Painter painter_;
    std::int64_t frame_ = 0, uploads_ = 0;
    int largest_side_;
};

} // namespace ganvas
