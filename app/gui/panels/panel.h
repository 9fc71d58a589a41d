/// Panel: one tab of the window, and the only things it sees and may do.
///
/// UI thread. A panel draws from a Frame (values; valid for this call only) and answers through the CommandSink; it
/// knows no thread, no texture upload, no window and no other panel. What must survive a frame and is undoable is in
/// ExplorerState; what must not (a folded section, a play head) is a member of the panel.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/gui/panels/explorer_state.h"
#include "app/gui/panels/motion.h"
#include "app/gui/panels/time_axis.h"
#include "app/gui/widgets/controls.h"
#include "app/gui/widgets/curve.h"
#include "app/gui/widgets/image_tile.h"
#include "app/gui/widgets/theme.h"
#include "engine/api/session.h"

namespace ganvas {

/// Turns pictures into textures. Uploads only when a batch's identity (its address) is new; keeps what was drawn lately.
class ImageDrawer {
public:
    virtual ~ImageDrawer() = default;
    /// One picture of a batch; an empty region for null or an index out of range.
    [[nodiscard]] virtual TextureRegion picture(const SharedBatch& batch, int index) = 0;
    /// `count` blends (1 - alpha) a + alpha b in one texture, alpha from first to last, clamped to 0 … 255 a channel.
    [[nodiscard]] virtual std::vector<TextureRegion> blend(const SharedBatch& a, int index_a,
                                                           const SharedBatch& b, int index_b, double first,
                                                           double last, int count) = 0;
    /// gain * |a - ((1 - alpha) b + alpha c)| in grey levels of each channel: the z picture against the x picture.
    [[nodiscard]] virtual TextureRegion difference(const SharedBatch& a, int index_a, const SharedBatch& b,
                                                   int index_b, const SharedBatch& c, int index_c,
                                                   double alpha, double gain) = 0;
};

enum class PanelId {
    data,
    train,
    model,
    samples,
    sweep,
    arithmetic,
    attributes,
    pad,
    curves,
    distance,
    runs,
    jobs,
    messages,
    studies,
    compare,
    health,
    count
};

struct FileQuestion {
    enum class Kind { open_file, open_folder, save_file };
    Kind kind = Kind::open_file;
    std::string title;
    std::string suggestion;           ///< file name (save) or folder
    std::vector<std::string> filters; ///< "Pictures", "*.png *.gif *.webp", …
};

/// What a panel may ask for; everything else it does by changing Frame::explorer.
class CommandSink {
public:
    virtual ~CommandSink() = default;
    virtual void send(Command command) = 0;
    /// Fills in the id; newest of its channel wins. Prefer LatentAsker, which asks only when the points changed.
    virtual void request(LatentRequest request) = 0;
    [[nodiscard]] virtual Result<std::string> as_command(const HasCommandLine& what) = 0;
    /// Why there is no line; empty: as_command gives one.
    [[nodiscard]] virtual std::string why_no_command(const HasCommandLine& what) const = 0;
    /// Opens the native file dialog; `answer` is called with the path in a later frame, or never when cancelled.
    virtual void ask_file(FileQuestion question, std::function<void(std::string path)> answer) = 0;
    /// One line that fades after some seconds ("Copied"); failures come as notices instead.
    virtual void say(std::string text) = 0;
    /// Brings a panel's tab to the front.
    virtual void show(PanelId panel) = 0;
    virtual void copy_text(const std::string& text) = 0; ///< clipboard
    virtual void open_page(const std::string& path) = 0; ///< in the system's browser
    /// Reads a picture file to the model's size for x-space; an error becomes a notice.
    virtual void use_picture(Side side, const std::string& path) = 0;
};

/// The newest frame of each channel, kept by the window.
struct Previews {
    std::vector<PreviewFrame> newest =
        std::vector<PreviewFrame>(static_cast<std::size_t>(PreviewChannel::count));
    [[nodiscard]] const PreviewFrame& operator[](PreviewChannel channel) const {
        return newest[static_cast<std::size_t>(channel)];
    }
};

/// What the samples should show as soon as they can: a file that was opened said so.
struct SamplesWish {
    enum class Grid { none, fixed, random, classes };
    Grid grid = Grid::none;
    std::int64_t step = -1; ///< fixed: the mark nearest to it
    std::string run_folder; ///< fixed: whose history; of another run it is forgotten
};

/// A key that asks the panel in front for something.
struct PanelKey {
    bool pressed = false, taken = false;
    [[nodiscard]] bool take() {
        taken = taken || pressed;
        return pressed;
    }
};

struct Frame {
    const View& view;
    ExplorerState& explorer;
    const Previews& previews;
    ImageDrawer& images;
    const Theme& theme;
    TimeAxis& time_axis;       ///< of the curves; the window keeps one for all plots
    SamplesWish& samples_wish; ///< taken by the samples once they show it
    double time = 0;           ///< seconds since the window opened
    double seconds_since_last = 0;
    bool smooth_pictures = false;                ///< soft instead of crisp pixels
    const std::vector<std::string>& recent_data; ///< sources that were opened, newest first
    std::string& inception_weights;              ///< Inception-v3's file that the user chose; empty: none
    /// Files dropped on the window in this frame; a panel under the pointer may take them out, the rest is opened.
    std::vector<std::string>& dropped;
    Motion& motion;                 ///< of this frame so far; see keep_drawing()
    PanelKey* export_key = nullptr; ///< Ctrl+E; null: this panel is not the one in front
    PanelKey* copy_key = nullptr;   ///< Ctrl+Shift+C

