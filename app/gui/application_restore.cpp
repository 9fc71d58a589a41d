// Application's pictures of the user's, and exported files that bring their state back.
#include <algorithm>
#include <cmath>

#include <filesystem>

#include "app/gui/application.h"

namespace ganvas {
namespace {

constexpr double warning_seconds = 8; ///< how long a notice is shown

std::optional<std::uint64_t> first_seed(const LatentSum& sum) {
    if (sum.slots.empty() || sum.slots.front().seeds.empty()) return std::nullopt;
    return sum.slots.front().seeds.front();
}

/// Seeds that follow each other by ones are a page of the random grid.
bool consecutive(const std::vector<LatentPoint>& points) {
    const auto first = first_seed(points.front().from);
    for (std::size_t k = 0; first && k < points.size(); ++k)
        if (first_seed(points[k].from) != *first + k) return false;
    return first.has_value();
}

void restore_arithmetic(ExplorerState& explorer, const std::vector<LatentPoint>& points) {
    const LatentPoint& first = points.front();
    for (auto& slot : explorer.slots) slot.clear();
    for (const LatentSum::Slot& slot : first.from.slots) {
        // The order is plus, minus, plus; an exported sum without one of them says so by its signs.
        const std::size_t index = slot.weight < 0 ? 1 : explorer.slots[0].empty() ? 0 : 2;
        explorer.slots[index] = slot.seeds;
    }
    explorer.keeps_length = first.length == LatentLength::prior;
    if (first.noise > 0) {
        explorer.sheet_noise = first.noise;
        explorer.sheet_seed = first.noise_seed;
    }
}

/// Three slots are what the window has: of other sums only a part comes back, and that is said.
bool fits_slots(const LatentSum& sum) {
    int plus = 0, minus = 0;
    for (const LatentSum::Slot& slot : sum.slots) {
        if (std::abs(slot.weight) != 1) return false;
        ++(slot.weight < 0 ? minus : plus);
    }
    return plus <= 2 && minus <= 1;
}

void restore_pad(ExplorerState& explorer, const LatentPoint& point) {
    explorer.pad_face = first_seed(point.from);
    explorer.pad_x = explorer.pad_y = 0;
    explorer.coordinates.clear();
    int placed = 0;
    const auto place = [&](const PadDirection& direction, double amount) {
        if (placed == 2) return;
        const bool across = placed++ == 0;
        (across ? explorer.pad_across : explorer.pad_up) = direction;
        (across ? explorer.pad_x : explorer.pad_y) = amount;
    };
    using Kind = PadDirection::Kind;
    for (const auto& [name, amount] : point.attributes)
        place({.kind = Kind::attribute, .attribute = name}, amount);
    for (const auto& [axis, amount] : point.axes) place({.axis = axis, .awaited = true}, amount);
    for (const LatentMove& move : point.moves) {
        explorer.a = FacePick{move.from, nullptr, {}};
        explorer.b = FacePick{move.to, nullptr, {}};
        place({.kind = Kind::pair}, move.amount * pad_end);
    }
    for (const auto& [coordinate, value] : point.coordinates) explorer.coordinates[coordinate] = value;
}

} // namespace

void Application::restore_sweep(const RestoredState& state) {
    const LatentPoint& first = state.points.front();
    if (const auto seed = first_seed(first.from)) explorer_.a = FacePick{*seed, nullptr, {}};
    if (const auto seed = first.to ? first_seed(*first.to) : std::nullopt)
        explorer_.b = FacePick{*seed, nullptr, {}};
    explorer_.path = first.path;
    const double last = state.points.back().alpha;
    explorer_.range = last > 1.5 ? AlphaRange::magnified : AlphaRange::unit;
    explorer_.alpha = std::clamp(first.alpha, 0.0, explorer_.alpha_maximum());
    explorer_.difference = explorer_.difference || state.difference;
    if (!state.from_image.empty()) use_picture(Side::a, state.from_image);
    if (!state.to_image.empty()) use_picture(Side::b, state.to_image);
}

/// A history or curves: the run is open, and the samples go to the mark that was shown.
void Application::restore_history(const RestoredState& state) {
    samples_wish_ = {SamplesWish::Grid::fixed, state.step, view_->snapshot.run_folder};
    show(PanelId::samples);
    if (state.kind == "curves") show(PanelId::curves);
    say("Brought back the " + state.kind
        + (state.step >= 0 ? ", at step " + std::to_string(state.step) : ""));
}

void Application::restore(const RestoredState& state) {
    if (state.points.empty() && !state.from_image.empty()) { // a picture of the user's, by itself
        show(PanelId::sweep);
        return use_picture(Side::a, state.from_image);
    }
    if (state.points.empty()) return restore_history(state);
    const LatentPoint& first = state.points.front();
    explorer_.truncation = first.truncation;
    explorer_.take_class(first);
    std::string what = state.kind;
    if (state.kind == "arithmetic") {
        restore_arithmetic(explorer_, state.points);
        if (!fits_slots(first.from)) what += ", a part of it: there are three slots here";
        show(PanelId::arithmetic);
    } else if (state.kind == "attributes") {
        explorer_.attribute_face = first_seed(first.from);
        explorer_.attributes.clear();
        for (const auto& [name, amount] : first.attributes) explorer_.attributes[name] = amount;
        show(PanelId::attributes);
    } else if (state.kind == "pad") {
        restore_pad(explorer_, first);
        if (!first.axes.empty() && view_->model.principal_axes == 0) pass_on(ComputeAxes{});
        show(PanelId::pad);
    } else if (state.kind == "grid" && first.class_label != state.points.back().class_label) {
        if (const auto seed = first_seed(first.from)) explorer_.random_seed = *seed;
        explorer_.class_label = -1;
        samples_wish_ = {SamplesWish::Grid::classes, -1, {}};
        what = "latents of a grid of classes";
        show(PanelId::samples);
    } else if (state.kind == "face" || (state.kind == "grid" && !consecutive(state.points))) {
        // Faces of any seeds: beside each other below the grid, the first of them as A.
        explorer_.pinned.clear();
        for (const LatentPoint& point : state.points)
            if (const auto seed = first_seed(point.from)) explorer_.pinned.push_back(*seed);
        if (const auto seed = first_seed(first.from)) explorer_.a = FacePick{*seed, nullptr, {}};
        what = state.points.size() == 1 ? "face, as A and pinned" : "faces, pinned";
        show(PanelId::samples);
    } else if (state.kind == "grid") {
        if (const auto seed = first_seed(first.from)) explorer_.random_seed = *seed;
        samples_wish_ = {SamplesWish::Grid::random, -1, {}};
        show(PanelId::samples);
    } else {
        restore_sweep(state);
        what = "sweep";
        show(PanelId::sweep);
    }
    say("Brought back the " + what);
}

void Application::use_picture(Side side, const std::string& path) {
    const ModelCard& model = view_->model;
    if (model.id == 0) {
        add_toast({.text = "No model is open yet: a picture needs one to be compared with",
                   .level = NoticeLevel::warning,
                   .until = time_ + warning_seconds});
        return;
    }
    // Whole, so that an export finds it again wherever that is opened.
    std::error_code unknown;
    const std::filesystem::path whole = std::filesystem::absolute(path, unknown);
    std::uint64_t& awaited = awaited_pictures_[static_cast<std::size_t>(side)];
    awaited = ++last_picture_;
    pass_on(ReadPicture{awaited, unknown ? path : whole.lexically_normal().string()});
}

/// Decoded by a job; of several for one side only the last that was asked for counts.
void Application::take_pictures() {
    for (const PictureRead& read : view_->pictures)
        for (const Side side : {Side::a, Side::b}) {
            if (awaited_pictures_[static_cast<std::size_t>(side)] != read.id) continue;
            awaited_pictures_[static_cast<std::size_t>(side)] = 0;
            std::optional<FacePick>& pick = explorer_.pick(side);
            const std::uint64_t seed = pick                          ? pick->seed
                                       : view_->sample_seeds.empty() ? 1
                                                                     : view_->sample_seeds.front();
            pick = FacePick{seed, read.picture, read.path};
        }
}

/// Pictures of the user's are read for the model that is open: at the start, and again where another has another size.
/// Those that are gone are let go.
void Application::refit_pictures() {
    const ModelCard& model = view_->model;
    if (model.id == 0) return;
    for (const Side side : {Side::a, Side::b}) {
        std::optional<FacePick>& pick = explorer_.pick(side);
        if (!pick || pick->picture_path.empty()) continue;
        const bool fits = pick->picture && pick->picture->width == model.image_size
                          && pick->picture->channels == model.channels;
        if (fits) continue;
        const std::string path = pick->picture_path;
        pick->picture = nullptr;
        pick->picture_path.clear();
        use_picture(side, path);
    }
}

} // namespace ganvas
