#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "engine/device/cuda_library.h"
#include "engine/device/device.h"
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
    std::promise<std::vector<int>> told;
    std::promise<void> seen;
    std::thread worker([&] {
        prepare_worker_thread(2);
        told.set_value(thread_team());
        seen.get_future().wait();
    });
    const std::vector<int> team = told.get_future().get();
    CHECK(team.size() >= 1);
    CHECK(team.size() <= 2);
    CHECK(set_niceness(team, 9));
    for (const int thread : team) CHECK(getpriority(PRIO_PROCESS, static_cast<id_t>(thread)) == 9);
    CHECK(getpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid))) < 9);
    seen.set_value();
    worker.join();
    CHECK_FALSE(set_niceness(std::vector<int>{1 << 30}, 9)); // no such thread
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
