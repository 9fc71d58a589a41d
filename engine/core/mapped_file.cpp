#include "engine/core/mapped_file.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <mutex>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "engine/core/file_calls.h"

namespace ganvas {
namespace {

/// What the signal's handler may look at: nothing but atomics.
struct Guard {
    std::atomic<bool> taken{false};
    std::atomic<std::uintptr_t> begin{0}, end{0}; ///< begin last when it is set, first when it goes
    std::atomic<bool> torn{false};
};

std::array<Guard, 512> guards;
std::atomic<std::uintptr_t> page_size{4096};
struct sigaction usual_action {};

static_assert(std::atomic<std::uintptr_t>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

/// The page is beyond the file's end, so all after it in this map are: zeros take their place.
bool fill_with_zeros(std::uintptr_t address) {
    for (Guard& guard : guards) {
        const std::uintptr_t begin = guard.begin, end = guard.end;
        if (begin == 0 || address < begin || address >= end || guard.begin != begin) continue;
        const std::uintptr_t page = address & ~(page_size - 1);
        void* const missing = reinterpret_cast<void*>(page); // NOLINT(performance-no-int-to-ptr)
        if (::mmap(missing, end - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
            == MAP_FAILED)
            return false;
        guard.torn = true;
        return true;
    }
    return false;
}

void on_bus_error(int, siginfo_t* info, void*) {
    const int kept = errno;
    // Not one of ours: what would have happened without this handler happens when the read is tried again.
    if (!fill_with_zeros(reinterpret_cast<std::uintptr_t>(info->si_addr)))
        ::sigaction(SIGBUS, &usual_action, nullptr);
    errno = kept;
}

void put_up_handler() {
    page_size = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    struct sigaction action {};
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(SIGBUS, &action, &usual_action);
}

/// Its number; -1 when all are taken.
int guard_map(const void* data, std::size_t size) {
    static std::once_flag once;
    std::call_once(once, put_up_handler);
    for (std::size_t index = 0; index < guards.size(); ++index) {
        Guard& guard = guards[index];
        if (guard.taken.exchange(true)) continue;
        guard.torn = false;
        guard.end = reinterpret_cast<std::uintptr_t>(data) + size;
        guard.begin = reinterpret_cast<std::uintptr_t>(data);
        return static_cast<int>(index);
    }
    return -1;
}

Guard& guard_at(int index) { return guards[static_cast<std::size_t>(index)]; }

} // namespace

Result<MappedFile> MappedFile::open(const Path& path) {
    FileDescriptor file;
    if (const int code = open_file(file, path, O_RDONLY); code != 0)
        return file_error("cannot be opened", path, code);
    struct stat info {};
    if (::fstat(file.value(), &info) != 0) return file_error("cannot be read", path, errno);
    const auto size = static_cast<std::size_t>(info.st_size);
    if (size == 0) return MappedFile(nullptr, 0, -1);
    void* data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.value(), 0);
    if (data == MAP_FAILED) return file_error("cannot be mapped", path, errno);
    return MappedFile(static_cast<const std::uint8_t*>(data), size, guard_map(data, size));
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)),
      guard_(std::exchange(other.guard_, -1)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(guard_, other.guard_);
    return *this;
}

MappedFile::~MappedFile() {
    if (guard_ >= 0) guard_at(guard_).begin = 0;
    if (data_ != nullptr) ::munmap(const_cast<std::uint8_t*>(data_), size_);
    if (guard_ >= 0) guard_at(guard_).taken = false;
}

bool MappedFile::whole() const { return guard_ < 0 || !guard_at(guard_).torn; }

} // namespace ganvas
