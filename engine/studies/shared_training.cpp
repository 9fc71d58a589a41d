#include "engine/studies/shared_training.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "engine/core/file_calls.h"
#include "engine/core/nesting.h"
#include "engine/studies/unit_runner.h"

namespace ganvas {
namespace {

using OrderedJson = nlohmann::ordered_json;
constexpr double same_part = 1e-6;
constexpr const char* keeping[] = {"measure.live", "train.checkpoint_minutes", "train.sample_every_seconds",
                                   "train.keep_checkpoints", "train.keep_every"};

/// Where a run is saved and for whom, as it lies in FOLDER/plans.
struct TrainingPlan {
    std::vector<double> stops;
    std::vector<std::string> users;
};

Path plan_file(const Path& folder, const std::string& key) { return folder / "plans" / (key + ".json"); }

TrainingPlan read_plan(const Path& folder, const std::string& key) {
    TrainingPlan plan;
    const auto text = read_text(plan_file(folder, key), 1u << 20);
    if (!text || nested_deeper_than(*text, 8)) return plan;
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    if (!json.is_object()) return plan;
    if (json.contains("stops") && json["stops"].is_array())
        for (const auto& stop : json["stops"])
            if (stop.is_number()) plan.stops.push_back(stop.get<double>());
    if (json.contains("users") && json["users"].is_array())
        for (const auto& user : json["users"])
            if (user.is_string()) plan.users.push_back(user.get<std::string>());
    return plan;
}

Result<void> write_plan(const Path& folder, const std::string& key, const TrainingPlan& plan) {
    if (auto made = make_folder(folder / "plans"); !made) return made;
    const OrderedJson json{{"stops", plan.stops}, {"users", plan.users}};
    return write_file(plan_file(folder, key),
                      json.dump(1, ' ', false, OrderedJson::error_handler_t::replace) + "\n");
}

bool has_part(const std::vector<double>& parts, double part) {
    return std::any_of(parts.begin(), parts.end(),
                       [&](double one) { return std::abs(one - part) < same_part; });
}

bool covers(const std::vector<double>& stops, const std::vector<double>& wanted) {
    return std::all_of(wanted.begin(), wanted.end(), [&](double part) { return has_part(stops, part); });
}

std::vector<double> points_of(const StudyUnit& unit) {
    std::vector<double> parts;
    for (int point = 1; point <= unit.points; ++point)
        parts.push_back(static_cast<double>(point) / unit.points);
    return parts;
}

/// Fowler, Noll and Vo's hash, 64 bits, as 16 hexadecimal digits: the same on every machine.
std::string hash_of(const std::string& text) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(hash));
    return digits;
}

std::string state_on_disk(const std::string& source) {
    std::error_code code;
    const auto time = std::filesystem::last_write_time(source, code);
    if (code) return {};
    std::string text = " " + std::to_string(time.time_since_epoch().count());
    if (std::filesystem::is_regular_file(source, code))
        text += " " + std::to_string(std::filesystem::file_size(source, code));
    return text;
}

/// Units of any plan that are one run, by identity, in the order of the plans.
struct Group {
    std::string identity;
    std::vector<StudyUnit*> units;
    std::vector<std::string> users;
    std::set<double> parts; ///< their points
    std::set<double> marks; ///< where their figures look: stops of a new run, and no reason to train one anew
};

std::vector<Group> group_units(const std::vector<StudyPlan*>& plans) {
    std::vector<Group> groups;
    std::map<std::string, std::size_t> places;
    for (StudyPlan* plan : plans)
        for (StudyUnit& unit : plan->units) {
            if (!unit.trains) continue;
            const std::string identity = training_identity(unit, plan->options);
            const auto [place, fresh] = places.try_emplace(identity, groups.size());
            if (fresh) groups.push_back({identity, {}, {}, {}, {}});
            Group& group = groups[place->second];
            group.units.push_back(&unit);
            group.users.push_back(plan->study->name + "/" + unit.key);
            for (const double part : points_of(unit))
                group.parts.insert(std::round(part / same_part) * same_part);
            for (const double part : unit.marks) group.marks.insert(std::round(part / same_part) * same_part);
        }
    return groups;
}

