#include "app/gui/application.h"

namespace ganvas {

std::vector<std::unique_ptr<Panel>> make_all_panels() {
    std::vector<std::unique_ptr<Panel>> panels;
    for (const auto make : {make_data_panel, make_train_panel, make_model_panel, make_samples_panel,
                            make_sweep_panel, make_arithmetic_panel, make_attributes_panel, make_pad_panel,
                            make_curves_panel, make_distance_panel, make_runs_panel, make_jobs_panel,
                            make_messages_panel, make_studies_panel, make_compare_panel, make_health_panel})
        panels.push_back(make());
    return panels;
}

} // namespace ganvas
