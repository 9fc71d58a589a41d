/// Bad files and places in a real session: each is one line that says what to do, and changes neither the picture on the
/// screen nor any file.
#include <doctest/doctest.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <regex>

#include "engine/api/operations.h"
#include "engine/api/session.h"
#include "engine/core/file_calls.h"
#include "engine/core/files.h"
#include "engine/export/picture.h"
#include "engine/runs/tensor_file.h"
#include "tests/support/session_place.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

std::string content_of(const Path& file) {
    auto text = read_text(file);
    REQUIRE(text.ok());
    return text.take();
}

void put_file(const Path& file, const std::string& content) { REQUIRE(write_file(file, content).ok()); }

/// Every file below a folder with its content, less what the program keeps for itself.
std::map<std::string, std::string> files_below(const Path& folder) {
    std::map<std::string, std::string> files;
    for (std::filesystem::recursive_directory_iterator entry(folder), end; entry != end; ++entry) {
        const std::string name = entry->path().lexically_relative(folder).string();
        if (name == "cache" || name == "config")
            entry.disable_recursion_pending();
        else if (entry->is_symlink())
            files[name] = "-> " + std::filesystem::read_symlink(entry->path()).string();
        else if (entry->is_regular_file())
            files[name] = content_of(entry->path());
    }
    return files;
}

/// While it lives, nothing can be opened for writing in a folder, as on a disk that is mounted read-only: for root too.
class ReadOnlyFolder final : public FileWatcher {
public:
    explicit ReadOnlyFolder(Path folder) : folder_(std::move(folder)) { watch_file_calls(this); }
    ~ReadOnlyFolder() override { watch_file_calls(nullptr); }
    ReadOnlyFolder(const ReadOnlyFolder&) = delete;
    ReadOnlyFolder& operator=(const ReadOnlyFolder&) = delete;

    int before(FileCall call, const std::filesystem::path* path, int, std::size_t&) override {
        return call == FileCall::open_to_write && path && path->parent_path() == folder_ ? EROFS : 0;
    }

private:
    const Path folder_;
};

// ---- what is bad -----------------------------------------------------------------------------------------------------
/// A sound checkpoint outside of any run, so that opening it opens no run.
Path lone_checkpoint(const Path& folder) {
    TrainOptions options;
    options.data = "faces:64";
    options.out = (folder / "run").string();
    options.steps = 2;
    options.assignments = {"generator.width=8", "discriminator.width=8", "image.size=32",
                           "latent.size=16",    "train.batch=8",         "measure.live=false"};
    const auto trained = train(options, {}, {}, {});
    REQUIRE_MESSAGE(trained.ok(), (trained.ok() ? "" : trained.error().line()));
    const Path model = folder / "models" / "alone.safetensors";
    std::filesystem::create_directories(model.parent_path());
    std::filesystem::rename(trained->checkpoint, model);
    std::filesystem::remove_all(options.out);
    return model;
}

/// A whole file whose settings describe a wider generator than its tensors make.
void write_lying_width(const Path& model, const Path& file) {
    auto content = read_tensor_file(model);
    REQUIRE(content.ok());
    auto settings = nlohmann::json::parse(content->metadata.at("settings"));
    REQUIRE(settings["generator.width"] == "8");
    settings["generator.width"] = "16";
    content->metadata["settings"] = settings.dump();
    REQUIRE(write_tensor_file(file, *content).ok());
}

/// The first tensor is said to lie far behind the end of the file.
void write_lying_offsets(const Path& model, const Path& file) {
    const std::string whole = content_of(model);
    std::uint64_t length = 0;
    std::memcpy(&length, whole.data(), sizeof length);
    auto header = nlohmann::json::parse(whole.substr(sizeof length, length));
    auto first = header.begin();
    if (first.key() == "__metadata__") ++first;
    for (auto& offset : (*first)["data_offsets"]) offset = offset.get<std::uint64_t>() + (1ULL << 40);
    const std::string text = header.dump();
    const std::uint64_t new_length = text.size();
    std::string lying(sizeof new_length, '\0');
    std::memcpy(lying.data(), &new_length, sizeof new_length);
    put_file(file, lying + text + whole.substr(sizeof length + length));
}

