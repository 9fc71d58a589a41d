#include "engine/studies/study_runner.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <nlohmann/json.hpp>
#include <thread>

#include "engine/core/nesting.h"
#include "engine/core/processors.h"
#include "engine/core/thread_annotations.h"
#include "engine/studies/shared_training.h"
#include "engine/studies/unit_runner.h"

namespace ganvas {
namespace {

constexpr double shortest_trial = 2, longest_trial = 10; ///< seconds
constexpr double worth_two = 1.1;                 ///< two at a time must make so many times the images of one
constexpr double smallest_budget_for_trial = 0.5; ///< minutes

using OrderedJson = nlohmann::ordered_json;

Path pace_file(const Path& out) { return out / "pace.json"; }

Result<void> write_pace(const Path& out, const StudyPace& pace) {
    const OrderedJson json{{"at_once", pace.at_once}, {"reason", pace.reason}};
    return write_file(pace_file(out), json.dump(1, ' ', false, OrderedJson::error_handler_t::replace) + "\n");
}

std::string rate_text(double rate) {
    return std::to_string(static_cast<long>(std::lround(rate))) + " images/s";
}

/// Trains the first two rows for some seconds: alone with all cores, then together with half of them each.
Result<StudyPace> try_paces(const StudyPlan& plan, StudyWork& work, const Progress& progress) {
    const double seconds = std::clamp(plan.units[0].target.minutes * 60 / 30, shortest_trial, longest_trial);
    progress.report(0, "finding out whether two rows at a time are faster");
    auto alone = work.training_rate(train_job(plan.units[0], plan.options), 0, seconds, progress);
    if (!alone) return alone.error();
    const int half = std::max(1, usable_processors() / 2);
    Result<double> rates[2] = {0.0, 0.0};
    {
        std::vector<std::jthread> threads;
        for (int k : {0, 1})
            threads.emplace_back([&, k] {
                rates[k] =
                    work.training_rate(train_job(plan.units[0], plan.options), half, seconds, progress);
            });
    }
    for (const auto& rate : rates)
        if (!rate) return rate.error();
    const double together = *rates[0] + *rates[1];
    const bool two = together > worth_two * *alone;
    return StudyPace{two ? 2 : 1,
                     "one row trained at " + rate_text(*alone) + ", two together at " + rate_text(together)};
}

/// Takes units from the plan until none is left or the stop token is set; run by one thread or two.
class Crew {
public:
    Crew(const StudyPlan& plan, StudyWork& work, const Progress& progress, const StudyWatcher& watch)
        : plan_(plan), work_(work), progress_(progress), watch_(watch), fractions_(plan.units.size(), 0.0) {}

    /// Units that train (or those that measure another's run), `workers` at a time.
    void run(bool trains, int workers) {
        next_ = 0;
        const auto labour = [this, trains] {
            for (std::size_t i = next_++; i < plan_.units.size() && !progress_.stop_requested(); i = next_++)
                if (plan_.units[i].trains == trains) run_unit(i);
        };
        if (workers < 2) return labour();
        std::vector<std::jthread> threads;
        for (int k = 0; k < workers; ++k) threads.emplace_back(labour);
    }

    [[nodiscard]] StudyOutcome outcome() const {
        const MutexLock lock(mutex_);
        return outcome_;
    }

private:
    void run_unit(std::size_t index) {
        const StudyUnit& unit = plan_.units[index];
        Progress own;
        own.stop = progress_.stop;
        own.on_report = [&](double fraction, std::string_view text) { report(index, fraction, text); };
        UnitRunner runner(plan_, unit, work_, own, [&](const UnitRecord& record, const std::string& phase) {
            const MutexLock lock(mutex_);
            if (watch_) watch_(unit, record, phase);
        });
        auto result = runner.run();
        const MutexLock lock(mutex_);
        fractions_[index] = 1;
        if (result)
            ++outcome_.done;
        else if (result.error().code == ErrorCode::interrupted)
            outcome_.interrupted = true;
        else
            outcome_.failures.push_back(unit.key + ": " + result.error().line());
    }

