#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <future>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "engine/device/cuda_library.h"
#include "engine/device/device.h"
#include "engine/device/openmp_runtimes.h"
#include "engine/device/thread_setup.h"

using namespace ganvas;

TEST_CASE("the CPU can always be chosen, a misspelt device never") {
    const auto cpu = choose_device("cpu");
    REQUIRE(cpu.ok());
    CHECK(cpu->device.is_cpu());
    CHECK(cpu->notice.empty());
    const auto wrong = choose_device("gpu");
    REQUIRE_FALSE(wrong.ok());
    CHECK(wrong.error().code == ErrorCode::usage);
}

TEST_CASE("without a usable GPU everything falls back, and says so only when a GPU was asked for") {
    const auto automatic = choose_device("auto");
    const auto asked = choose_device("cuda");
    REQUIRE(automatic.ok());
    REQUIRE(asked.ok());
    CHECK(automatic->device == asked->device);
    if (asked->device.is_cuda()) {
        CHECK(asked->description.starts_with("cuda: "));
        CHECK(device_bytes(asked->device) >= 0);
    } else {
        CHECK(asked->notice.find("CPU") != std::string::npos);
        CHECK(asked->notice.find('\n') == std::string::npos);
        CHECK(asked->description == "cpu");
        CHECK(automatic->notice.empty() == !cuda_library().driver);
        CHECK(device_bytes(asked->device) == -1);
    }
}

namespace {

/// A CUDA side that never was: each test says how far a machine comes with it.
struct FakeGpu {
    int count = 1;
    int major = 9;
    const char* refusal = nullptr; ///< of the first stream: kernels that do not run on this card or driver
    bool describes = true;
};
FakeGpu gpu;
CudaLibrary fake;

int say(const char* text, char* error, std::size_t size) {
    std::snprintf(error, size, "%s", text);
    return 1;
}

const CudaLibrary& fake_library() {
    fake = {};
    fake.driver = fake.usable = true;
    fake.count = [](char* error, std::size_t size) {
        if (gpu.count < 0) say("CUDA driver version is insufficient", error, size);
        return gpu.count;
    };
    fake.describe = [](int, GanvasCudaDevice* out, char* error, std::size_t size) {
        if (!gpu.describes) return say("the device does not answer", error, size);
        *out = {"Test GPU", gpu.major, 0, 1 << 30};
        return 0;
    };
    fake.use_stream = [](int, int, char* error, std::size_t size) {
        return gpu.refusal ? say(gpu.refusal, error, size) : 0;
    };
    return fake;
}

const CudaLibrary& broken_library() {
    fake = {};
    fake.driver = true;
    fake.reason = "the CUDA plug-in is of another version";
    return fake;
}

} // namespace

TEST_CASE(
    "a GPU that works is chosen; with an old driver, without a card, or where no kernel runs, the CPU is") {
    gpu = {};
    for (const char* name : {"auto", "cuda"}) {
        CAPTURE(name);
        const auto chosen = choose_device(name, fake_library);
        REQUIRE(chosen.ok());
        CHECK(chosen->device == c10::Device(c10::kCUDA, 0));
        CHECK(chosen->description == "cuda: Test GPU");
        CHECK(chosen->notice.empty());
    }
    CHECK(choose_device("cpu", fake_library)->device.is_cpu());

    const FakeGpu broken[] = {
        {.count = -1}, {.count = 0}, {.refusal = "no kernel image is available"}, {.describes = false}};
    const char* said[] = {"driver version is insufficient", "no NVIDIA GPU was found", "no kernel image",
                          "does not answer"};
    for (std::size_t k = 0; k < std::size(broken); ++k) {
        gpu = broken[k];
        // There is a driver, so the user hears of it even without asking for a GPU.
        for (const char* name : {"auto", "cuda"}) {
            CAPTURE(said[k]);
            const auto chosen = choose_device(name, fake_library);
            REQUIRE(chosen.ok());
            CHECK(chosen->device.is_cpu());
            CHECK(chosen->description == "cpu");
            CHECK(chosen->notice.starts_with("using the CPU: "));
            CHECK(chosen->notice.find(said[k]) != std::string::npos);
        }
    }
    CHECK(choose_device("auto", broken_library)->notice
          == "using the CPU: the CUDA plug-in is of another version");
}

TEST_CASE("bfloat16 on a GPU from compute capability 8 on, float32 where the card cannot be asked") {
    const c10::Device card(c10::kCUDA, 0);
    gpu = {.major = 7};
    CHECK(choose_precision("auto", card, fake_library) == Precision::float32);
    CHECK(choose_precision("bfloat16", card, fake_library) == Precision::bfloat16);
    gpu = {.major = 8};
    CHECK(choose_precision("auto", card, fake_library) == Precision::bfloat16);
    gpu.describes = false;
    CHECK(choose_precision("auto", card, fake_library) == Precision::float32);
    CHECK(choose_precision("auto", card, broken_library) == Precision::float32);
}