    /// Whether this panel is to open its export menu, or to copy its command; the window then knows that it does.
    [[nodiscard]] bool takes_export() const { return export_key && export_key->take(); }
    [[nodiscard]] bool takes_copy() const { return copy_key && copy_key->take(); }

    /// Draw again soon, though nobody touches the window: a panel calls it in each frame in which it plays or fades.
    void keep_drawing(Motion why) const { motion = std::max(motion, why); }
    [[nodiscard]] float px(float at_scale_one) const { return theme.px(at_scale_one); }
    /// The face that explorers start from before anything was picked: A, else the first fixed sample, else seed 1.
    [[nodiscard]] std::uint64_t first_face() const;
    [[nodiscard]] bool has_model() const { return view.model.id != 0; }
};

class Panel {
public:
    virtual ~Panel() = default;
    [[nodiscard]] virtual PanelId id() const = 0;
    /// Tab and window name; fixed, ASCII, unique ("Samples").
    [[nodiscard]] virtual const char* title() const = 0;
    /// Shown only once something asked for it, with a cross to close it; the others are tabs from the start.
    [[nodiscard]] virtual bool on_demand() const { return false; }
    /// Between ImGui::Begin and End, which the window calls; only when the tab can be seen.
    virtual void draw(const Frame& frame, CommandSink& sink) = 0;
};

/// Sends a request only when the points differ from the last ones, or newer weights or another model came.
class LatentAsker {
public:
    explicit LatentAsker(PreviewChannel channel) : channel_(channel) {}
    void ask(CommandSink& sink, const Frame& frame, std::vector<LatentPoint> points);

private:
    PreviewChannel channel_;
    std::vector<LatentPoint> last_;
    std::uint64_t last_model_ = 0;
};

/// All panels in the order of PanelId; each make_… is in its own .cpp.
[[nodiscard]] std::unique_ptr<Panel> make_data_panel();
[[nodiscard]] std::unique_ptr<Panel> make_train_panel();
[[nodiscard]] std::unique_ptr<Panel> make_model_panel();
[[nodiscard]] std::unique_ptr<Panel> make_samples_panel();
[[nodiscard]] std::unique_ptr<Panel> make_sweep_panel();
[[nodiscard]] std::unique_ptr<Panel> make_arithmetic_panel();
[[nodiscard]] std::unique_ptr<Panel> make_attributes_panel();
[[nodiscard]] std::unique_ptr<Panel> make_pad_panel();
[[nodiscard]] std::unique_ptr<Panel> make_curves_panel();
[[nodiscard]] std::unique_ptr<Panel> make_distance_panel();
[[nodiscard]] std::unique_ptr<Panel> make_runs_panel();
[[nodiscard]] std::unique_ptr<Panel> make_jobs_panel();
[[nodiscard]] std::unique_ptr<Panel> make_messages_panel();
[[nodiscard]] std::unique_ptr<Panel> make_studies_panel();
[[nodiscard]] std::unique_ptr<Panel> make_compare_panel();
[[nodiscard]] std::unique_ptr<Panel> make_health_panel();

} // namespace ganvas