    void report(std::size_t index, double fraction, std::string_view text) {
        const MutexLock lock(mutex_);
        fractions_[index] = std::max(fractions_[index], fraction);
        double sum = 0;
        for (const double one : fractions_) sum += one;
        progress_.report(sum / static_cast<double>(fractions_.size()),
                         plan_.units[index].key + ": " + std::string(text));
    }

    const StudyPlan& plan_;
    StudyWork& work_;
    const Progress& progress_;
    const StudyWatcher& watch_;
    std::atomic<std::size_t> next_ = 0;
    mutable Mutex mutex_;
    std::vector<double> fractions_ GANVAS_GUARDED_BY(mutex_);
    StudyOutcome outcome_ GANVAS_GUARDED_BY(mutex_);
};

} // namespace

StudyPace read_pace(const Path& out) {
    const auto text = read_text(pace_file(out), 1u << 16);
    StudyPace pace;
    if (!text || nested_deeper_than(*text, 8)) return pace;
    const OrderedJson json = OrderedJson::parse(*text, nullptr, false);
    if (!json.is_object()) return pace;
    if (json.contains("at_once") && json["at_once"].is_number_integer())
        pace.at_once = std::clamp(json["at_once"].get<int>(), 1, 2);
    if (json.contains("reason") && json["reason"].is_string())
        pace.reason = json["reason"].get<std::string>();
    return pace;
}

/// A trial that fails says nothing about the rows: they are run one at a time and say for themselves what is wrong.
Result<StudyPace> choose_pace(const StudyPlan& plan, StudyWork& work, const Progress& progress) {
    const Path out = plan.options.out;
    std::error_code code;
    if (std::filesystem::exists(pace_file(out), code)) return read_pace(out);
    const auto trained =
        std::count_if(plan.units.begin(), plan.units.end(), [](const StudyUnit& u) { return u.trains; });
    StudyPace pace;
    const double budget = plan.options.budget;
    if (plan.options.at_once > 0) {
        pace = {plan.options.at_once,
                plan.options.pace_reason.empty() ? "as asked for" : plan.options.pace_reason};
    } else if (trained < 2 || usable_processors() < 2) {
        pace.reason = trained < 2 ? "there is one row to train" : "the machine has one core";
    } else if (budget > 0 && budget < smallest_budget_for_trial) {
        pace.reason = "the budget is too small for a trial of two";
    } else if (auto tried = try_paces(plan, work, progress); tried) {
        pace = tried.take();
    } else if (tried.error().code == ErrorCode::interrupted) {
        return tried.error();
    } else {
        pace.reason = "the trial of two failed";
    }
    if (auto written = write_pace(out, pace); !written) return written.error();
    return pace;
}

Result<StudyPace> prepare_study(StudyPlan& plan, StudyWork& work, const Progress& progress) {
    const Path out = plan.options.out;
    if (auto claimed = claim_folder(out, plan_identity(*plan.study, plan.options)); !claimed)
        return claimed.error();
    auto pace = choose_pace(plan, work, progress);
    if (!pace) return pace.error();
    if (pace->at_once > 1) share_machine(plan);
    if (auto assigned = assign_trainings({&plan}); !assigned) return assigned.error();
    return pace;
}

StudyOutcome work_through(const StudyPlan& plan, const StudyPace& pace, StudyWork& work,
                          const Progress& progress, const StudyWatcher& watch) {
    Crew crew(plan, work, progress, watch);
    crew.run(true, pace.at_once);
    crew.run(false, 1);
    StudyOutcome outcome = crew.outcome();
    outcome.pace = pace;
    outcome.interrupted = outcome.interrupted || progress.stop_requested();
    return outcome;
}

Result<StudyOutcome> run_study(const StudyPlan& plan, StudyWork& work, const Progress& progress,
                               const StudyWatcher& watch) {
    StudyPlan prepared = plan;
    auto pace = prepare_study(prepared, work, progress);
    if (!pace) return pace.error();
    return work_through(prepared, *pace, work, progress, watch);
}

} // namespace ganvas
