// An export as the one line of the command-line contract that makes the same pixels.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "engine/core/file_ending.h"
#include "engine/core/single_face.h"
#include "engine/export/layout.h"
#include "engine/export/recipe_text.h"

namespace ganvas {
namespace {

std::string number(double value) {
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, value);
    return {text, end.ptr};
}

std::string seed_list(const std::vector<std::uint64_t>& seeds) {
    std::string text;
    for (const std::uint64_t seed : seeds) text += (text.empty() ? "" : ",") + std::to_string(seed);
    return text;
}

/// The point with nothing left but what every subcommand has options for: truncation and class.
LatentPoint bare(const LatentPoint& point) {
    LatentPoint plain;
    plain.truncation = point.truncation;
    plain.class_label = point.class_label;
    plain.class_mix = point.class_mix;
    return plain;
}

std::string common_options(const LatentPoint& point) {
    std::string text;
    for (const auto& [label, weight] : point.class_mix)
        text += (text.empty() ? " --class " : ",") + std::to_string(label) + ":" + number(weight);
    if (point.class_mix.empty() && point.class_label >= 0)
        text += " --class " + std::to_string(point.class_label);
    if (point.truncation != 1) text += " --truncation " + number(point.truncation);
    return text;
}

/// Pixel space, with the pictures of the user's that stand for its ends.
std::string space_options(const ExportRecipe& recipe) {
    if (recipe.space == "z") return {};
    std::string text = " --space " + recipe.space;
    if (!recipe.from_image.empty()) text += " --from-image " + shell_word(recipe.from_image);
    if (!recipe.to_image.empty()) text += " --to-image " + shell_word(recipe.to_image);
    return text;
}

/// `sample` draws a grid by itself, so one row is spelt out; a table of latents has no layout.
std::string layout_options(const ExportRecipe& recipe, bool grid_by_default) {
    if (recipe.kind == "latents") return {};
    int columns = recipe.columns;
    const bool grid = recipe.kind == "grid" || recipe.kind == "sheet";
    const int count = static_cast<int>(recipe.points.size());
    if (columns == 0 && grid && !grid_by_default) columns = square_columns(count);
    if (columns == 0 && !grid && grid_by_default && count > 1) columns = count;
    std::string text;
    if (columns > 0) text += " --columns " + std::to_string(columns);
    if (recipe.gap > 0) text += " --gap " + std::to_string(recipe.gap);
    if (recipe.scale > 1) text += " --scale " + std::to_string(recipe.scale);
    return text;
}

Error no_file_yet() {
    return {ErrorCode::unsupported, "the model has no file yet", "", "save a checkpoint first"};
}

/// Faces of seeds in a row: `sample --count N --seed S`.
std::optional<std::string> as_sample(const ExportRecipe& recipe) {
    if (recipe.kind == "animation") return std::nullopt;
    const LatentPoint& first = recipe.points.front();
    const auto seed = single_face(first.from);
    const int count = static_cast<int>(recipe.points.size());
    if (!seed || recipe.points != faces_like(bare(first), *seed, count)) return std::nullopt;
    return " --count " + std::to_string(count) + " --seed " + std::to_string(*seed) + common_options(first);
}

/// A sweep from one face to another at even steps, or one moment of it.
std::optional<std::string> as_interpolation(const ExportRecipe& recipe) {
    const LatentPoint& first = recipe.points.front();
    const auto from = single_face(first.from);
    const auto to = first.to ? single_face(*first.to) : std::nullopt;
    if (!from || !to) return std::nullopt;
    LatentPoint base = bare(first);
    base.from = first.from;
    base.to = first.to;
    base.path = first.path;
    const double alpha_from = first.alpha, alpha_to = recipe.points.back().alpha;
    const auto alphas = sweep_alphas(static_cast<int>(recipe.points.size()), alpha_from, alpha_to);
    for (std::size_t i = 0; i < alphas.size(); ++i) {
        LatentPoint point = recipe.points[i];
        if (std::abs(point.alpha - alphas[i]) > 1e-9 * std::max(1.0, std::abs(alphas[i])))
            return std::nullopt;
        point.alpha = base.alpha;
        if (point != base) return std::nullopt;
    }
    std::string text = " --from " + std::to_string(*from) + " --to " + std::to_string(*to);
    text += " --steps " + std::to_string(alphas.size());
    text += space_options(recipe);
    if (first.path == LatentPath::slerp) text += " --path slerp";
    if (alphas.size() == 1)
        text += " --alpha " + number(alpha_from);
    else if (alpha_from != 0 || alpha_to != 1)
        text += " --alpha " + number(alpha_from) + ":" + number(alpha_to);
    return text + common_options(first);
}

/// The result alone, or its 3x3 sheet with noise: terms of weight one, or one face moved along attributes.
std::optional<std::string> as_arithmetic(const ExportRecipe& recipe) {
    if (recipe.kind == "animation") return std::nullopt;
    const std::size_t count = recipe.points.size();
    if (count != 1 && (count != 9 || recipe.columns > 3)) return std::nullopt;
    const LatentPoint& result = recipe.points[count / 2];
    LatentPoint plain = bare(result);
    plain.from = result.from;
    plain.attributes = result.attributes;
    plain.length = result.length;
    if (plain != result || result.from.slots.empty()) return std::nullopt;
    std::string text;
    if (const auto seed = single_face(result.from); seed && !result.attributes.empty()) {
        text = " --seed " + std::to_string(*seed);
    } else {
        for (const LatentSum::Slot& slot : result.from.slots) {
            if (std::abs(slot.weight) != 1 || slot.seeds.empty()) return std::nullopt;
            text += (slot.weight > 0 ? " --plus " : " --minus ") + seed_list(slot.seeds);
        }
    }
    for (const auto& [attribute, amount] : result.attributes)
        text += " --attribute " + shell_word(attribute + "=" + number(amount));
    if (result.length == LatentLength::prior) text += " --length prior";
    if (count == 1) return text + " --only result" + common_options(result);
    const LatentPoint& corner = recipe.points.front();
    const bool laid_out =
        recipe.columns == 3 || (recipe.columns == 0 && (recipe.kind == "sheet" || recipe.kind == "grid"));
    if (!laid_out || recipe.points != noise_sheet_points(result, 3, corner.noise, corner.noise_seed))
        return std::nullopt;
    return text + " --only sheet --noise " + number(corner.noise) + " --noise-seed "
           + std::to_string(corner.noise_seed) + common_options(result);
}

} // namespace