/// A run in the folder that has all points, or the name of a new one.
std::string find_key(const Path& folder, const Group& group) {
    const std::string hash = hash_of(group.identity);
    const std::vector<double> wanted(group.parts.begin(), group.parts.end());
    std::vector<std::string> keys;
    std::error_code code;
    for (std::filesystem::directory_iterator entry(folder / "plans", code), end; !code && entry != end;
         entry.increment(code))
        if (const std::string key = entry->path().stem().string(); key.find(hash) != std::string::npos)
            keys.push_back(key);
    std::sort(keys.begin(), keys.end());
    for (const std::string& key : keys)
        if (covers(read_plan(folder, key).stops, wanted)) return key;
    return group.units.front()->row->recipe + "-" + hash
           + (keys.empty() ? "" : "-" + std::to_string(keys.size() + 1));
}

Result<void> assign_group(const Path& folder, const Group& group) {
    const std::string key = find_key(folder, group);
    TrainingPlan plan = read_plan(folder, key);
    if (plan.stops.empty()) {
        std::set<double> stops = group.parts;
        stops.insert(group.marks.begin(), group.marks.end());
        plan.stops.assign(stops.begin(), stops.end());
    }
    for (const std::string& user : group.users)
        if (std::find(plan.users.begin(), plan.users.end(), user) == plan.users.end())
            plan.users.push_back(user);
    if (auto written = write_plan(folder, key, plan); !written) return written;
    for (StudyUnit* unit : group.units) {
        unit->training = key;
        unit->stops = plan.stops;
        unit->folder = (folder / key).string();
        // Every stop stays until all rows have been measured there; what lies between goes when the run is finished.
        std::erase_if(unit->assignments,
                      [](const std::string& one) { return one.starts_with("train.keep_checkpoints="); });
        unit->assignments.emplace_back("train.keep_checkpoints=1000");
        (void)unit->settings.assign(unit->assignments.back());
    }
    return {};
}

/// Held while a run is trained; the system lets go of it when a program dies.
class TrainingLock {
public:
    Result<void> take(const Path& path, const std::string& key, const Progress& progress) {
        if (const int code = open_file(file_, path, O_CREAT | O_RDWR); code != 0)
            return file_error("cannot be locked", path, code);
        // A disk without locks is used as it is.
        while (::flock(file_.value(), LOCK_EX | LOCK_NB) != 0 && (errno == EWOULDBLOCK || errno == EINTR)) {
            if (progress.stop_requested()) return Error{ErrorCode::interrupted, "interrupted", key, ""};
            progress.report(0, "waiting for " + key + ", which is trained for another row");
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
        }
        return {};
    }

private:
    FileDescriptor file_;
};

const PointRecord* point_at(const UnitRecord& record, double part) {
    for (const PointRecord& point : record.points)
        if (std::abs(point.part - part) < same_part) return &point;
    return nullptr;
}

/// A finished run keeps the checkpoints of its stops alone.
void remove_checkpoints_between(const Path& folder, const UnitRecord& record) {
    std::set<std::string> kept;
    for (const PointRecord& point : record.points) kept.insert(Path(point.checkpoint).filename().string());
    std::error_code code;
    std::vector<Path> extra;
    for (std::filesystem::directory_iterator entry(folder / "checkpoints", code), end; !code && entry != end;
         entry.increment(code))
        if (entry->path().extension() == ".safetensors" && !kept.contains(entry->path().filename().string()))
            extra.push_back(entry->path());
    for (const Path& path : extra) std::filesystem::remove(path, code);
}

Result<void> train_to_stop(const StudyUnit& unit, const StudyOptions& options, double stop, double part,
                           UnitRecord& record, StudyWork& work, const Progress& progress) {
    TrainJob job = train_job(unit, options);
    job.target = part_of(unit.target, stop);
    Progress own;
    own.stop = progress.stop;
    own.on_report = [&](double fraction, std::string_view text) {
        progress.report(std::min(1.0, fraction * stop / part), text);
    };
    auto trained = work.train(job, own);
    if (!trained) return trained.error();
    if (trained->interrupted)
        return Error{ErrorCode::interrupted, "interrupted", unit.training, "what is done is saved"};
    record.points.push_back(
        {stop, trained->step, trained->images, trained->seconds, trained->epoch, trained->checkpoint, {}});
    record.done = record.points.size() == unit.stops.size();
    record.data_source = unit.data.source, record.data_name = unit.data.name;
    record.data_split = unit.data.split, record.stand_in = unit.data.stand_in;
    if (record.done) remove_checkpoints_between(Path(unit.folder), record);
    return write_record(options.trainings, unit.training, record);
}

} // namespace

