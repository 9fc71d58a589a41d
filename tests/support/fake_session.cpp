#include "tests/support/fake_session.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/api/pictures.h"
#include "engine/core/random.h"

namespace ganvas::testing {
namespace {

std::vector<LatentPoint> faces(const std::vector<std::uint64_t>& seeds) {
    std::vector<LatentPoint> points;
    for (const std::uint64_t seed : seeds) {
        LatentPoint point;
        point.from = LatentSum::face(seed);
        points.push_back(std::move(point));
    }
    return points;
}

TrainingPoint loss_at(std::int64_t step) {
    const auto index = static_cast<std::uint64_t>(step);
    const double time = static_cast<double>(step) / 900;
    TrainingPoint point;
    point.step = step;
    point.images = step * 64;
    point.seconds = static_cast<double>(step) * 0.2;
    point.epoch = static_cast<double>(point.images) / 8192;
    point.discriminator_loss =
        static_cast<float>(0.6 + 0.6 * std::exp(-time) + 0.08 * random_normal(3, index));
    point.generator_loss = static_cast<float>(1.1 + 0.5 * std::sin(time) + 0.15 * random_normal(4, index));
    point.real_score = static_cast<float>(std::clamp(0.68 + 0.05 * random_normal(5, index), 0.0, 1.0));
    point.fake_score = static_cast<float>(std::clamp(0.31 + 0.05 * random_normal(6, index), 0.0, 1.0));
    return point;
}

DistancePoint distance_at(std::int64_t step) {
    DistancePoint point;
    point.step = step;
    point.images = step * 64;
    point.seconds = static_cast<double>(step) * 0.2;
    point.epoch = static_cast<double>(point.images) / 8192;
    point.value = 40 + 260 * std::exp(-static_cast<double>(step) / 700)
                  + 4 * random_normal(8, static_cast<std::uint64_t>(step));
    point.deviation = 2.5;
    point.resamples = 4;
    point.count = 2048;
    point.extractor = "lite0-96";
    point.data = "faces";
    return point;
}

void fill_model(View& view) {
    view.model.id = 1;
    view.model.name = "shipped faces";
    view.model.shipped = true;
    view.model.checkpoint = "checkpoints/faces.safetensors";
    view.model.step = 12000;
    view.model.latent_size = 100;
    view.model.image_size = 64;
    view.model.channels = 3;
    view.model.principal_axes = 10;
    for (std::uint64_t seed = 1; seed <= 64; ++seed) view.sample_seeds.push_back(seed);
    const std::vector<std::string> names = {"Smiling", "Eyeglasses",  "Blond_Hair",
                                            "Bangs",   "Wearing_Hat", "Male"};
    for (std::size_t index = 0; index < names.size(); ++index) {
        AttributeCard card;
        card.name = names[index];
        card.classifier_accuracy = 0.97 - 0.03 * static_cast<double>(index);
        card.base_rate = 0.6;
        card.flipped = 0.82 - 0.15 * static_cast<double>(index);
        card.works = card.flipped > 0.3;
        for (std::size_t other = 0; other < names.size(); ++other)
            card.moved.push_back(other == index ? 0.7 : 0.05 * random_normal(9, index * 7 + other));
        view.attributes.push_back(std::move(card));
    }
}

void fill_data(View& view, std::int64_t images) {
    DataSummary data;
    data.source = "faces";
    data.images = images;
    data.channels = 3;
    data.width = data.height = 64;
    data.attribute_names = {"Smiling", "Eyeglasses", "Blond_Hair", "Bangs", "Wearing_Hat", "Male"};
    for (std::size_t index = 0; index < data.attribute_names.size(); ++index)
        data.attribute_counts.push_back(images / static_cast<std::int64_t>(index + 2));
    std::vector<std::uint64_t> seeds;
    for (std::uint64_t seed = 1001; seed <= 1064; ++seed) seeds.push_back(seed);
    data.thumbnails = fake_pictures(faces(seeds), 64, 3, 1);
    data.open_seconds = 0.4;
    view.data = std::move(data);
}

void fill_huge(View& view) {
    const std::string long_name(300, 'w');
    view.data->source = "/a/very/long/path/" + long_name + "/faces.tar.gz";
    view.data_source = view.data->source;
    view.data->images = 202599;
    for (int index = 0; index < 1000; ++index)
        view.data->skipped_files.emplace_back(long_name + std::to_string(index) + ".jpg",
                                              "the file ends in the middle of the picture");
    view.data->skipped = 123456;
    for (int index = 0; index < 1000; ++index) {
        view.data->class_names.push_back("class " + std::to_string(index) + (index % 7 ? "" : long_name));
        view.data->class_counts.push_back(index * 13);
    }
    for (int index = 0; index < 40; ++index) {
        AttributeCard card = view.attributes[static_cast<std::size_t>(index % 6)];
        card.name = "Attribute_With_A_Long_Name_" + std::to_string(index);
        view.attributes.push_back(std::move(card));
    }
    for (int index = 0; index < 200; ++index) {
        JobStatus job;
        job.id = static_cast<std::uint64_t>(index + 1);
        job.title = "Measuring Fréchet distance " + (index % 11 ? std::to_string(index) : long_name);
        job.detail = "4,100 of 10,000 images";
        job.fraction = index % 100 / 100.0;
        job.seconds = 12.5 * index;
        job.state = static_cast<JobState>(index % 5);
        if (job.state == JobState::failed) job.result = "no space left on the device (/tmp/x): free some";
        view.jobs.push_back(std::move(job));
        Notice notice;
        notice.id = static_cast<std::uint64_t>(index + 1);
        notice.level = static_cast<NoticeLevel>(index % 3);
        notice.text = index % 17 ? "checkpoint damaged, the one before is used" : long_name;
        notice.time = index;
        view.notices.push_back(std::move(notice));
        RunCard run;
        run.folder = "/home/someone/ganvas/runs/" + (index % 13 ? "run-" + std::to_string(index) : long_name);
        run.name = run.folder.substr(26);
        run.recipe = "quick";
        run.data = "faces";
        run.modified = "2026-11-24 09:12";
        run.step = 100000 * index;
        run.best_distance = index % 4 ? 45.2 : -1;
        run.resumable = index % 2 == 0;
        run.thumbnail = fake_pictures(faces({static_cast<std::uint64_t>(index)}), 64, 3, 1);
        view.runs.push_back(std::move(run));
    }
}

} // namespace

FakeSession::FakeSession(FakeContent content) {
    view.recipe = "quick";
    view.recipes = {"quick", "dcgan"};
    view.data_source = "faces";
    view.snapshot.device = "cpu";
    view.snapshot.precision = "bfloat16";
    view.snapshot.threads = 2;
    view.snapshot.resident_bytes = 1'100'000'000;
    if (content == FakeContent::empty) return;
    fill_model(view);
    fill_data(view, 8192);
    RunCard run;
    run.folder = "/home/someone/ganvas/runs/2026-11-24-faces";
    run.name = "2026-11-24-faces";
    run.recipe = "quick";
    run.data = "faces";
    run.modified = "today 09:12";
    run.step = 1840;
    run.images = 117760;
    run.best_distance = 61.5;
    run.resumable = true;
    run.thumbnail = fake_pictures(faces({5}), 64, 3, 1);
    view.runs.push_back(run);
    view.history_id = 1;
    if (content == FakeContent::small) {
        train(400);
        return;
    }
    fill_huge(view);
    for (std::int64_t step = 1; step <= 1'000'000; ++step) view.losses.push_back(loss_at(step));
    for (std::int64_t step = 100; step <= 1'000'000; step += 100) view.distances.push_back(distance_at(step));
    const SharedBatch one = fake_pictures(faces(view.sample_seeds), 64, 3, 1);
    for (int mark = 0; mark < 512; ++mark)
        view.samples.push_back({mark * 2000, mark * 128000, mark * 400.0, one});
    view.snapshot.step = 1'000'000;
    view.snapshot.images = 64'000'000;
    view.snapshot.epoch = 7812.5;
    view.snapshot.images_per_second = 1234567;
    view.snapshot.seconds_left = 360000;
    view.snapshot.device = "cuda: NVIDIA Some Very Large Card With A Long Name 9999 SUPER Ti";
    view.snapshot.device_bytes = 139'000'000'000;
}

void FakeSession::set_state(TrainingState state) {
    view.snapshot.state = state;
    view.snapshot.message = state == TrainingState::failed ? "out of memory: use a smaller batch" : "";
    if (state == TrainingState::running) view.snapshot.images_per_second = 310;
}

void FakeSession::train(int steps) {
    Snapshot& now = view.snapshot;
    for (int step = 0; step < steps; ++step) {
        ++now.step;
        now.images = now.step * 64;
        now.epoch = static_cast<double>(now.images) / 8192;
        now.seconds = static_cast<double>(now.step) * 0.2;
        view.losses.push_back(loss_at(now.step));
        if (now.step % 50 == 0) view.distances.push_back(distance_at(now.step));
        if (now.step % 40 == 0) {
            const double age = std::clamp(static_cast<double>(now.step) / 360, 0.1, 1.0);
            view.samples.push_back(
                {now.step, now.images, now.seconds, fake_pictures(faces(view.sample_seeds), 64, 3, age)});
        }
    }
    now.target_steps = 2000;
    now.seconds_left = 192;
}

/// Two classes more than a small grid needs, so that the class grid is whole and the lists are short.
void FakeSession::give_classes() {
    view.model.classes = 10;
    view.model.class_names = {"T-shirt", "Trouser", "Pullover", "Dress", "Coat",
                              "Sandal",  "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
}

void FakeSession::add_run(const std::string& name) {
    RunCard run = view.runs.front();
    run.folder = "/home/someone/ganvas/runs/" + name;
    run.name = name;
    run.thumbnail = fake_pictures(faces({view.runs.size() + 40}), 64, 3, 1);
    RunDetails details;
    details.best = distance_at(400);
    for (const std::int64_t step : {200, 400, 600})
        details.checkpoints.push_back(
            {run.folder + "/checkpoints/step-" + std::to_string(step) + ".safetensors", step, step == 400});
    view.run_details[run.folder] = details;
    view.runs.push_back(std::move(run));
}

void FakeSession::obey_runs(const Command& command) {
    if (const auto* tag = std::get_if<TagRun>(&command)) view.run_details[tag->folder].tags = tag->tags;
    if (const auto* compare = std::get_if<CompareRuns>(&command)) {
        RunComparison comparison;
        comparison.id = commands.size();
        for (std::uint64_t k = 0; k < 16; ++k) comparison.seeds.push_back(compare->seed + k);
        const std::array<std::string, 2> folders = {compare->first, compare->second};
        for (std::size_t side = 0; side < 2; ++side) {
            ComparedRun& run = comparison.runs[side];
            run.folder = folders[side];
            run.name = run.folder.substr(run.folder.rfind('/') + 1);
            run.step = side ? 900 : 400;
            for (std::int64_t step = 1; step <= run.step; ++step) {
                run.losses.push_back(loss_at(step + static_cast<std::int64_t>(side) * 500));
                run.losses.back().step = step;
                if (step % 50 == 0) run.distances.push_back(distance_at(step));
            }
            if (side) run.distances.front().extractor = "lite0";
            run.pictures = fake_pictures(faces(comparison.seeds), 64, 3, side ? 1 : 0.6);
        }
        view.comparison = std::move(comparison);
    }
    if (const auto* fork = std::get_if<PlanFork>(&command)) {
        view.fork = ForkPlan{fork->checkpoint, "/home/someone/ganvas/runs/parent", "parent", 400};
        set_state(TrainingState::empty);
    }
    if (std::holds_alternative<NewRun>(command) || std::holds_alternative<StartTraining>(command))
        view.fork.reset();
}

/// Each place looks at its mirror image most, and a little at all others; the discriminator's at its own.
void FakeSession::look(const LookAtAttention& command) {
    constexpr int side = 8, places = side * side;
    const bool generator = command.network == NetworkKind::generator;
    AttentionLayer layer{generator ? 3 : 2, side, side, std::vector<float>(places * places, 0.001f)};
    for (int place = 0; place < places; ++place)
        layer.weights[static_cast<std::size_t>(place * places + (generator ? places - 1 - place : place))] =
            0.937f;
    view.attention = AttentionResult{command.point, view.model.id, {std::move(layer)}, command.network};
    view.attention->step = view.model.step;
    if (!generator && !attention_problem.empty()) {
        view.attention->layers.clear();
        view.attention->problem = attention_problem;
    }
}

void FakeSession::send(Command command) {
    commands.push_back(command);
    obey_runs(command);
    obey_studies(command);
    if (const auto* pointed = std::get_if<LookAtAttention>(&command)) look(*pointed);
    if (const auto* wanted = std::get_if<ReadPicture>(&command)) {
        auto image = read_picture(wanted->path, view.model.image_size, view.model.channels);
        if (image) {
            auto batch = std::make_shared<ImageBatch>();
            *batch = {1, image->height, image->width, image->channels, image->pixels};
            read_.push_back({wanted->id, wanted->path, batch});
        } else {
            view.notices.push_back({view.notices.size() + 1, NoticeLevel::error, image.error().line(), 0});
        }
    }
    const TrainingState state = view.snapshot.state;
    if (std::holds_alternative<StartTraining>(command) && allowed(state, TrainingAction::start))
        set_state(TrainingState::running);
    if (std::holds_alternative<ResumeTraining>(command) && allowed(state, TrainingAction::resume))
        set_state(TrainingState::running);
    if (std::holds_alternative<ContinueRun>(command) && allowed(state, TrainingAction::open))
        set_state(TrainingState::running);
    if (std::holds_alternative<PauseTraining>(command) && allowed(state, TrainingAction::pause))
        set_state(TrainingState::paused);
    if (std::holds_alternative<StopTraining>(command) && allowed(state, TrainingAction::stop))
        set_state(TrainingState::finished);
    if (std::holds_alternative<StepTraining>(command) && allowed(state, TrainingAction::step))
        train(std::get<StepTraining>(command).steps);
    if (const auto* change = std::get_if<ChangeSetting>(&command)) {
        const auto changed = view.settings.set(change->key, std::string_view(change->value));
        if (!changed)
            view.notices.push_back({view.notices.size() + 1, NoticeLevel::error, changed.error().line(), 0});
    }
    if (const auto* recipe = std::get_if<UseRecipe>(&command)) view.recipe = recipe->name;
    if (const auto* data = std::get_if<OpenData>(&command)) {
        view.data_source = data->source;
        if (view.data) view.data->source = data->source;
    }
    if (const auto* target = std::get_if<SetTarget>(&command)) {
        view.snapshot.target_steps = target->steps;
        view.snapshot.target_seconds = target->minutes * 60;
        view.snapshot.target_epochs = target->epochs;
        view.snapshot.target_images = target->images;
    }
    if (const auto* dismiss = std::get_if<DismissNotice>(&command))
        std::erase_if(view.notices, [&](const Notice& notice) { return notice.id == dismiss->id; });
}

void FakeSession::request(LatentRequest request) {
    requests.push_back(request);
    std::erase_if(waiting_, [&](const LatentRequest& other) { return other.channel == request.channel; });
    waiting_.push_back(std::move(request));
}

const View& FakeSession::poll() {
    view.frames.clear();
    view.pictures = std::exchange(read_, {});
    for (const LatentRequest& request : waiting_) {
        PreviewFrame frame;
        frame.id = request.id;
        frame.channel = request.channel;
        frame.model_id = view.model.id;
        frame.milliseconds = 7;
        if (fail_)
            frame.error = std::exchange(fail_, std::nullopt);
        else
            frame.images = fake_pictures(request.points, view.model.image_size, view.model.channels, 1);
        view.frames.push_back(std::move(frame));
    }
    waiting_.clear();
    const HealthHistory history{.settings = view.settings,
                                .losses = view.losses,
                                .distances = view.distances,
                                .diversity = view.diversity,
                                .incidents = incidents,
                                .checkpoints = view.snapshot.checkpoints,
                                .memorisation = view.memorisation,
                                .changed_at = changed_at,
                                .step = view.snapshot.step,
                                .paused = view.snapshot.state == TrainingState::paused};
    if (health_.follow(history, view.history_id)) view.health = health_.report();
    return view;
}

Result<std::string> FakeSession::as_command(const HasCommandLine& what) {
    if (const auto* latents = std::get_if<ExportLatents>(&what)) {
        asked_commands.push_back(*latents);
        if (no_command) return *no_command;
        return "ganvas interpolate " + view.model.checkpoint + " --from 1 --to 2 --space " + latents->space
               + " --out " + latents->path;
    }
    if (const auto* face = std::get_if<FindNeighbours>(&what))
        return "ganvas neighbours " + view.model.checkpoint + " --data " + view.data_source + " --count "
               + std::to_string(face->count) + " --out neighbours.png";
    if (const auto* networks = std::get_if<ExportNetworks>(&what))
        return "ganvas model " + view.model.checkpoint + " --out " + networks->path;
    if (const auto* data = std::get_if<ExportData>(&what))
        return "ganvas data inspect " + view.data_source + " --out " + data->path;
    if (const auto* recipe = std::get_if<SaveRecipe>(&what))
        return "ganvas settings --recipe " + view.recipe + " --out " + recipe->path;
    if (const auto* pictures = std::get_if<ExportComparison>(&what))
        return "ganvas runs compare one two --out " + pictures->path;
    const auto* curves = std::get_if<ExportCurves>(&what);
    if (curves && !curves->runs.empty())
        return "ganvas runs curves " + curves->runs.front() + " " + curves->runs.back() + " --out "
               + curves->path;
    if (view.snapshot.run_folder.empty())
        return Error{ErrorCode::unsupported, "the run has no folder yet", "", ""};
    if (const auto* history = std::get_if<ExportHistory>(&what))
        return "ganvas runs history " + view.snapshot.run_folder
               + (history->step >= 0 ? " --step " + std::to_string(history->step) : "") + " --out "
               + history->path;
    return "ganvas runs curves " + view.snapshot.run_folder + " --out " + curves->path;
}

std::string FakeSession::why_no_command(const HasCommandLine& what) const {
    if (std::holds_alternative<ExportLatents>(what)) return no_command ? no_command->line() : std::string();
    const auto* curves = std::get_if<ExportCurves>(&what);
    const bool of_run = std::holds_alternative<ExportHistory>(what) || (curves && curves->runs.empty())
                        || std::holds_alternative<ExportNetworks>(what);
    if (!of_run) return {};
    return view.snapshot.run_folder.empty() ? "the run has no folder yet" : std::string();
}

} // namespace ganvas::testing
