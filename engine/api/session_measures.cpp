/// What is measured beside training: the live distance with its measures of mode collapse, the checkerboard of each
/// mark, and the attention that a hand points at.
#include <span>

#include "engine/api/session_implementation.h"
#include "engine/metrics/checkerboard.h"
#include "engine/runs/run_files.h"
#include "engine/runs/run_store.h"

namespace ganvas {
namespace {

using SharedDiscriminator = std::shared_ptr<const DiscriminatorModel>;

/// The discriminator that was saved last with what is explored; `known` where it still is that one.
Result<SharedDiscriminator> discriminator_of(const std::string& checkpoint,
                                             const SharedDiscriminator& known) {
    if (checkpoint.empty())
        return Error{ErrorCode::not_found, "no checkpoint holds the discriminator yet", "",
                     "it is there after the first save"};
    std::string newest = checkpoint;
    if (is_run_folder(Path(checkpoint))) {
        const auto files = step_files(checkpoints_folder(Path(checkpoint)), ".safetensors");
        if (files.empty())
            return Error{ErrorCode::not_found, "no checkpoint holds the discriminator yet", "",
                         "it is there after the first save"};
        newest = files.back().second.string();
    }
    if (known && known->path == newest) return known;
    auto opened = open_discriminator(checkpoint);
    if (!opened) return opened.error();
    return std::make_shared<const DiscriminatorModel>(opened.take());
}

/// Fills in the layers, or why there are none; `discriminator` becomes the one that looked.
void look(const LookAtAttention& command, const ExplorerModel& explored, const std::string& checkpoint,
          SharedDiscriminator& discriminator, AttentionResult& result) {
    Result<std::vector<AttentionView>> views = std::vector<AttentionView>();
    auto renderer = renderer_of(explored);
    if (!renderer) {
        views = renderer.error();
    } else if (command.network == NetworkKind::generator) {
        views = (*renderer)->attention(command.point);
    } else if (auto found = discriminator_of(checkpoint, discriminator); !found) {
        views = found.error();
    } else if (auto picture = (*renderer)->render(std::span(&command.point, 1)); !picture) {
        views = picture.error();
    } else {
        discriminator = found.take();
        result.step = discriminator->step;
        views = discriminator_attention(*discriminator, *picture);
    }
    if (!views) {
        result.problem = views.error().line();
        return;
    }
    for (AttentionView& view : *views)
        result.layers.push_back({view.layer, view.height, view.width, std::move(view.weights)});
}

} // namespace

void SessionImplementation::measure_when_due() {
    const Snapshot& now = view_.snapshot;
    if (measuring_ || now.state != TrainingState::running || !loop_ || !data_ || !explored_.model
        || !view_.settings.boolean("measure.live"))
        return;
    if (view_.model.name != "live") return;
    if (!measures_) measures_ = std::make_shared<LiveMeasures>(view_.settings, data_);
    if (!measures_->due(explored_.model->step, now.seconds)) return;
    measuring_ = true;
    const TrainingMoment moment{explored_.model->step, explored_.model->images, now.seconds, now.epoch};
    const auto breaks = now.device.starts_with("cuda") ? nullptr : loop_->breaks();
    const LiveMeasures::Receiver receiver = receiver_of(view_.history_id);
    submit("Measuring Fréchet distance", [measures = measures_, breaks, model = explored_.model, moment,
                                          receiver, over = when_over([](SessionImplementation& session) {
                                                        session.measuring_ = false;
                                                    })](const Progress& progress) {
        return measures->measure(model, moment, breaks.get(), receiver, progress);
    });
}

/// Points join the run of that history, if it is still the one that is open when they come.
LiveMeasures::Receiver SessionImplementation::receiver_of(std::uint64_t history) const {
    const auto joining = [history, arrivals = arrivals_](auto list, auto add) {
        return [=](const auto& point) {
            arrivals->put([=](SessionImplementation& session) {
                if (session.view_.history_id != history) return;
                (session.view_.*list).push_back(point);
                if (session.loop_) (*session.loop_.*add)(point);
            });
        };
    };
    return {joining(&View::distances, &TrainLoop::add_distance),
            joining(&View::diversity, &TrainLoop::add_diversity)};
}

void SessionImplementation::handle(const LookAtCheckerboard& command) {
    if (checking_checkerboard_) {
        check_next_ = command;
        return;
    }
    const SharedBatch generated = command.pictures,
                      data = view_.data ? view_.data->thumbnails : SharedBatch();
    if (!generated || !data || generated->width != data->width || generated->channels != data->channels) {
        view_.checkerboard.reset();
        return;
    }
    checking_checkerboard_ = true;
    auto over = when_over([](SessionImplementation& session) {
        session.checking_checkerboard_ = false;
        if (auto next = std::exchange(session.check_next_, std::nullopt)) session.handle(*next);
    });
    const std::string split = view_.settings.text("data.split");
    CheckerboardFigure figure{.step = command.step,
                              .data = view_.data->source,
                              .split = split == "all" ? "" : split,
                              .size = generated->width,
                              .pictures = generated};
    quiet_->submit("Checkerboard",
                   [figure = std::move(figure), data, arrivals = arrivals_, wake = options_.wake,
                    over = std::move(over)](const Progress&) mutable -> Result<std::string> {
                       const auto measured = checkerboard_ratio(*figure.pictures, *data);
                       if (measured) {
                           figure.ratio = measured->ratio;
                           figure.error = measured->error;
                           figure.count = measured->generated.count;
                       }
                       arrivals->put([figure, ok = measured.ok()](SessionImplementation& session) {
                           session.view_.checkerboard = ok ? std::optional(figure) : std::nullopt;
                       });
                       if (wake) wake();
                       return std::string();
                   });
}

/// The newest point wins: while one is computed, only the last that was asked for waits.
void SessionImplementation::handle(const LookAtAttention& command) {
    if (!explored_.model) return;
    if (looking_) {
        look_next_ = command;
        return;
    }
    looking_ = true;
    auto over = when_over([](SessionImplementation& session) {
        session.looking_ = false;
        if (auto next = std::exchange(session.look_next_, std::nullopt)) session.handle(*next);
    });
    quiet_->submit("Attention",
                   [command, explored = explored_, checkpoint = checkpoint_, discriminator = looked_with_,
                    arrivals = arrivals_, wake = options_.wake,
                    over = std::move(over)](const Progress&) mutable -> Result<std::string> {
                       AttentionResult result;
                       result.point = command.point;
                       result.model_id = explored.model->id;
                       result.network = command.network;
                       result.step = explored.model->step;
                       look(command, explored, checkpoint, discriminator, result);
                       arrivals->put([result = std::move(result),
                                      discriminator = discriminator](SessionImplementation& session) {
                           session.looked_with_ = discriminator;
                           session.view_.attention = result;
                       });
                       if (wake) wake();
                       return std::string();
                   });
}

} // namespace ganvas
