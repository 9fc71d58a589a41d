#include "app/gui/application.h"

namespace ganvas {

std::vector<std::unique_ptr<Panel>> make_all_panels() {
    std::vector<std::unique_ptr<Panel>> panels;
    const auto add = [&panels](std::unique_ptr<Panel> (*make)()) { panels.push_back(make()); };
#if __has_include("app/gui/panels/data_panel.cpp")
    add(make_data_panel);
#endif
#if __has_include("app/gui/panels/train_panel.cpp")
    add(make_train_panel);
#endif
#if __has_include("app/gui/panels/model_panel.cpp")
    add(make_model_panel);
#endif
    add(make_samples_panel);
    add(make_sweep_panel);
#if __has_include("app/gui/panels/arithmetic_panel.cpp")
    add(make_arithmetic_panel);
#endif
#if __has_include("app/gui/panels/attributes_panel.cpp")
    add(make_attributes_panel);
#endif
#if __has_include("app/gui/panels/pad_panel.cpp")
    add(make_pad_panel);
#endif
#if __has_include("app/gui/panels/loss_panel.cpp")
    add(make_curves_panel);
#endif
#if __has_include("app/gui/panels/distance_panel.cpp")
    add(make_distance_panel);
#endif
#if __has_include("app/gui/panels/runs_panel.cpp")
    add(make_runs_panel);
#endif
#if __has_include("app/gui/panels/jobs_panel.cpp")
    add(make_jobs_panel);
#endif
#if __has_include("app/gui/panels/messages_panel.cpp")
    add(make_messages_panel);
#endif
    return panels;
}

}  // namespace ganvas
