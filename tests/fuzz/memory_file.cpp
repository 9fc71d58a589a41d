#include "tests/fuzz/memory_file.h"

#include <cstdlib>
#include <string>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

namespace ganvas::fuzz {
namespace {

namespace fs = std::filesystem;

/// The one file and the links to it.
struct Place {
    int descriptor = ::memfd_create("fuzzed", MFD_CLOEXEC);
    fs::path file = "/proc/self/fd/" + std::to_string(descriptor);
    fs::path links;
    pid_t owner = ::getpid();

    Place() {
        std::string name = (fs::temp_directory_path() / "ganvas-fuzz-XXXXXX").string();
        expect(descriptor >= 0 && ::mkdtemp(name.data()) != nullptr, "a place for files");
        links = name;
        for (const char* ending : {".csv", ".safetensors"})
            fs::create_symlink(file, links / ("input" + std::string(ending)));
    }
    ~Place() {
        std::error_code code;
        if (::getpid() == owner) fs::remove_all(links, code);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
};

Place& place() {
    static Place one;
    return one;
}

} // namespace

void MemoryFile::prepare() { (void)place(); }

MemoryFile::MemoryFile(View bytes) {
    const int descriptor = place().descriptor;
    bool good = ::ftruncate(descriptor, static_cast<off_t>(bytes.size())) == 0;
    for (std::size_t at = 0; good && at < bytes.size();) {
        const ssize_t written =
            ::pwrite(descriptor, bytes.data() + at, bytes.size() - at, static_cast<off_t>(at));
        good = written > 0;
        if (good) at += static_cast<std::size_t>(written);
    }
    expect(good, "a file in memory");
}

fs::path MemoryFile::path(const char* ending) const {
    return *ending == '\0' ? place().file : place().links / ("input" + std::string(ending));
}

} // namespace ganvas::fuzz
