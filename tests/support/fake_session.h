/// FakeSession: an engine for tests of the window. Draws coloured faces-like pictures from latents, invents losses.
///
/// One thread; deterministic: the same point gives the same picture. Records every command and request. What a view
/// holds can be set directly (state, histories of any length), and a frame arrives in the poll after its request.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/api/session.h"
#include "engine/core/health/watch.h"

namespace ganvas::testing {

enum class FakeContent { empty, small, huge };

class FakeSession final : public Session {
public:
    explicit FakeSession(FakeContent content);

    void send(Command command) override;
    void request(LatentRequest request) override;
    const View& poll() override;
    Result<std::string> as_command(const HasCommandLine& what) override;
    [[nodiscard]] std::string why_no_command(const HasCommandLine& what) const override;
    void set_interactive(bool interactive) override { interactive_ = interactive; }
    void set_seen(bool seen) override { seen_ = seen; }

    void set_state(TrainingState state);
    void give_classes();                   ///< the model becomes conditional: ten named classes
    void add_run(const std::string& name); ///< with three checkpoints, of which the second is the best
    /// Steps as a real run would: a loss point each, a mark every tenth.
    void train(int steps);
    /// The next request of any channel is answered with this error.
    void fail_next(Error error) { fail_ = std::move(error); }

    View view; ///< what the next poll returns
    std::vector<Command> commands;
    std::vector<LatentRequest> requests;
    std::optional<Error> no_command; ///< what as_command answers to exports of latents
    std::vector<ExportLatents> asked_commands;
    std::string attention_problem; ///< why the discriminator's attention cannot be shown; empty: it can
    std::vector<TrainingIncident>
        incidents; ///< steps that went wrong; view.health follows from the histories
    std::int64_t changed_at = 0;
    bool drift = false; ///< pictures change a little with each mark, as in a run
    [[nodiscard]] bool interactive() const { return interactive_; }

    /// How many commands of one kind came.
    template <class Kind>
    [[nodiscard]] int count() const {
        int found = 0;
        for (const Command& command : commands)
            if (std::holds_alternative<Kind>(command)) ++found;
        return found;
    }
    template <class Kind>
    [[nodiscard]] const Kind* last() const {
        for (auto it = commands.rbegin(); it != commands.rend(); ++it)
            if (const Kind* found = std::get_if<Kind>(&*it)) return found;
        return nullptr;
    }

private:
    void obey_runs(const Command& command);
    void obey_studies(const Command& command);
    void look(const LookAtAttention& command);

    std::vector<LatentRequest> waiting_; ///< newest of each channel
    std::optional<Error> fail_;
    bool interactive_ = false;
    bool seen_ = true;
    HealthWatch health_;
    std::vector<PictureRead> read_; ///< pictures of the next poll
};

/// The picture that a point makes, 64 x 64 RGB; `age` 0 (noise) … 1 (finished).
[[nodiscard]] SharedBatch fake_pictures(const std::vector<LatentPoint>& points, int size, int channels,
                                        double age);

} // namespace ganvas::testing
