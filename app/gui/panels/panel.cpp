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

void copy_as_command(CommandSink& sink, const ExportLatents& what) {
    const Result<std::string> line = sink.as_command(what);
    if (!line) return sink.say(line.error().line());
    sink.copy_text(*line);
    sink.say("Copied the command");
}

void copy_run_command(CommandSink& sink, const std::string& line) {
    if (line.empty()) return sink.say("The run has no folder yet: it gets one when it begins to train");
    sink.copy_text(line);
    sink.say("Copied the command");
}

void ask_and_export(CommandSink& sink, ExportLatents what, std::string suggestion) {
    FileQuestion question;
    question.kind = FileQuestion::Kind::save_file;
    question.title = "Export";
    question.suggestion = std::move(suggestion);
    switch (what.kind) {
    case ExportKind::animation: question.filters = {"Animations", "*.gif *.webp"}; break;
    case ExportKind::latents: question.filters = {"Latents", "*.safetensors *.csv"}; break;
    default: question.filters = {"Pictures", "*.png"}; break;
    }
    sink.ask_file(std::move(question), [&sink, what = std::move(what)](std::string path) mutable {
        what.path = std::move(path);
        sink.send(what);
    });
}

} // namespace ganvas