std::string training_identity(const StudyUnit& unit, const StudyOptions& options) {
    std::string text;
    for (const std::string& key : unit.settings.differences(Settings()))
        if (std::find(std::begin(keeping), std::end(keeping), key) == std::end(keeping))
            text += key + "=" + unit.settings.as_text(key) + "\n";
    char length[160];
    std::snprintf(length, sizeof length, "%.9g epochs %lld steps %lld images %.9g minutes seed %llu\n",
                  unit.target.epochs, static_cast<long long>(unit.target.steps),
                  static_cast<long long>(unit.target.images), unit.target.minutes,
                  static_cast<unsigned long long>(unit.seed));
    return text + length + options.device + "\n" + unit.data.source + state_on_disk(unit.data.source);
}

Result<void> assign_trainings(const std::vector<StudyPlan*>& plans) {
    std::map<std::string, std::vector<StudyPlan*>> by_folder;
    for (StudyPlan* plan : plans)
        if (!plan->options.trainings.empty()) by_folder[plan->options.trainings].push_back(plan);
    for (const auto& [folder, sharing] : by_folder) {
        for (const Group& group : group_units(sharing))
            if (auto assigned = assign_group(folder, group); !assigned) return assigned;
        for (StudyPlan* plan : sharing)
            for (StudyUnit& unit : plan->units) {
                if (unit.trains) continue;
                const auto owner = std::find_if(plan->units.begin(), plan->units.end(),
                                                [&](const StudyUnit& one) { return one.key == unit.owner; });
                if (owner != plan->units.end()) unit.folder = owner->folder, unit.training = owner->training;
            }
    }
    return {};
}

std::vector<std::string> training_users(const std::string& trainings, const std::string& key) {
    return trainings.empty() || key.empty() ? std::vector<std::string>{} : read_plan(trainings, key).users;
}

TrainingCount count_trainings(const std::vector<const StudyPlan*>& plans) {
    TrainingCount count;
    std::set<std::string> seen;
    for (const StudyPlan* plan : plans) {
        StudyPlan copy = *plan;
        const std::string& folder = plan->options.trainings;
        for (const Group& group : group_units({&copy})) {
            const StudyUnit& unit = *group.units.front();
            for (const StudyUnit* one : group.units) {
                if (!seen.insert(folder.empty() ? one->folder : folder + "\n" + group.identity).second)
                    continue;
                const UnitRecord record = folder.empty() ? read_record(plan->options.out, one->key)
                                                         : read_record(folder, find_key(folder, group));
                const double part = record.points.empty() ? 0 : record.points.back().part;
                ++count.all;
                if (part < 1 - same_part) ++count.open;
                count.open_minutes += unit.target.minutes * (1 - std::min(part, 1.0));
            }
        }
    }
    return count;
}

Result<PointRecord> train_shared(const StudyUnit& unit, const StudyOptions& options, double part,
                                 StudyWork& work, const Progress& progress) {
    const Path folder = options.trainings;
    if (auto made = make_folder(folder / "locks"); !made) return made.error();
    TrainingLock lock;
    const Path lock_file = folder / "locks" / (unit.training + ".lock");
    if (auto taken = lock.take(lock_file, unit.training, progress); !taken) return taken.error();
    UnitRecord record = read_record(folder, unit.training);
    for (const double stop : unit.stops) {
        if (stop > part + same_part) break;
        if (point_at(record, stop) != nullptr) continue;
        if (auto trained = train_to_stop(unit, options, stop, part, record, work, progress); !trained)
            return trained.error();
    }
    const PointRecord* point = point_at(record, part);
    if (point == nullptr)
        return Error{ErrorCode::internal, "the shared run has no such point", unit.training,
                     std::to_string(part)};
    PointRecord found = *point;
    found.part = part;
    return found;
}

} // namespace ganvas
