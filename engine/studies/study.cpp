#include "engine/studies/study.h"

#include <algorithm>

namespace ganvas {
namespace {

template <class T>
const T* keyed(const std::vector<T>& list, const std::string& key) {
    const auto found = std::find_if(list.begin(), list.end(), [&](const T& one) { return one.key == key; });
    return found == list.end() ? nullptr : &*found;
}

} // namespace

const StudyRow* Study::row(const std::string& key) const { return keyed(rows, key); }

const StudyData* Study::data_set(const std::string& key) const { return keyed(data, key); }

bool shows(const StudyFigure& figure, const StudyRow& row) {
    return figure.rows.empty()
               ? row.run.empty()
               : std::find(figure.rows.begin(), figure.rows.end(), row.key) != figure.rows.end();
}

std::string report_title(int report) {
    switch (report) {
    case 1: return "Report 1: faces with DCGAN, its variants and its latent space";
    case 2: return "Report 2: tuning a DCGAN on CelebA, from 28x28 to 64x64";
    case 3: return "Report 3: the DCGAN paper reproduced";
    case 4: return "Report 4: DCGAN and SAGAN on CIFAR-10";
    case 5: return "Report 5: conditional DCGANs";
    default: return "Report " + std::to_string(report);
    }
}

const std::vector<std::string>& figure_kinds() {
    static const std::vector<std::string> kinds = {
        "architecture", "grid",       "data",       "sweep_z",        "sweep_x",
        "walks",        "arithmetic", "class_rows", "class_columns",  "progress",
        "early",        "filters",    "curves",     "loss_functions", "upsampling"};
    return kinds;
}

} // namespace ganvas
