/// Compare: two runs beside each other: one curve of both on one axis, and what both make of the same latents.
///
/// Distances are drawn together only under the same badge. The first run is drawn in the accent, the second in grey.
#include <algorithm>
#include <cmath>

#include <icons_font_awesome_6.h>
#include <implot.h>

#include "app/gui/panels/export_menu.h"
#include "app/gui/panels/time_plot.h"
#include "engine/api/job_titles.h"

namespace ganvas {
namespace {

constexpr double smoothing = 20;          ///< points
constexpr std::size_t most_points = 2000; ///< drawn for a curve

using BadgeKey = DistanceBadge;
BadgeKey key_of(const DistancePoint& point) { return distance_badge(point); }
std::string text_of(const BadgeKey& key) { return key.whole_text(); }

class ComparePanel final : public Panel {
public:
    PanelId id() const override { return PanelId::compare; }
    const char* title() const override { return "Compare"; }
    bool on_demand() const override { return true; }
    void draw(const Frame& frame, CommandSink& sink) override;

private:
    enum class Quantity { generator, discriminator, distance };
    struct Line {
        std::vector<double> x, y, spread; ///< spread: of distances alone
    };
    void follow(const Frame& frame, const RunComparison& comparison);
    void header(const Frame& frame, CommandSink& sink, const RunComparison& comparison);
    void badge_combo(const Frame& frame, const RunComparison& comparison);
    void plot(const Frame& frame, float height);
    void pictures(const Frame& frame, const RunComparison& comparison, ImVec2 space);

