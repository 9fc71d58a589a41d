/// What self-attention looks at from the pixel below the pointer, drawn over a picture: bright where it looks.
///
/// UI thread, inside an ImGui window. Either network's: the generator's while it makes the picture, or the discriminator's
/// when it is shown that picture. Asks for a point's attention only while the pointer is on the picture, so it costs
/// nothing until then; nothing is drawn until the answer for this point and these weights is there.
#pragma once

#include "app/gui/panels/panel.h"
#include "app/gui/widgets/zoom_tile.h"

namespace ganvas {

class AttentionOverlay {
public:
    /// A button that goes through the layers and off, and one for G or D where both networks have self-attention;
    /// nothing for models without.
    void control(const Frame& frame);
    /// After the picture's zoom_tile: `point` is what it shows. True while the pointer asks for attention there.
    bool draw(const Frame& frame, CommandSink& sink, const ZoomView& view, const LatentPoint& point);

private:
    void choose_network(const Frame& frame); ///< one that has self-attention
    void veil(const Frame& frame, const AttentionLayer& layer, const ZoomView& view) const;
    void caption(const Frame& frame, const AttentionResult& known) const;

    NetworkKind network_ = NetworkKind::generator;
    std::size_t layer_ = 0; ///< index into the answer's layers; beyond them: off
    LatentPoint asked_;
    std::uint64_t asked_model_ = 0;
    NetworkKind asked_network_ = NetworkKind::generator;
};

/// Whether the model in the explorer has self-attention in either network.
[[nodiscard]] bool has_attention(const Frame& frame);

} // namespace ganvas