std::string shell_word(std::string_view text) {
    const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
               || std::string_view("_@%+=:,./-").find(c) != std::string_view::npos;
    });
    if (plain) return std::string(text);
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'')
            quoted += "'\\''";
        else
            quoted += c;
    }
    return quoted + "'";
}

Result<std::string> command_line(const ExportRecipe& recipe, const std::string& out) {
    if (recipe.checkpoint.empty()) return no_file_yet();
    if (recipe.points.empty() || recipe.kind == "history" || recipe.kind == "curves")
        return Error{ErrorCode::unsupported, "no command makes this", recipe.kind,
                     "export it from the window"};
    // The ending alone tells a command whether pictures or their latents are wanted.
    const bool latents = recipe.kind == "latents";
    if (latents != is_latent_table(out))
        return Error{ErrorCode::usage, "the ending is of another kind of file", out,
                     latents ? "use .csv or .safetensors" : "use .png, .gif or .webp"};
    if (recipe.space != "z" && !recipe.points.front().to)
        return Error{ErrorCode::unsupported, "pixel space needs a sweep between two faces", "",
                     "pick A and B first"};
    const std::string place = " " + shell_word(recipe.checkpoint);
    const std::string target = " --out " + shell_word(out);
    const ExportRecipe usual;
    std::string animation;
    if (recipe.kind == "animation" && recipe.frames_per_second != usual.frames_per_second)
        animation = " --fps " + number(recipe.frames_per_second);

    if (const auto options = as_interpolation(recipe))
        return "ganvas interpolate" + place + *options + layout_options(recipe, false) + animation + target;
    if (const auto options = as_sample(recipe))
        return "ganvas sample" + place + *options + layout_options(recipe, true) + target;
    if (const auto options = as_arithmetic(recipe)) {
        ExportRecipe layout = recipe;
        layout.columns = 0;
        if (!latents) layout.kind = "picture";
        return "ganvas arithmetic" + place + *options + layout_options(layout, false) + target;
    }
    return "ganvas sample" + place + " --points " + shell_word(points_to_json(recipe.points))
           + space_options(recipe) + layout_options(recipe, true) + animation + target;
}

Result<std::string> neighbours_line(const std::string& checkpoint, const std::string& data,
                                    const LatentPoint& point, int count, const std::string& features,
                                    const std::string& out) {
    if (checkpoint.empty()) return no_file_yet();
    if (data.empty())
        return Error{ErrorCode::unsupported, "no training data are open", "",
                     "open some in the Train panel first"};
    const auto seed = single_face(point.from);
    LatentPoint plain = bare(point);
    plain.from = point.from;
    if (!seed || plain != point)
        return Error{ErrorCode::unsupported, "`ganvas neighbours` takes the face of one seed", "",
                     "pick a face of the grid"};
    return "ganvas neighbours " + shell_word(checkpoint) + " --data " + shell_word(data) + " --seed "
           + std::to_string(*seed) + " --count " + std::to_string(count)
           + (features == "blocks" ? std::string() : " --extractor " + features) + common_options(point)
           + " --out " + shell_word(out);
}

} // namespace ganvas
