#include "app/gui/panels/panel.h"

namespace ganvas {

std::uint64_t Frame::first_face() const {
    if (explorer.a) return explorer.a->seed;
    return view.sample_seeds.empty() ? explorer.random_seed : view.sample_seeds.front();
}

void LatentAsker::ask(CommandSink& sink, const Frame& frame, std::vector<LatentPoint> points) {
    if (points.empty() || !frame.has_model()) return;
    // Newer weights are asked for by whoever is drawn: a panel behind a tab, or a minimised window, costs nothing.
    const std::uint64_t model = frame.view.model.id;
    if (points == last_ && model == last_model_) return;
    last_ = points;
    last_model_ = model;
    LatentRequest request;
    request.channel = channel_;
    request.follow_model = false;
    request.points = std::move(points);
    sink.request(std::move(request));
}

} // namespace ganvas