TEST_CASE("the plug-in, where it was built, opens and has every function, or refuses with a line") {
    if (!std::filesystem::exists(cuda_plugin_path())) {
        MESSAGE("no CUDA plug-in in this build");
        return;
    }
    // Lazily: its CUDA symbols need not resolve for its own to be found.
    void* handle = dlopen(cuda_plugin_path().c_str(), RTLD_LAZY | RTLD_LOCAL);
    if (!handle) {
        const std::string reason = dlerror();
        // Data symbols resolve at once; without LibTorch's CUDA library that is a refusal, not a crash.
        CHECK(reason.find("undefined symbol") + reason.find("cannot open") != 2 * std::string::npos);
        return;
    }
    CudaLibrary library;
    CHECK(resolve_cuda_plugin(handle, library));
    CHECK(library.reason.empty());
    CHECK(library.abi() == GANVAS_CUDA_ABI);
}

TEST_CASE("LibTorch's CUDA library is looked for beside the LibTorch that runs") {
    CHECK(std::filesystem::is_regular_file(torch_folder() / "libtorch_cpu.so"));
}

TEST_CASE("a library that is not the plug-in is refused") {
    CudaLibrary library;
    CHECK_FALSE(resolve_cuda_plugin(dlopen(nullptr, RTLD_LAZY), library));
    CHECK(library.reason.find("ganvas_cuda_abi") != std::string::npos);
}

TEST_CASE("precision is a choice, and automatic asks the processor") {
    CHECK(choose_precision("float32", c10::kCPU) == Precision::float32);
    CHECK(choose_precision("bfloat16", c10::kCPU) == Precision::bfloat16);
    CHECK((choose_precision("auto", c10::kCPU) == Precision::bfloat16) == cpu_has_bfloat16());
    std::ifstream file("/proc/cpuinfo");
    const std::string flags((std::istreambuf_iterator<char>(file)), {});
    const bool listed =
        flags.find("avx512_bf16") != std::string::npos || flags.find("amx_bf16") != std::string::npos;
    CHECK(cpu_has_bfloat16() == listed);
}

TEST_CASE("another thread sets the priority of a training thread and of its helpers") {
    const auto threads_of_process = [] {
        return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
    };
    const auto processor_ticks = [](int thread) {
        std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/stat");
        std::string text((std::istreambuf_iterator<char>(file)), {}), field;
        std::istringstream fields(text.substr(text.rfind(')') + 1));
        for (int number = 3; number <= 14; ++number) fields >> field; // 14: in user mode
        return std::stol(field);
    };
    std::promise<std::vector<int>> told;
    std::promise<void> seen;
    std::thread worker([&] {
        prepare_worker_thread(2);
        const std::vector<int> team = thread_team();
        const auto before = threads_of_process();
        const auto began = std::chrono::steady_clock::now();
        while (std::chrono::steady_clock::now() - began < std::chrono::milliseconds(500))
            (void)at::ones({1 << 20}).mul_(1.5).exp_();
        CHECK(threads_of_process() == before); // LibTorch's kernels ran on these two
        for (const int thread : team) CHECK(processor_ticks(thread) > 5);
        told.set_value(team);
        seen.get_future().wait();
    });
    const std::vector<int> team = told.get_future().get();
    REQUIRE(team.size() == 2);
    CHECK(set_niceness(team, 9));
    for (const int thread : team) CHECK(getpriority(PRIO_PROCESS, static_cast<id_t>(thread)) == 9);
    CHECK(getpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid))) < 9);
    seen.set_value();
    worker.join();
    CHECK_FALSE(set_niceness(std::vector<int>{1 << 30}, 9)); // no such thread
}

TEST_CASE("a worker thread keeps its thread count when another sets its own before the first question") {
    std::promise<void> prepared, other_set;
    std::thread worker([&] {
        prepare_worker_thread(2);
        prepared.set_value();
        other_set.get_future().wait();
        CHECK(at::get_num_threads() == 2);
        CHECK(thread_team().size() == 2);
    });
    prepared.get_future().wait();
    std::thread([] { prepare_worker_thread(1); }).join();
    other_set.set_value();
    worker.join();
}

TEST_CASE("a worker thread has its thread count, flushes denormals and can be made nicer") {
    std::thread worker([] {
        prepare_worker_thread(1);
        CHECK(at::get_num_threads() == 1);
        const at::Tensor tiny = at::full({64}, 1e-39);
        CHECK((tiny * 0.5).sum().item<float>() == 0);
        CHECK(set_thread_niceness(7));
        CHECK(getpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid))) == 7);
    });
    worker.join();
    CHECK(getpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid))) < 7); // only that thread
    CHECK(resident_bytes() > 1 << 20);
}

TEST_CASE("one OpenMP runtime is loaded, and a second one would be told") {
    const auto runtimes = openmp_runtimes();
    REQUIRE(runtimes.size() == 1);
    CHECK(runtimes.front().find("omp") != std::string::npos);
    CHECK(warning_of(runtimes).empty());
    CHECK(warning_of({}).empty());
    const std::string warning = warning_of({"/torch/libgomp.so.1", "/usr/lib/libomp.so.5"});
    CHECK(warning.find("/torch/libgomp.so.1") != std::string::npos);
    CHECK(warning.find("/usr/lib/libomp.so.5") != std::string::npos);
    CHECK(warning.find("LD_PRELOAD") != std::string::npos);
}
