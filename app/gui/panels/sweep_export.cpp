// SweepPanel's exports: strips, films, the picture at alpha, latents, and the command line.
#include "app/gui/panels/sweep_panel.h"

#include <vector>

#include <imgui_internal.h>

#include "app/gui/panels/export_menu.h"

namespace ganvas {

ExportLatents SweepPanel::export_sweep(const Frame& frame, ExportKind kind, const char* space,
                                       const char* name) const {
    ExportLatents what;
    what.kind = kind;
    what.path = name;
    what.space = space;
    const ExplorerState& explorer = frame.explorer;
    if (what.space != "z") {
        if (explorer.a && explorer.a->picture) what.from_image = explorer.a->picture_path;
        if (explorer.b && explorer.b->picture) what.to_image = explorer.b->picture_path;
    }
    what.points = kind == ExportKind::picture
                      ? std::vector<LatentPoint>{explorer.sweep_point(alpha(explorer))}
                      : explorer.sweep_points();
    return what;
}

void SweepPanel::export_row(const Frame& frame, CommandSink& sink) {
    const auto of = [&](ExportKind kind, const char* space, const char* name) {
        return export_sweep(frame, kind, space, name);
    };
    const auto entries = [&]() -> std::vector<ExportEntry> {
        ExportLatents page = of(ExportKind::strip, "both", "sweep-page.png");
        page.columns = 16;
        return {
            {"Both strips as PNG…", of(ExportKind::strip, "both", "sweep.png")},
            {"Both strips for a page, rows of 16, as PNG…", page},
            {"z strip as PNG…", of(ExportKind::strip, "z", "sweep-z.png")},
            {"x strip as PNG…", of(ExportKind::strip, "x", "sweep-x.png")},
            {"Difference strip as PNG…", of(ExportKind::strip, "difference", "sweep-difference.png")},
            {.label = "Film, z and x (GIF or WebP)…",
             .what = of(ExportKind::animation, "both", "sweep.gif"),
             .separated = true},
            {"Film, z (GIF or WebP)…", of(ExportKind::animation, "z", "sweep-z.gif")},
            {"Film, x (GIF or WebP)…", of(ExportKind::animation, "x", "sweep-x.gif")},
            {.label = "The z picture as PNG…",
             .what = of(ExportKind::picture, "z", "picture.png"),
             .separated = true},
            {"The x picture as PNG…", of(ExportKind::picture, "x", "picture-x.png")},
            {"Their difference as PNG…", of(ExportKind::picture, "difference", "picture-difference.png")},
            {"Latents (safetensors or CSV)…", of(ExportKind::latents, "z", "sweep.safetensors")},
        };
    };
    export_buttons(frame, sink, entries, ButtonWords::words,
                   ready(frame.explorer) ? nullptr : "Pick A and B first");
    const PreviewFrame& current = frame.previews[PreviewChannel::sweep_current];
    if (!current.error && current.milliseconds <= 0) return;
    ImGui::SameLine(0, frame.px(12));
    ImGui::AlignTextToFramePadding();
    const std::string text =
        current.error ? current.error->line() : fixed_text(current.milliseconds, 0) + " ms";
    ImGui::PushStyleColor(ImGuiCol_Text, current.error ? frame.theme.error : frame.theme.muted);
    fitted_text(frame.theme, text, ImGui::GetContentRegionAvail().x);
    ImGui::PopStyleColor();
}

} // namespace ganvas
