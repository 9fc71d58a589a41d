/// What was dropped on the window: told apart by its content, and an exported file's state brought back.
#include <algorithm>
#include <filesystem>

#include "engine/api/session_implementation.h"
#include "engine/core/file_ending.h"
#include "engine/core/single_face.h"
#include "engine/data/source.h"
#include "engine/export/curves.h"
#include "engine/export/picture.h"
#include "engine/export/recipe_text.h"
#include "engine/runs/latent_table.h"
#include "engine/runs/recipe.h"
#include "engine/runs/run_store.h"

namespace ganvas {
namespace {

/// The recipe inside a file that was exported; `not_found` for a file without one.
Result<std::string> recipe_text_of(const Path& path, const std::string& ending) {
    Result<std::string> text = Error{ErrorCode::not_found, "carries no recipe", path.string(), ""};
    if (ending == ".png" || ending == ".gif" || ending == ".webp") text = read_picture_recipe(path);
    if (ending == ".svg" || ending == ".csv") text = read_curves_recipe(path);
    if (ending == ".safetensors") {
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

/// A file of `ganvas attributes`.
bool holds_directions(const Path& path) {
    const auto metadata = read_tensor_metadata(path);
    if (!metadata) return false;
    const auto kind = metadata->find("kind");
    return kind != metadata->end() && kind->second == "ganvas.attributes";
}

/// Which part of the explorer can show these points as they are.
const char* kind_of(const std::vector<LatentPoint>& points) {
    const LatentPoint& first = points.front();
    if (first.to) return "sweep";
    // The sheet around a face that was moved along directions belongs to them: the arithmetic has none.
    if (single_face(first.from) && !first.attributes.empty() && first.noise > 0) return "attributes";
    if (!single_face(first.from) || first.noise > 0) return "arithmetic";
    if (!first.axes.empty() || !first.moves.empty() || !first.coordinates.empty()) return "pad";
    if (!first.attributes.empty()) return "attributes";
    return points.size() == 1 ? "face" : "grid";
}

/// The file with the weights of the recipe's step, where it names only a run's folder.
std::string exact_checkpoint(const ExportRecipe& recipe) {
    const Path file =
        Path(recipe.checkpoint) / "checkpoints" / ("step-" + std::to_string(recipe.step) + ".safetensors");
    std::error_code gone;
    const bool exact =
        !recipe.checkpoint.empty() && !recipe.points.empty() && std::filesystem::is_regular_file(file, gone);
    return exact ? file.string() : recipe.checkpoint;
}

} // namespace

std::string run_of_checkpoint(const std::string& checkpoint) {
    const Path path(checkpoint);
    if (is_run_folder(path)) return path.string();
    const Path above = path.parent_path().parent_path();
    return is_run_folder(above) ? above.string() : std::string();
}

bool same_place(const std::string& one, const std::string& other) {
    std::error_code gone;
    return !one.empty() && !other.empty() && (one == other || std::filesystem::equivalent(one, other, gone));
}

/// A run was built from its recipe and keeps it.
void SessionImplementation::open_recipe(const std::string& path) {
    if (!run_open()) return handle(UseRecipe{path});
    if (auto recipe = load_recipe(path); !recipe) return notice(NoticeLevel::error, recipe.error().line());
    notice(NoticeLevel::info, "a run keeps its recipe: " + data_name(path) + " is for a new run",
           NoticeAction::new_run_with, path);
}

void SessionImplementation::handle(const OpenPath& command) {
    const Path path = command.path;
    if (is_run_folder(path)) return handle(OpenCheckpoint{command.path});
    if (const Path run = run_of_its_file(path); !run.empty()) return handle(OpenCheckpoint{run.string()});
    const std::string ending = file_ending(path);
    if (ending == ".safetensors" && holds_directions(path)) return handle(OpenDirections{command.path});
    if (ending == ".safetensors" && !holds_latents(path)) return handle(OpenCheckpoint{command.path});
    if (ending == ".toml") return open_recipe(command.path);
    const bool table = ending == ".safetensors" || ending == ".csv" || ending == ".svg";
    auto text = recipe_text_of(path, ending);
    if (text) {
        auto recipe = recipe_from_json(*text);
        if (!recipe) return notice(NoticeLevel::error, recipe.error().line());
        return restore(recipe.take());
    }
    // A table or a drawing is never a source of pictures, so what is wrong with it is said.
    if (table) return notice(NoticeLevel::error, text.error().line());
    // One picture is nothing to train on, but something to sweep from.
    std::error_code none;
    if (explored_.model && std::filesystem::is_regular_file(path, none) && is_picture_name(path.string())) {
        notice(NoticeLevel::info,
               path.filename().string()
                   + " stands in for A in the sweep; to train on pictures open their folder");
        RestoredState state;
        state.id = next_notice_++;
        state.from_image = command.path;
        arrivals_->put([state](SessionImplementation& session) { session.view_.restored.push_back(state); });
        return;
    }
    handle(OpenData{command.path});
}

void SessionImplementation::restore(ExportRecipe recipe) {
    RestoredState state;
    state.id = next_notice_++;
    state.kind = recipe.points.empty() ? recipe.kind : kind_of(recipe.points);
    state.step = recipe.step;
    const std::string checkpoint = exact_checkpoint(recipe);
    state.points = std::move(recipe.points);
    state.from_image = std::move(recipe.from_image);
    state.to_image = std::move(recipe.to_image);
    state.difference = recipe.space == "difference";
    if (checkpoint.empty()) {
        if (state.points.empty())
            return notice(NoticeLevel::info, "this " + state.kind + " names no run that could be opened");
        notice(NoticeLevel::warning, "it names no model, so it is shown with the one that is open");
        state.step = -1;
        return bring_back(std::move(state));
    }
    // Weights of the run that is open move on while it trains: it is not left for a picture of its past. History and
    // curves are of the run, whichever of its checkpoints is looked at.
    const bool this_run = same_place(run_of_checkpoint(checkpoint), run_folder_);
    if (same_place(checkpoint, checkpoint_) || (this_run && (loop_active() || state.points.empty())))
        return bring_back(std::move(state));
    open_run(checkpoint, AfterOpening::explore, {}, std::move(state));
}

void SessionImplementation::bring_back(RestoredState state) {
    if (state.points.empty())
        notice(NoticeLevel::info, "this " + state.kind + " is of the run that is open now");
    else if (state.step >= 0 && state.step != view_.model.step)
        notice(NoticeLevel::warning, "it was made at step " + std::to_string(state.step)
                                         + "; the weights here are of step "
                                         + std::to_string(view_.model.step) + ", so the pixels differ");
    // Handed over at the next poll, which would clear it if it were set here.
    arrivals_->put([state](SessionImplementation& session) { session.view_.restored.push_back(state); });
}

} // namespace ganvas
