/// What a study has done so far, on disk: one JSON file a unit, in DIR/records, and DIR/study.json for all.
///
/// Free functions, any thread; two threads write different units. Files are written whole or not at all, so a kill
/// leaves the record of the last finished piece of work, and the runner goes on from there. A record that cannot be
/// read counts as none: its row is done again from its run folder, which loses readings but no training.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/core/files.h"
#include "engine/core/result.h"
#include "engine/studies/study_work.h"

namespace ganvas {

/// A place of a run at which it was measured.
struct PointRecord {
    double part = 0; ///< of the run, 0 to 1
    std::int64_t step = 0, images = 0;
    double seconds = 0, epoch = 0;
    std::string checkpoint;
    std::map<std::string, Reading> readings; ///< column key
    bool operator==(const PointRecord&) const = default;
};

struct FigureRecord {
    std::vector<FigurePicture> pictures;
    std::string reason; ///< why there is none
    bool operator==(const FigureRecord&) const = default;
};

struct UnitRecord {
    std::vector<PointRecord> points;
    std::map<int, FigureRecord> figures; ///< number of the figure in the study
    bool done = false;
    std::string error; ///< the row failed; it is tried again when the study goes on
    std::string data_source, data_name, data_split; ///< what it was trained on, as ChosenData
    bool stand_in = false;
    std::string run_folder; ///< of its own or a shared run
    bool operator==(const UnitRecord&) const = default;
};

/// Takes back what failed and may succeed on another try (readings without a number and figures without a picture, unless
/// they are settled), and with it what was computed from other readings; true when anything was taken back.
bool forget_failures(UnitRecord& record);

[[nodiscard]] Path records_folder(const Path& out);
[[nodiscard]] Path figures_folder(const Path& out);

[[nodiscard]] Result<void> write_record(const Path& out, const std::string& unit, const UnitRecord& record);
[[nodiscard]] UnitRecord read_record(const Path& out, const std::string& unit);
[[nodiscard]] std::string record_json(const UnitRecord& record);
[[nodiscard]] std::optional<UnitRecord> parse_record(std::string_view json);

/// Whether DIR is free or this study's; looks only.
[[nodiscard]] Result<void> check_folder(const Path& out, const std::string& identity);
/// Takes DIR for this study: `usage` when it holds another one (or the same with another budget, data or settings).
[[nodiscard]] Result<void> claim_folder(const Path& out, const std::string& identity);

} // namespace ganvas
