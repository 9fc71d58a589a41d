#include "tests/unit/data/data_support.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace ganvas::testing {

DataFolder::DataFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "ganvas-data-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    // Two levels down: nothing that lies in the common temporary folder is "above" the sources.
    path_ = Path(name) / "files" / "source";
    cache_ = Path(name) / "cache";
    std::filesystem::create_directories(path_);
    if (const char* old = std::getenv("GANVAS_CACHE")) old_cache_ = old;
    setenv("GANVAS_CACHE", cache_.c_str(), 1);
}

DataFolder::~DataFolder() {
    std::error_code none;
    std::filesystem::remove_all(cache_.parent_path(), none);
    if (old_cache_.empty())
        unsetenv("GANVAS_CACHE");
    else
        setenv("GANVAS_CACHE", old_cache_.c_str(), 1);
}

Path DataFolder::write(const std::string& name, const Bytes& bytes) const {
    const Path path = path_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    REQUIRE(file.good());
    return path;
}

Path DataFolder::write(const std::string& name, const std::string& text) const {
    return write(name, bytes_of(text));
}

std::vector<Path> DataFolder::cache_files() const {
    std::vector<Path> out;
    if (!std::filesystem::exists(cache())) return out;
    for (const auto& entry : std::filesystem::directory_iterator(cache())) out.push_back(entry.path());
    std::sort(out.begin(), out.end());
    return out;
}

Preparation as_is() {
    Preparation preparation;
    preparation.size = 0;
    preparation.channels = 0;
    return preparation;
}

Preparation of_split(DataSplit split) {
    Preparation preparation = as_is();
    preparation.split = split;
    return preparation;
}

SharedDataset must_open(const Path& source, const Preparation& preparation) {
    auto dataset = open_dataset(source.string(), preparation);
    const std::string line = dataset ? "" : dataset.error().line();
    INFO(line);
    REQUIRE(dataset.ok());
    return dataset.take();
}

Error must_fail(const Path& source, const Preparation& preparation) {
    auto dataset = open_dataset(source.string(), preparation);
    REQUIRE(!dataset.ok());
    CHECK(dataset.error().line().find(source.filename().string()) != std::string::npos);
    CHECK_FALSE(dataset.error().hint.empty());
    return dataset.error();
}

Bytes pixels(const Dataset& dataset, std::int64_t index) {
    const auto span = dataset.image(index);
    return {span.begin(), span.end()};
}

std::vector<std::string> names(const Dataset& dataset) {
    std::vector<std::string> out;
    for (std::int64_t i = 0; i < dataset.size(); ++i) out.push_back(dataset.image_name(i));
    return out;
}

} // namespace ganvas::testing
