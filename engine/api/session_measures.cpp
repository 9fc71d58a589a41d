/// What is measured beside training: the live distance with its measures of mode collapse, the checkerboard of each
/// mark, and the attention that a hand points at.
#include "engine/api/session_implementation.h"
#include "engine/metrics/checkerboard.h"

namespace ganvas {
namespace {

/// Of the share of time that measuring may take: the distance's part, and what the measures of mode collapse get.
constexpr double distance_part = 0.8;

MonitorOptions distance_options(const Settings& settings) {
    MonitorOptions options;
    options.extractor = settings.text("measure.extractor");
    options.count = settings.integer("measure.count");
    options.share = settings.real("measure.share") * distance_part;
    return options;
}

DiversityOptions diversity_options(const Settings& settings) {
    DiversityOptions options;
    options.extractor = settings.text("measure.extractor");
    options.count = std::min<std::int64_t>(options.count, settings.integer("measure.count"));
    options.share = settings.real("measure.share") * (1 - distance_part);
    return options;
}

} // namespace

void SessionImplementation::measure_when_due() {
    const Snapshot& now = view_.snapshot;
    if (measuring_ || now.state != TrainingState::running || !data_ || !explored_.model
        || !view_.settings.boolean("measure.live"))
        return;
    if (view_.model.name != "live") return;
    if (!monitor_) {
        monitor_ = std::make_shared<DistanceMonitor>(distance_options(view_.settings), data_);
        diversity_monitor_ = std::make_shared<DiversityMonitor>(diversity_options(view_.settings), data_);
    }
    if (!monitor_->due(now.seconds)) return;
    measuring_ = true;
    const TrainingMoment moment{explored_.model->step, explored_.model->images, now.seconds, now.epoch};
    submit("Measuring Fréchet distance",
           [monitor = monitor_, diversity = diversity_monitor_, explored = explored_, moment,
            history = view_.history_id,
            arrivals = arrivals_](const Progress& progress) -> Result<std::string> {
               auto renderer = renderer_of(explored);
               const ImageSource samples = renderer ? sample_images(**renderer, 1'000'000) : ImageSource{};
               Result<DistancePoint> point = renderer ? monitor->measure(samples, moment, progress)
                                                      : Result<DistancePoint>(renderer.error());
               // The same cadence, as long as its own part of the time allows it.
               Result<DiversityPoint> spread = Error{ErrorCode::not_found, "not due", "", ""};
               const bool due = point && diversity && diversity->due(moment.seconds);
               if (due) spread = diversity->measure(samples, moment, progress);
               arrivals->put([point, spread, history](SessionImplementation& session) {
                   session.measuring_ = false;
                   if (session.view_.history_id != history || !point) return;
                   session.view_.distances.push_back(*point);
                   if (session.loop_) session.loop_->add_distance(*point);
                   if (spread) session.view_.diversity.push_back(*spread);
               });
               if (!point) return point.error();
               if (due && !spread) return spread.error();
               return std::to_string(point->value);
           });
}

/// The newest mark against as many pictures of the data, once for each mark; marks that come meanwhile are passed over.
void SessionImplementation::measure_checkerboard() {
    if (checking_checkerboard_ || view_.samples.empty() || !view_.data || !view_.data->thumbnails) return;
    const SampleMark& mark = view_.samples.back();
    const SharedBatch generated = mark.images_batch, data = view_.data->thumbnails;
    if (!generated || generated == checkerboard_of_) return;
    checkerboard_of_ = generated;
    if (generated->width != data->width || generated->channels != data->channels) {
        view_.checkerboard.reset();
        return;
    }
    checking_checkerboard_ = true;
    quiet_->submit("Checkerboard",
                   [generated, data, step = mark.step, arrivals = arrivals_,
                    wake = options_.wake](const Progress&) -> Result<std::string> {
                       const auto measured = checkerboard_ratio(*generated, *data);
                       arrivals->put([measured, generated, step](SessionImplementation& session) {
                           session.checking_checkerboard_ = false;
                           if (session.checkerboard_of_ != generated)
                               return; // another run or other data since
                           session.view_.checkerboard.reset();
                           if (measured)
                               session.view_.checkerboard = CheckerboardFigure{
                                   measured->ratio, measured->error, measured->generated.count, step};
                       });
                       if (wake) wake();
                       return std::string();
                   });
}

/// The newest point wins: while one is computed, only the last that was asked for waits.
void SessionImplementation::handle(const LookAtAttention& command) {
    if (!explored_.model) return;
    if (looking_) {
        look_next_ = command.point;
        return;
    }
    looking_ = true;
    quiet_->submit(
        "Attention",
        [point = command.point, explored = explored_, arrivals = arrivals_,
         wake = options_.wake](const Progress&) -> Result<std::string> {
            AttentionResult result{point, explored.model->id, {}};
            auto renderer = renderer_of(explored);
            auto views = renderer ? (*renderer)->attention(point)
                                  : Result<std::vector<AttentionView>>(renderer.error());
            if (views)
                for (AttentionView& view : *views)
                    result.layers.push_back({view.layer, view.height, view.width, std::move(view.weights)});
            arrivals->put([result = std::move(result)](SessionImplementation& session) {
                session.looking_ = false;
                session.view_.attention = result;
                if (auto next = std::exchange(session.look_next_, std::nullopt))
                    session.handle(LookAtAttention{*next});
            });
            if (wake) wake();
            return std::string();
        });
}

} // namespace ganvas
