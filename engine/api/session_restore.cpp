/// What was dropped on the window: told apart by its content, and an exported file's state brought back.
#include <algorithm>
#include <filesystem>

#include "engine/api/session_implementation.h"
#include "engine/export/curves.h"
#include "engine/export/picture.h"
#include "engine/export/recipe_text.h"
#include "engine/runs/latent_table.h"
#include "engine/runs/run_store.h"

namespace ganvas {
namespace {

std::string ending_of(const Path& path) {
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return ending;
}

/// The recipe inside a file that was exported; `not_found` for a file without one.
Result<std::string> recipe_text_of(const Path& path, const std::string& ending) {
    Result<std::string> text = Error{ErrorCode::not_found, "carries no recipe", path.string(), ""};
    if (ending == ".png" || ending == ".gif" || ending == ".webp") text = read_picture_recipe(path);
    if (ending == ".svg") text = read_curves_recipe(path);
    if (ending == ".csv" || ending == ".safetensors") {
        auto table = read_latents(path);
        if (!table) return table.error();
        text = table->recipe;
    }
    if (text && text->empty()) return Error{ErrorCode::not_found, "carries no recipe", path.string(), ""};
    return text;
}

/// A table of latents, not a checkpoint: the two share an ending.
bool holds_latents(const Path& path) {
    const auto metadata = read_tensor_metadata(path);
    return metadata && metadata->count("ganvas") > 0 && metadata->count("ganvas.kind") == 0;
}

bool one_face(const LatentSum& sum) {
    return sum.slots.size() == 1 && sum.slots[0].weight == 1 && sum.slots[0].seeds.size() == 1;
}

/// Which part of the explorer can show these points as they are.
const char* kind_of(const std::vector<LatentPoint>& points) {
    const LatentPoint& first = points.front();
    if (first.to) return "sweep";
    if (!one_face(first.from) || first.noise > 0) return "arithmetic";
    if (!first.axes.empty() || !first.coordinates.empty()) return "pad";
    if (!first.attributes.empty()) return "attributes";
    return points.size() == 1 ? "face" : "grid";
}

std::string run_of(const std::string& checkpoint) {
    const Path path(checkpoint);
    if (is_run_folder(path)) return path.string();
    const Path above = path.parent_path().parent_path();
    return is_run_folder(above) ? above.string() : std::string();
}

} // namespace

void SessionImplementation::handle(const OpenPath& command) {
    const Path path = command.path;
    if (is_run_folder(path)) return handle(OpenCheckpoint{command.path});
    const std::string ending = ending_of(path);
    if (ending == ".safetensors" && !holds_latents(path)) return handle(OpenCheckpoint{command.path});
    const bool table = ending == ".safetensors" || ending == ".csv" || ending == ".svg";
    auto text = recipe_text_of(path, ending);
    if (text) {
        auto recipe = recipe_from_json(*text);
        if (!recipe) return notice(NoticeLevel::error, recipe.error().line());
        return restore(recipe.take());
    }
    // A table or a drawing is never a source of pictures, so what is wrong with it is said.
    if (table) return notice(NoticeLevel::error, text.error().line());
    handle(OpenData{command.path});
}

void SessionImplementation::restore(ExportRecipe recipe) {
    // Weights of the run that is open move on while it trains; it is not left for a picture of its past.
    const bool this_run = !recipe.checkpoint.empty() && !run_folder_.empty()
                          && run_of(recipe.checkpoint) == Path(run_folder_).lexically_normal().string();
    const bool live = this_run && loop_active();
    if (live && recipe.step != view_.model.step && !recipe.points.empty())
        notice(NoticeLevel::info, "it was made at step " + std::to_string(recipe.step)
                                      + "; this run goes on at " + std::to_string(view_.model.step)
                                      + ", so the pixels differ");
    if (!live && !recipe.checkpoint.empty() && recipe.checkpoint != checkpoint_)
        handle(OpenCheckpoint{recipe.checkpoint});
    if (recipe.points.empty()) {
        notice(NoticeLevel::info, recipe.checkpoint.empty()
                                      ? "this " + recipe.kind + " names no run that could be opened"
                                      : "this " + recipe.kind + " is of the run that is open now");
        return;
    }
    RestoredState state;
    state.id = next_notice_++;
    state.kind = kind_of(recipe.points);
    state.points = std::move(recipe.points);
    state.from_image = std::move(recipe.from_image);
    state.to_image = std::move(recipe.to_image);
    // Handed over at the next poll, which would clear it if it were set here.
    arrivals_->put([state](SessionImplementation& session) { session.view_.restored = state; });
}

} // namespace ganvas