/// A tar archive of one file.
std::string tar_of(const std::string& name, const std::string& content) {
    std::string header(512, '\0');
    const auto put = [&](std::size_t at, const std::string& text) { header.replace(at, text.size(), text); };
    const auto octal = [](std::size_t number, int digits) {
        char text[16];
        std::snprintf(text, sizeof text, "%0*zo", digits, number);
        return std::string(text);
    };
    put(0, name);
    put(100, "0000644");
    put(108, "0000000");
    put(116, "0000000");
    put(124, octal(content.size(), 11));
    put(136, octal(0, 11));
    put(148, std::string(8, ' ')); // the checksum counts as blanks in its own sum
    put(156, "0");
    put(257, "ustar");
    put(263, "00");
    std::size_t sum = 0;
    for (const char byte : header) sum += static_cast<unsigned char>(byte);
    put(148, octal(sum, 6) + '\0' + ' ');
    const std::size_t padding = (512 - content.size() % 512) % 512 + 1024; // two empty blocks end it
    return header + content + std::string(padding, '\0');
}

ExportLatents strip_to(const Path& path) {
    ExportLatents what;
    what.kind = ExportKind::strip;
    what.path = path.string();
    what.points.emplace_back().from = LatentSum::face(5);
    what.points.emplace_back().from = LatentSum::face(9);
    return what;
}

struct BadCase {
    std::string what;
    std::string words; ///< stand in its line
    Command command;
};

/// Each is opened, and dropped on the window.
std::vector<BadCase> bad_checkpoints(const Path& folder, const Path& model) {
    const std::string whole = content_of(model);
    put_file(folder / "zeros.safetensors", std::string(4096, '\0'));
    put_file(folder / "cut.safetensors", whole.substr(0, whole.size() / 2));
    write_lying_width(model, folder / "width.safetensors");
    write_lying_offsets(model, folder / "offsets.safetensors");
    std::vector<BadCase> cases;
    for (const auto& [name, words] :
         {std::pair("zeros", "no header"), std::pair("cut", "outside the file"),
          std::pair("width", "another shape"), std::pair("offsets", "outside the file")}) {
        const std::string file = (folder / (std::string(name) + ".safetensors")).string();
        cases.push_back({name, words, OpenCheckpoint{file}});
        cases.push_back({std::string(name) + ", dropped", words, OpenPath{file}});
    }
    return cases;
}

std::vector<BadCase> bad_data(const Path& folder) {
    std::filesystem::create_directories(folder / "empty");
    std::filesystem::create_directories(folder / "unreadable");
    REQUIRE(write_png(folder / "sound.png", Image(40, 40, 3, 77)).ok());
    const std::string picture = content_of(folder / "sound.png");
    put_file(folder / "unreadable" / "nothing.png", "");
    put_file(folder / "unreadable" / "nothing.jpg", "");
    put_file(folder / "unreadable" / "cut.png", picture.substr(0, picture.size() / 2));
    put_file(folder / "outside.tar", tar_of("../escaped.png", picture));
    std::vector<BadCase> cases;
    for (const auto& [name, words] :
         {std::pair("empty", "no pictures"), std::pair("unreadable", "3 skipped, the first, cut.png"),
          std::pair("outside.tar", "its name leads outside")}) {
        cases.push_back({name, words, OpenData{(folder / name).string()}});
        cases.push_back({std::string(name) + ", dropped", words, OpenPath{(folder / name).string()}});
    }
    return cases;
}

std::vector<BadCase> bad_places(const Path& folder) {
    std::filesystem::create_directories(folder / "folder.png");
    std::filesystem::create_directories(folder / "locked");
    put_file(folder / "locked" / "old.png", "the old picture");
    std::vector<BadCase> cases = {
        {"absent", "No such file", strip_to(folder / "absent" / "strip.png")},
        {"below a file", "Not a directory", strip_to(folder / "sound.png" / "strip.png")},
        {"a folder", "Is a directory", strip_to(folder / "folder.png")},
        {"read-only", "Read-only", strip_to(folder / "locked" / "strip.png")},
        {"read-only, over a file", "Read-only", strip_to(folder / "locked" / "old.png")}};
    for (const char* ending : {".png", ".gif", ".webp"}) {
        const Path file = folder / (std::string("full") + ending);
        std::filesystem::create_symlink("/dev/full", file);
        cases.push_back({"a full disk, " + file.filename().string(), "No space", strip_to(file)});
    }
    return cases;
}

