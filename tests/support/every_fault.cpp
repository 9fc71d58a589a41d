#include "tests/support/every_fault.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <regex>
#include <sstream>

#include "tests/support/fault_plan.h"
#include "tests/support/scratch_folder.h"

namespace ganvas::testing {
namespace {

using Files = std::map<std::string, std::string>;

struct Way {
    FileCall call;
    int code;
    bool half = false;
    bool lasting = false;
};

constexpr Way ways[] = {
    {FileCall::open_to_read, EMFILE},
    {FileCall::read, EIO},
    {FileCall::read, EINTR},
    {FileCall::read, 0, true},
    {FileCall::open_to_write, EACCES},
    {FileCall::open_to_write, EROFS, false, true},
    {FileCall::write, EIO},
    {FileCall::write, EINTR},
    {FileCall::write, 0, true},
    {FileCall::write, ENOSPC, true},
    {FileCall::write, ENOSPC, false, true},
    {FileCall::sync, EIO},
    {FileCall::close, EDQUOT},
    {FileCall::cut, EIO},
    {FileCall::rename, EACCES},
    {FileCall::remove, EACCES},
    {FileCall::make_folder, ENOSPC},
    {FileCall::sync_folder, EINVAL},
};

std::string describe(const Way& way, int number) {
    std::ostringstream text;
    text << name(way.call) << " " << number << ": " << (way.half ? "half, then " : "")
         << (way.code == 0 ? "the rest" : std::strerror(way.code)) << (way.lasting ? " from then on" : "");
    return text.str();
}

/// The program cannot do what was asked. Reading may have a way round, and removing what is old is no duty.
bool is_serious(const Way& way) {
    return way.code != 0 && way.code != EINTR && way.call != FileCall::open_to_read
           && way.call != FileCall::read && way.call != FileCall::remove && way.call != FileCall::sync_folder;
}

void check_error(const Error& error, const Path& folder, int code) {
    const std::string line = error.line();
    CAPTURE(line);
    CHECK(line.find(folder.string()) != std::string::npos);
    CHECK(line.find(std::strerror(code)) != std::string::npos);
    CHECK(line.find('\n') == std::string::npos);
    CHECK_FALSE(error.hint.empty());
}

/// Each file is the old or the new one, whole.
void check_files(const Files& now, const Files& before, const Files& after) {
    for (const auto& [path, content] : before) {
        const auto found = now.find(path), fresh = after.find(path);
        if (found == now.end())
            CHECK_MESSAGE(fresh == after.end(), path << " is gone");
        else
            CHECK_MESSAGE(
                (found->second == content || (fresh != after.end() && found->second == fresh->second)),
                path << " is neither the old nor the new file");
    }
    for (const auto& [path, content] : now) {
        if (before.contains(path)) continue;
        const auto fresh = after.find(path);
        CHECK_MESSAGE(fresh != after.end(), path << " is left over");
        if (fresh != after.end()) CHECK_MESSAGE(content == fresh->second, path << " is not whole");
    }
}

void check_one(const Writer& writer, const Way& way, int number, const Files& before, const Files& after) {
    const ScratchFolder folder;
    writer.prepare(folder.path());
    Result<void> done;
    std::string struck;
    {
        FaultPlan plan(folder.path(), {way.call, number, way.code, way.half, way.lasting});
        done = writer.write(folder.path());
        struck = plan.struck();
    }
    REQUIRE_FALSE(struck.empty());
    const Files now = files_in(folder.path());
    if (done) {
        // The name of the process in the lock is only for the message; the lock holds without it.
        CHECK_MESSAGE((!is_serious(way) || struck.ends_with("/.lock")), "nothing was said");
        // Where something cannot be read or removed, more may stay than otherwise.
        if (way.code != 0 && way.code != EINTR && way.call != FileCall::sync_folder)
            check_files(now, before, after);
        else
            CHECK(now == after);
    } else {
        CHECK_MESSAGE((way.code != 0 && way.code != EINTR), done.error().line());
        check_error(done.error(), folder.path(), way.code);
        check_files(now, before, after);
        const auto again = writer.write(folder.path());
        CHECK_MESSAGE(again.ok(), again.error().line());
        CHECK(files_in(folder.path()) == after);
    }
}

} // namespace

Files files_in(const Path& folder) {
    static const std::regex time("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z");
    Files files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_directory()) files.emplace(entry.path().lexically_relative(folder).string() + "/", "");
        if (!entry.is_regular_file() || entry.path().filename() == ".lock") continue;
        std::string content = read_text(entry.path()).take();
        if (entry.path().extension() == ".json") content = std::regex_replace(content, time, "TIME");
        for (auto at = content.find(folder.string()); at != content.npos; at = content.find(folder.string()))
            content.replace(at, folder.string().size(), "FOLDER");
        files.emplace(entry.path().lexically_relative(folder).string(), std::move(content));
    }
    return files;
}

int check_every_fault(const Writer& writer) {
    CAPTURE(writer.name);
    const ScratchFolder folder;
    writer.prepare(folder.path());
    const Files before = files_in(folder.path());
    std::map<FileCall, int> counts;
    {
        FaultPlan plan(folder.path());
        const auto done = writer.write(folder.path());
        REQUIRE_MESSAGE(done.ok(), done.error().line());
        for (const Way& way : ways) counts[way.call] = plan.count(way.call);
    }
    const Files after = files_in(folder.path());
    REQUIRE(after != before);
    int tried = 0;
    for (const Way& way : ways) {
        if (way.lasting && writer.repairs) continue;
        for (int number = 1; number <= counts[way.call]; ++number, ++tried) {
            const std::string fault = describe(way, number);
            CAPTURE(fault);
            check_one(writer, way, number, before, after);
        }
    }
    return tried;
}

} // namespace ganvas::testing
