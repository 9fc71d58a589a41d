/// Which pictures a row trains on: what the report used when the user has brought it, else the stand-in.
///
/// Free functions, any thread; they look at the disk and open nothing. Names of stand-ins: `faces:N` (drawn by the
/// program), `fashion-mnist` (Debian's package dataset-fashion-mnist), or a file or folder of the data folder.
#pragma once

#include <string>

#include "engine/core/files.h"
#include "engine/studies/study.h"

namespace ganvas {

/// GANVAS_DATA, else ~/ganvas/data: where files that the user brings are looked for.
[[nodiscard]] Path data_folder();

struct ChosenData {
    std::string source;    ///< SRC for open_dataset; empty: nothing is there
    std::string split;     ///< part of it that is trained on; empty: all, or the source has no parts
    std::string name;      ///< "CelebA", "drawn faces", "Fashion-MNIST", "photos64.tar"
    bool stand_in = false; ///< not what the report used
    std::string
        missing; ///< a sentence on what to bring and where to put it; empty when the real data are there
};

/// `override_source`: the user's --data; it is used whatever the study says, and the page says so.
[[nodiscard]] ChosenData choose_data(const StudyData& data, const std::string& override_source = {});

/// Whether the source has a training and a test part, by its names: IDX and CIFAR files, folders train and test. Faces
/// that are drawn have none. An archive is judged by the names that it is known under.
[[nodiscard]] bool has_parts(const std::string& source);

} // namespace ganvas
