// The short run of every fuzz target, in any build: its seeds and some thousand mutations of them.
//
//   fuzz_smoke [TARGET...]          all targets, or some; what the test suite runs
//   fuzz_smoke --list               their names
//   fuzz_smoke --seeds TARGET DIR   writes the seeds into DIR and the pieces of the format to DIR.dict
//   fuzz_smoke --replay TARGET DIR  reads every file in DIR, as after a long run
//
// The reading is done by a child that may write nothing and start nothing (no_writing.h); what kills it is
// kept.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/core/files.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/mutation.h"
#include "tests/fuzz/no_writing.h"

namespace ganvas::fuzz {
namespace {

constexpr std::uint64_t mutations = 4000;
constexpr auto longest_time = std::chrono::milliseconds(1200); ///< a target, wherever the machine is slow
constexpr rlim_t most_processor_seconds = 180;                 ///< an endless loop ends here

/// What the child reads just now, for the parent to keep when the child dies of it.
struct Current {
    char target[64];
    std::size_t size;
    std::uint8_t bytes[1 << 22];
};

Current* shared_current() {
    void* memory =
        ::mmap(nullptr, sizeof(Current), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    expect(memory != MAP_FAILED, "memory for the current file");
    return static_cast<Current*>(memory);
}

void read_one(const FuzzTarget& target, const Bytes& file, Current& current) {
    std::snprintf(current.target, sizeof current.target, "%s", target.name);
    current.size = std::min(file.size(), sizeof current.bytes);
    std::memcpy(current.bytes, file.data(), current.size);
    read_within_memory(target, file);
}

void read_mutations(const FuzzTarget& target, const std::vector<Bytes>& seeds, Current& current) {
    const auto start = std::chrono::steady_clock::now();
    const auto elapsed = [&] { return std::chrono::steady_clock::now() - start; };
    for (const Bytes& seed : seeds) read_one(target, seed, current);
    std::uint64_t index = 0;
    for (; index < mutations && elapsed() < longest_time; ++index)
        read_one(target, mutation(target, seeds, index), current);
    const double seconds = std::chrono::duration<double>(elapsed()).count();
    std::printf("%-16s %3zu seeds, %5llu mutations, %.2f s\n", target.name, seeds.size(),
                static_cast<unsigned long long>(index), seconds);
    std::fflush(stdout);
}

void keep_finding(const Current& current) {
    const Path file = Path(GANVAS_TEST_OUTPUT_DIR) / ("fuzz-" + std::string(current.target) + ".bin");
    const bool kept = write_file(file, std::span(current.bytes, current.size)).ok();
    std::fprintf(stderr, "%s died of a file of %zu bytes, %s %s\n", current.target, current.size,
                 kept ? "kept as" : "which cannot be kept as", file.c_str());
}

/// Runs `reading` in a child under the kernel's guard; 0 when it came back.
int in_child(const std::function<void(Current&)>& reading) {
    MemoryFile::prepare();
    Current* current = shared_current();
    const pid_t child = ::fork();
    if (child == 0) {
        const rlimit processor{most_processor_seconds, most_processor_seconds};
        ::setrlimit(RLIMIT_CPU, &processor);
        if (!forbid_writing()) std::printf("writing is not forbidden here: no seccomp\n");
        reading(*current);
        std::fflush(stdout);
        ::_exit(0);
    }
    int status = 0;
    rusage usage{};
    if (child < 0 || ::wait4(child, &status, 0, &usage) != child) return 1;
    std::printf("peak memory of all: %ld MB\n", usage.ru_maxrss / 1024);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
    keep_finding(*current);
    return 1;
}

/// Seeds are made before the child: a writer may make them, by way of a file.
int read_targets(const std::vector<std::string>& names) {
    std::vector<std::pair<const FuzzTarget*, std::vector<Bytes>>> wanted;
    for (const FuzzTarget& target : all_targets())
        if (names.empty() || std::count(names.begin(), names.end(), target.name) > 0)
            wanted.emplace_back(&target, target.seeds());
    return in_child([&](Current& current) {
        for (const auto& [target, seeds] : wanted) read_mutations(*target, seeds, current);
    });
}

int write_seeds(const FuzzTarget& target, const Path& folder) {
    bool good = make_folder(folder).ok();
    int number = 0;
    for (const Bytes& seed : target.seeds())
        good = good && write_file(folder / ("seed-" + std::to_string(number++)), seed).ok();
    std::string dictionary;
    for (const std::string& word : target.words) {
        dictionary += '"';
        for (const char c : word) {
            char text[8];
            std::snprintf(text, sizeof text, "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
            dictionary += text;
        }
        dictionary += "\"\n";
    }
    good = good && write_file(Path(folder.string() + ".dict"), dictionary).ok();
    return good ? 0 : 1;
}

int replay(const FuzzTarget& target, const Path& folder) {
    return in_child([&](Current& current) {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            const auto bytes = read_bytes(entry.path());
            expect(bytes.ok(), "a readable corpus");
            read_one(target, *bytes, current);
            ++count;
        }
        std::printf("%-16s %zu files read again where nothing can be written\n", target.name, count);
    });
}

int run(const std::vector<std::string>& arguments) {
    if (arguments.empty() || !arguments[0].starts_with("--")) return read_targets(arguments);
    if (arguments[0] == "--list") {
        for (const FuzzTarget& target : all_targets()) std::printf("%s %zu\n", target.name, target.longest);
        return 0;
    }
    const FuzzTarget* target = arguments.size() == 3 ? find_target(arguments[1]) : nullptr;
    if (target != nullptr && arguments[0] == "--seeds") return write_seeds(*target, arguments[2]);
    if (target != nullptr && arguments[0] == "--replay") return replay(*target, arguments[2]);
    std::fprintf(stderr,
                 "usage: fuzz_smoke [TARGET... | --list | --seeds TARGET DIR | --replay TARGET DIR]\n");
    return 2;
}

} // namespace
} // namespace ganvas::fuzz

int main(int count, char** words) { return ganvas::fuzz::run({words + 1, words + count}); }