    Quantity quantity_ = Quantity::generator;
    std::vector<BadgeKey> badges_; ///< those that both runs have first
    std::size_t shared_badges_ = 0, badge_ = 0;
    std::array<Line, 2> lines_;
    ValueRange times_, values_; ///< of both lines
    std::uint64_t followed_ = 0;
    Quantity followed_quantity_ = Quantity::generator;
    TimeUnit followed_unit_ = TimeUnit::steps;
    std::size_t followed_badge_ = 0;
    int pointed_ = -1; ///< index of the picture under the pointer
};

bool has(const std::vector<DistancePoint>& points, const BadgeKey& key) {
    return std::any_of(points.begin(), points.end(), [&](const auto& one) { return key_of(one) == key; });
}

/// Builds the two lines again when the comparison or what is shown of it changed.
void ComparePanel::follow(const Frame& frame, const RunComparison& comparison) {
    const TimeUnit unit = frame.time_axis.unit;
    if (followed_ != comparison.id) {
        badges_.clear();
        badge_ = 0;
        for (const ComparedRun& run : comparison.runs)
            for (const DistancePoint& point : run.distances)
                if (const BadgeKey key = key_of(point);
                    std::find(badges_.begin(), badges_.end(), key) == badges_.end())
                    badges_.push_back(key);
        const auto both = [&](const BadgeKey& key) {
            return has(comparison.runs[0].distances, key) && has(comparison.runs[1].distances, key);
        };
        shared_badges_ = static_cast<std::size_t>(std::stable_partition(badges_.begin(), badges_.end(), both)
                                                  - badges_.begin());
    } else if (followed_quantity_ == quantity_ && followed_unit_ == unit && followed_badge_ == badge_) {
        return;
    }
    followed_ = comparison.id, followed_quantity_ = quantity_, followed_unit_ = unit,
    followed_badge_ = badge_;
    times_ = values_ = {};
    for (std::size_t side = 0; side < lines_.size(); ++side) {
        const ComparedRun& run = comparison.runs[side];
        Line& line = lines_[side];
        line = {};
        const auto add = [&](const auto& point, double value) {
            if (!std::isfinite(value)) return;
            line.x.push_back(time_value(unit, point));
            line.y.push_back(value);
            times_.include(static_cast<float>(line.x.back()));
            values_.include(static_cast<float>(value));
        };
        if (quantity_ == Quantity::distance) {
            for (const DistancePoint& point : run.distances)
                if (badge_ < badges_.size() && key_of(point) == badges_[badge_]
                    && std::isfinite(point.value)) {
                    add(point, point.value);
                    line.spread.push_back(std::isfinite(point.deviation) ? point.deviation : 0);
                }
            continue;
        }
        Smoother smoother(smoothing);
        const std::size_t stride = std::max<std::size_t>(1, run.losses.size() / most_points);
        for (std::size_t index = 0; index < run.losses.size(); ++index) {
            const TrainingPoint& point = run.losses[index];
            const float smooth = smoother.next(quantity_ == Quantity::generator ? point.generator_loss
                                                                                : point.discriminator_loss);
            if (index % stride == 0 || index + 1 == run.losses.size())
                add(point, static_cast<double>(smooth));
        }
    }
}

void ComparePanel::badge_combo(const Frame& frame, const RunComparison&) {
    if (badges_.empty()) return muted_text(frame.theme, "neither run was measured");
    ImGui::SetNextItemWidth(std::min(ImGui::GetContentRegionAvail().x, frame.px(300)));
    if (ImGui::BeginCombo("##badge", badges_[badge_].text().c_str())) {
        for (std::size_t index = 0; index < badges_.size(); ++index) {
            const std::string only = index < shared_badges_ ? "" : "   (one run only)";
            if (ImGui::Selectable((text_of(badges_[index]) + only).c_str(), index == badge_)) badge_ = index;
        }
        ImGui::EndCombo();
    }
    tooltip(frame.theme,
            text_of(badges_[badge_])
                + (shared_badges_ > 0
                       ? "\nDistances of one kind at a time: with other features, numbers of pictures or "
                         "data they cannot be compared"
                       : "\nThe two runs were never measured in the same way, so their distances cannot be "
                         "drawn together"));
}

void ComparePanel::header(const Frame& frame, CommandSink& sink, const RunComparison& comparison) {
    const Theme& theme = frame.theme;
    for (std::size_t side = 0; side < 2; ++side) {
        const ComparedRun& run = comparison.runs[side];
        if (side) ImGui::SameLine(0, theme.px(12));
        ImGui::TextColored(side ? theme.text : theme.accent, ICON_FA_SQUARE);
        ImGui::SameLine(0, theme.px(4));
        fitted_text(theme, run.name,
                    side ? ImGui::GetContentRegionAvail().x : ImGui::GetContentRegionAvail().x * 0.46f);
        tooltip(theme, run.folder + (run.problem.empty() ? "" : "\n" + run.problem));
    }
    constexpr const char* words[] = {"G loss", "D loss", "Distance"};
    int chosen = static_cast<int>(quantity_);
    if (choice(theme, "quantity", words, chosen)) quantity_ = static_cast<Quantity>(chosen);
    ImGui::SameLine(0, theme.px(8));
    if (button(theme, {.icon = ICON_FA_DICE,
                       .label = "##other latents",
                       .tooltip = "Other latents, the same for both models"}))
        sink.send(CompareRuns{comparison.runs[0].folder, comparison.runs[1].folder,
                              comparison.seeds.empty() ? 0 : comparison.seeds.back() + 1});
    const auto entries = [&]() -> std::vector<ExportEntry> {
        return {{"Curves of both (PNG, SVG or CSV)…",
                 ExportCurves{.path = "compared.png",
                              .smoothing = smoothing,
                              .dark = frame.theme.kind == ThemeKind::dark,
                              .unit = frame.time_axis.unit,
                              .runs = {comparison.runs[0].folder, comparison.runs[1].folder}}},
                {"Pictures of both as PNG…", ExportComparison{"compared-faces.png"}}};
    };
    ImGui::SameLine(0, theme.px(4));
    export_buttons(frame, sink, entries, ButtonWords::icons_only);
    if (quantity_ != Quantity::distance) return;
    ImGui::SameLine(0, theme.px(8));
    badge_combo(frame, comparison);
}

void ComparePanel::plot(const Frame& frame, float height) {
    constexpr ImPlotFlags flags = ImPlotFlags_NoTitle | ImPlotFlags_NoLegend | ImPlotFlags_NoMenus
                                  | ImPlotFlags_NoMouseText | ImPlotFlags_NoFrame;
    ImGui::PushFont(nullptr, frame.theme.small_size());
    if (ImPlot::BeginPlot("##compare", ImVec2(-1, height), flags)) {
        ImPlot::SetupAxes(name(frame.time_axis.unit), nullptr, ImPlotAxisFlags_NoGridLines, 0);
        // Not ImPlot's own fit: that shows in the next frame, which may not come, and cuts the ends.
        const ValueRange across = with_margin(times_, false), up = with_margin(values_, false);
        ImPlot::SetupAxesLimits(across.minimum, across.maximum, up.minimum, up.maximum, ImPlotCond_Always);
        for (std::size_t side = 0; side < lines_.size(); ++side) {
            const Line& line = lines_[side];
            ImPlotSpec look;
            look.LineColor = side ? frame.theme.text : frame.theme.accent;
            look.LineWeight = std::max(1.0f, frame.px(1.5f));
            look.Marker = line.x.size() > 60 ? ImPlotMarker_None : ImPlotMarker_Circle;
            look.MarkerSize = frame.px(2);
            look.MarkerFillColor = look.LineColor;
            ImPlot::PlotLine(side ? "second" : "first", line.x.data(), line.y.data(),
                             static_cast<int>(line.x.size()), look);
            if (!line.spread.empty())
                plot_spread(frame, side ? "spread of the second" : "spread of the first", look.LineColor,
                            line.x, line.y, line.spread);
        }
        ImPlot::EndPlot();
    }
    ImGui::PopFont();
}

/// The same latents in the same places; the one that is pointed at is outlined in both.
void ComparePanel::pictures(const Frame& frame, const RunComparison& comparison, ImVec2 space) {
    const float gap = frame.px(12), half = std::floor((space.x - gap) / 2), words = frame.px(18);
    int pointed = -1;
    const ImVec2 origin = ImGui::GetCursorPos();
    for (std::size_t side = 0; side < 2; ++side) {
        const ComparedRun& run = comparison.runs[side];
        ImGui::SetCursorPos(origin + ImVec2(static_cast<float>(side) * (half + gap), 0));
        ImGui::PushID(static_cast<int>(side));
        ImGui::BeginGroup();
        ImGui::PushFont(nullptr, frame.theme.small_size());
        ImGui::TextColored(frame.theme.muted, "step %s", grouped(run.step).c_str());
        ImGui::PopFont();
        if (!run.pictures) {
            ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + half);
            ImGui::TextColored(frame.theme.muted, "%s", run.problem.c_str());
            ImGui::PopTextWrapPos();
        }
        const int count = run.pictures ? run.pictures->count : 0;
        const ImVec2 room(half, std::max(frame.px(40), space.y - words));
        const int width = run.pictures ? run.pictures->width : 1,
                  high = run.pictures ? run.pictures->height : 1;
        const int columns = std::max(1, best_columns(room, width, high, std::max(1, count), 1));
        const float scale =
            whole_scale(room, width, high, columns, (std::max(1, count) + columns - 1) / columns, 1);
        const ImVec2 tile(std::max(4.0f, std::floor(scale * static_cast<float>(width))),
                          std::max(4.0f, std::floor(scale * static_cast<float>(high))));
        const ImVec2 corner = ImGui::GetCursorPos();
        CrispPixels crisp(ImGui::GetWindowDrawList(), frame.smooth_pictures || !is_whole(scale));
        for (int index = 0; index < count; ++index) {
            ImGui::PushID(index);
            ImGui::SetCursorPos(corner
                                + ImVec2(static_cast<float>(index % columns) * (tile.x + 1),
                                         static_cast<float>(index / columns) * (tile.y + 1)));
            const TileResult hand =
                image_tile(frame.theme, {.id = "face",
                                         .picture = frame.images.picture(run.pictures, index),
                                         .size = tile,
                                         .outlined = index == pointed_});
            const std::uint64_t seed = comparison.seeds[static_cast<std::size_t>(index)];
            if (hand.clicked) frame.explorer.a = FacePick{seed, nullptr, {}};
            if (hand.hovered) {
                pointed = index;
                tooltip(frame.theme, "seed " + std::to_string(seed) + ". Click: A of the model that is open");
            }
            ImGui::PopID();
        }
        ImGui::EndGroup();
        ImGui::PopID();
    }
    pointed_ = pointed;
}

void ComparePanel::draw(const Frame& frame, CommandSink& sink) {
    const auto& jobs = frame.view.jobs;
    const bool working = std::any_of(jobs.begin(), jobs.end(), [](const JobStatus& job) {
        return job.title == job_titles::comparison && job.unfinished();
    });
    if (!frame.view.comparison) {
        if (working) return muted_text(frame.theme, "reading both runs…");
        if (empty_state(frame.theme, {.icon = ICON_FA_CODE_COMPARE,
                                      .title = "Two runs beside each other",
                                      .hint = "Choose “Compare with” in a run's menu in Runs.",
                                      .button_label = "Go to Runs",
                                      .button_icon = ICON_FA_CLOCK_ROTATE_LEFT}))
            sink.show(PanelId::runs);
        return;
    }
    const RunComparison& comparison = *frame.view.comparison;
    header(frame, sink, comparison);
    follow(frame, comparison);
    const ImVec2 space = ImGui::GetContentRegionAvail();
    const float high = std::max(frame.px(100), std::floor(space.y * 0.42f));
    plot(frame, high);
    pictures(frame, comparison, ImVec2(space.x, std::max(frame.px(80), space.y - high - frame.px(8))));
}

} // namespace

std::unique_ptr<Panel> make_compare_panel() { return std::make_unique<ComparePanel>(); }

} // namespace ganvas
