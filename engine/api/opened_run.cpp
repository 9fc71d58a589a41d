#include "engine/api/opened_run.h"

#include "engine/runs/run_store.h"

namespace ganvas {

Result<OpenedRun> read_opened_run(const std::string& path, AfterOpening then) {
    OpenedRun opened;
    opened.asked = path;
    bool settings_known = false;
    auto model = open_checkpoint(path);
    if (model) {
        opened.folder = model->run_folder;
        opened.model = model.take();
    } else {
        const bool begins_again =
            then == AfterOpening::go_on && model.error().code == ErrorCode::not_found && is_run_folder(path);
        if (!begins_again) return model.error();
        opened.folder = Path(path).lexically_normal().string();
        if (opened.folder.ends_with('/')) opened.folder.pop_back();
    }
    if (then == AfterOpening::fork && opened.folder.empty())
        return Error{ErrorCode::bad_checkpoint, "this file belongs to no run", path,
                     "only a run's checkpoint holds what training goes on from"};
    if (!opened.folder.empty()) {
        auto info = read_run(Path(opened.folder));
        if (!info && (!opened.model || then != AfterOpening::explore)) return info.error();
        if (info)
            opened.info = info.take();
        else // its pictures can still be looked at
            opened.model->notices.push_back(info.error().line());
        settings_known = info.ok();
    }
    if (!opened.model) return opened;
    const CheckpointNote& note = opened.model->note;
    if (!settings_known || then == AfterOpening::fork) opened.info.settings = note.settings;
    if (opened.info.recipe.empty()) opened.info.recipe = note.recipe;
    if (opened.info.data_source.empty()) opened.info.data_source = note.data;
    // What is shown is the checkpoint's moment; run.json may be further, or behind after a crash.
    opened.info.step = note.step;
    opened.info.images = note.images;
    opened.info.seconds = note.seconds;
    return opened;
}

} // namespace ganvas
