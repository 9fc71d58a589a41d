#include "app/gui/panels/explorer_state.h"

#include <algorithm>

namespace ganvas {

void ExplorerState::name_class(LatentPoint& point) const {
    point.class_label = class_label;
    point.class_mix.clear();
    if (class_label < 0 || class_to < 0 || class_to == class_label) return;
    point.class_label = -1;
    point.class_mix = {{class_label, 1 - class_weight}, {class_to, class_weight}};
}

void ExplorerState::take_class(const LatentPoint& point) {
    class_label = point.class_label;
    class_to = -1;
    if (point.class_mix.size() != 2) return;
    class_label = point.class_mix[0].first;
    class_to = point.class_mix[1].first;
    class_weight = point.class_mix[1].second;
}

bool ExplorerState::fit_classes(int classes) {
    const bool lacks = class_label >= classes, mix_lacks = class_to >= classes;
    if (lacks) class_label = -1;
    if (lacks || mix_lacks) class_to = -1;
    return lacks || mix_lacks;
}

bool ExplorerState::fit_attributes(const std::vector<AttributeCard>& known) {
    if (known.empty()) return false; // none yet: a run that begins learns them anew
    return std::erase_if(attributes,
                         [&](const auto& entry) {
                             return std::none_of(known.begin(), known.end(), [&](const AttributeCard& card) {
                                 return card.name == entry.first;
                             });
                         })
           > 0;
}

LatentPoint ExplorerState::face_point(std::uint64_t seed) const {
    LatentPoint point;
    point.from = LatentSum::face(seed);
    point.truncation = truncation;
    name_class(point);
    return point;
}

LatentPoint ExplorerState::sweep_point(double at) const {
    LatentPoint point = face_point(a ? a->seed : 0);
    if (b) {
        point.to = LatentSum::face(b->seed);
        point.alpha = at;
        point.path = path;
    }
    return point;
}

std::vector<LatentPoint> ExplorerState::sweep_points() const {
    std::vector<LatentPoint> points;
    if (!a || !b) return points;
    for (int step = 0; step < sweep_steps; ++step) points.push_back(sweep_point(step * alpha_step()));
    return points;
}

bool ExplorerState::arithmetic_empty() const {
    return std::all_of(slots.begin(), slots.end(), [](const auto& slot) { return slot.empty(); });
}

LatentPoint ExplorerState::slot_point(std::size_t slot) const {
    LatentPoint point;
    point.from.slots = {{1.0, slots[slot]}};
    point.length = keeps_length ? LatentLength::prior : LatentLength::sum;
    point.truncation = truncation;
    name_class(point);
    return point;
}

LatentPoint ExplorerState::arithmetic_point() const {
    constexpr std::array<double, arithmetic_slots> weights = {1, -1, 1};
    LatentPoint point = slot_point(0);
    point.from.slots.clear();
    for (std::size_t slot = 0; slot < slots.size(); ++slot)
        if (!slots[slot].empty()) point.from.slots.push_back({weights[slot], slots[slot]});
    return point;
}

std::vector<LatentPoint> ExplorerState::arithmetic_sheet() const {
    std::vector<LatentPoint> points;
    if (arithmetic_empty()) return points;
    constexpr int middle = 4;
    for (int cell = 0; cell < 9; ++cell) {
        LatentPoint point = arithmetic_point();
        if (cell != middle) {
            point.noise = sheet_noise;
            point.noise_seed = sheet_seed + static_cast<std::uint64_t>(cell);
        }
        points.push_back(std::move(point));
    }
    return points;
}

LatentPoint ExplorerState::attribute_point(std::uint64_t fallback) const {
    LatentPoint point = face_point(attribute_face ? *attribute_face : a ? a->seed : fallback);
    for (const auto& [name, amount] : attributes)
        if (amount != 0) point.attributes.emplace_back(name, amount);
    return point;
}

LatentPoint ExplorerState::pad_point(std::uint64_t fallback) const {
    LatentPoint point = face_point(pad_face ? *pad_face : a ? a->seed : fallback);
    const auto move = [&](const PadDirection& direction, double amount) {
        if (amount == 0) return;
        switch (direction.kind) {
        case PadDirection::Kind::axis: point.axes.emplace_back(direction.axis, amount); break;
        case PadDirection::Kind::attribute: point.attributes.emplace_back(direction.attribute, amount); break;
        case PadDirection::Kind::pair:
            if (a && b) point.moves.push_back({a->seed, b->seed, amount / pad_end});
        }
    };
    move(pad_across, pad_x);
    move(pad_up, pad_y);
    for (const auto& [coordinate, value] : coordinates) point.coordinates.emplace_back(coordinate, value);
    return point;
}

void UndoStack::push(UndoStep step) {
    redo_.clear();
    undo_.push_back(std::move(step));
    if (undo_.size() > limit_) undo_.erase(undo_.begin());
}

void UndoStack::forget_commands() {
    for (Steps* steps : {&undo_, &redo_})
        std::erase_if(*steps, [](const UndoStep& step) { return std::holds_alternative<CommandEdit>(step); });
}

std::optional<UndoStep> UndoStack::move(Steps& from, Steps& to, const ExplorerState& current) {
    if (from.empty()) return std::nullopt;
    UndoStep step = std::move(from.back());
    from.pop_back();
    // An edit holds both of its ways; of a state the other one is what is there now.
    to.push_back(std::holds_alternative<CommandEdit>(step) ? step : UndoStep(current));
    return step;
}

} // namespace ganvas