// ---- what a session makes of it --------------------------------------------------------------------------------------
bool nothing_runs(const View& view) {
    for (const JobStatus& job : view.jobs)
        if (job.state <= JobState::running) return false;
    return view.opening.empty() && view.data_job == 0;
}

/// What is said from the command on until nothing more comes of it.
std::vector<Notice> said_to(Session& session, const Command& command) {
    const auto& before = session.poll().notices;
    const std::uint64_t last = before.empty() ? 0 : before.back().id;
    const bool any_before = !before.empty();
    const auto fresh = [&](const View& view) {
        std::vector<Notice> notices;
        for (const Notice& notice : view.notices)
            if (!any_before || notice.id > last) notices.push_back(notice);
        return notices;
    };
    session.send(command);
    (void)wait_for(
        session, [&](const View& view) { return !fresh(view).empty() && nothing_runs(view); }, 20);
    for (int poll = 0; poll < 5; ++poll) { // a second one would come with one of these
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        (void)session.poll();
    }
    return fresh(session.poll());
}

/// The picture of a face, asked for anew under a number of its own, is made by this model.
bool draws_with(Session& session, std::uint64_t model, std::uint64_t asked) {
    LatentPoint point;
    point.from = LatentSum::face(5);
    session.request({asked, PreviewChannel::sweep_current, {point}, false});
    bool drawn = false;
    (void)wait_for(
        session,
        [&](const View& view) {
            for (const PreviewFrame& frame : view.frames)
                drawn = drawn || (frame.id == asked && frame.images && frame.model_id == model);
            return drawn;
        },
        20);
    return drawn;
}

} // namespace

TEST_CASE("a bad file or place is one line with a hint; the picture on the screen and every file stay") {
    const Place place;
    const Path model = lone_checkpoint(place.folder);
    const Path folder = place.folder / "bad";
    std::filesystem::create_directories(folder);
    std::vector<BadCase> cases = bad_checkpoints(folder, model);
    for (const auto& more : {bad_data(folder), bad_places(folder)})
        cases.insert(cases.end(), more.begin(), more.end());

    auto owned = empty_session(model.string());
    Session& session = *owned;
    session.send(OpenData{"faces:64"});
    REQUIRE(wait_for(session, [](const View& v) { return v.data.has_value() && nothing_runs(v); }));
    const ModelCard shown = session.poll().model;
    REQUIRE(shown.checkpoint == model.string());
    std::uint64_t asked = 1;
    REQUIRE(draws_with(session, shown.id, asked));
    const ReadOnlyFolder locked(folder / "locked");
    const auto files = files_below(place.folder);
    const std::regex whole_line(R"([^:]+: .+ \(.+\): .+)"); // TASK: WHAT (WHERE): HINT, and no second line
    for (const BadCase& bad : cases) {
        CAPTURE(bad.what);
        const std::vector<Notice> said = said_to(session, bad.command);
        REQUIRE(said.size() == 1);
        CHECK(said[0].level == NoticeLevel::error);
        CHECK_MESSAGE(std::regex_match(said[0].text, whole_line), said[0].text);
        CHECK_MESSAGE(said[0].text.find(bad.words) != std::string::npos, said[0].text);
        const View& view = session.poll();
        CHECK(view.model.id == shown.id);
        CHECK(view.model.checkpoint == shown.checkpoint);
        CHECK(view.data_source == "faces:64");
        CHECK((view.data && view.data->images == 64));
        CHECK(view.snapshot.state == TrainingState::empty);
        CHECK(draws_with(session, shown.id, ++asked));
        const bool unchanged = files_below(place.folder) == files; // too long to be printed
        CHECK(unchanged);
    }
}
