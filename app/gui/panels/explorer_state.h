/// What the user has picked and set in the explorer: the part of the window that undo brings back.
///
/// A plain value, UI thread only. Panels change it freely through Frame::explorer; the window compares it between
/// frames and, once no mouse button holds a control, puts the state before on the undo stack. Everything a panel
/// needs to make a LatentPoint is here, so an exported picture can be opened again as one of these.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "app/gui/panels/command_edit.h"
#include "engine/api/values.h"
#include "engine/core/image.h"
#include "engine/core/latent_point.h"

namespace ganvas {

/// The two faces of a sweep: A is blue, B is red.
enum class Side { a, b };

/// A face: the picture that a seed makes, or (x-space only) a picture of the user's that stands in for it.
struct FacePick {
    std::uint64_t seed = 0;
    SharedBatch picture; ///< one picture at the model's size; null: the generator's own
    std::string picture_path;
    bool operator==(const FacePick&) const = default;
};

/// The magnified range is figure 9 of the first report: far outside the two faces.
enum class AlphaRange { unit, magnified };

constexpr int sweep_steps = 64;     ///< alphas in a sweep
constexpr int arithmetic_slots = 3; ///< plus, minus, plus
constexpr std::size_t picks_in_a_slot = 8;

/// One of the pad's two directions.
struct PadDirection {
    enum class Kind { axis, attribute, pair }; ///< pair: from A to B
    Kind kind = Kind::axis;
    int axis = 0;               ///< principal axis number
    std::string attribute = {}; ///< its name
    bool awaited = false; ///< an axis of a picture that was brought back, which is being found for this model
    bool operator==(const PadDirection& other) const {
        return kind == other.kind && axis == other.axis && attribute == other.attribute;
    }
};

/// Where the pad ends: so many standard deviations along axes and attributes, once the way from A to B.
constexpr double pad_end = 3;

struct ExplorerState {
    // Sweep
    std::optional<FacePick> a, b;
    double alpha = 0.5; ///< weight of B
    LatentPath path = LatentPath::slerp;
    AlphaRange range = AlphaRange::unit;
    double truncation = 1;
    int class_label = -1;      ///< of a conditional model; -1: the one that each seed names
    int class_to = -1;         ///< mixed into class_label; -1: nothing
    double class_weight = 0.5; ///< of class_to
    bool difference = false;   ///< show |z picture - x picture| beside them

    // Arithmetic: (mean of slot 0) - (mean of slot 1) + (mean of slot 2)
    std::array<std::vector<std::uint64_t>, arithmetic_slots> slots;
    bool keeps_length = true;     ///< means and result are as long as single latents
    double sheet_noise = 0.25;    ///< of the 3x3 sheet around the result
    std::uint64_t sheet_seed = 1; ///< of the first tile's noise; the others follow it by ones

    // Attributes: standard deviations along each direction, on this face (empty: A, or the first sample)
    std::map<std::string, double> attributes;
    std::optional<std::uint64_t> attribute_face;

    // Pad: two directions, where the pointer stands on them (-pad_end … pad_end), single coordinates
    PadDirection pad_across, pad_up = {.axis = 1};
    double pad_x = 0, pad_y = 0;
    std::map<int, double> coordinates;
    std::optional<std::uint64_t> pad_face;

    // Samples
    std::uint64_t random_seed = 1; ///< the random grid holds seeds random_seed, random_seed + 1, …
    std::vector<std::uint64_t> pinned;

    bool operator==(const ExplorerState&) const = default;

    [[nodiscard]] double alpha_maximum() const { return range == AlphaRange::unit ? 1.0 : 10.0; }
    [[nodiscard]] double alpha_step() const { return alpha_maximum() / (sweep_steps - 1); }
    [[nodiscard]] std::optional<FacePick>& pick(Side side) { return side == Side::a ? a : b; }
    void exchange() { std::swap(a, b); }

    /// The point of the sweep at `at`; needs A, and B for anything but at = 0.
    [[nodiscard]] LatentPoint sweep_point(double at) const;
    /// All `sweep_steps` of them; empty until A and B are picked.
    [[nodiscard]] std::vector<LatentPoint> sweep_points() const;
    /// The mean of one slot.
    [[nodiscard]] LatentPoint slot_point(std::size_t slot) const;
    /// Plus - minus + plus; slots that are empty are left out.
    [[nodiscard]] LatentPoint arithmetic_point() const;
    /// Result in the middle of nine, the others with noise around it.
    [[nodiscard]] std::vector<LatentPoint> arithmetic_sheet() const;
    [[nodiscard]] bool arithmetic_empty() const;
    /// `fallback` is used where no face was chosen and there is no A.
    [[nodiscard]] LatentPoint attribute_point(std::uint64_t fallback) const;
    [[nodiscard]] LatentPoint pad_point(std::uint64_t fallback) const;
    /// One face with the truncation and class that are set.
    [[nodiscard]] LatentPoint face_point(std::uint64_t seed) const;
    /// The class, or the mixture of two, goes into the point.
    void name_class(LatentPoint& point) const;
    /// The class (and mixture) that made the point comes back.
    void take_class(const LatentPoint& point);
    /// Another model has `classes`: what it lacks is no longer asked for. True when something changed.
    bool fit_classes(int classes);
    /// Other directions were learned or opened: amounts along those that are gone are let go. True as above.
    bool fit_attributes(const std::vector<AttributeCard>& known);
};

/// What undo goes back over: a whole state before (small: a few hundred bytes), or something asked of training.
using UndoStep = std::variant<ExplorerState, CommandEdit>;

/// Undo and redo as values: two stacks of steps in the order in which they were made.
class UndoStack {
public:
    /// The state that was left for something else, or what was asked; forgets what could be redone.
    void push(UndoStep step);
    /// Another run is open: what was asked of the one before is no longer there to take back.
    void forget_commands();
    [[nodiscard]] bool can_undo() const { return !undo_.empty(); }
    [[nodiscard]] bool can_redo() const { return !redo_.empty(); }
    /// What to go back to: a state before `current` (which can then be redone), or an edit whose `back` is due; empty: nothing.
    [[nodiscard]] std::optional<UndoStep> undo(const ExplorerState& current) {
        return move(undo_, redo_, current);
    }
    /// The same the other way: a state, or an edit's `forth`.
    [[nodiscard]] std::optional<UndoStep> redo(const ExplorerState& current) {
        return move(redo_, undo_, current);
    }

private:
    static constexpr std::size_t limit_ = 500;
    using Steps = std::vector<UndoStep>;
    static std::optional<UndoStep> move(Steps& from, Steps& to, const ExplorerState& current);
    Steps undo_, redo_;
};

} // namespace ganvas
