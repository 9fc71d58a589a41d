#include "tests/fuzz/memory_meter.h"

#include <atomic>
#include <cstdlib>
#include <malloc.h>
#include <new>

#if defined(__has_feature)
#define GANVAS_HAS_FEATURE(x) __has_feature(x)
#else
#define GANVAS_HAS_FEATURE(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || GANVAS_HAS_FEATURE(address_sanitizer)
#define GANVAS_COUNTS_BY_SANITIZER 1
#include <sanitizer/allocator_interface.h>
#elif !defined(__SANITIZE_THREAD__) && !GANVAS_HAS_FEATURE(thread_sanitizer)
#define GANVAS_COUNTS_BY_NEW 1
#endif

namespace ganvas::fuzz {
namespace {

std::atomic<std::size_t> held{0}, most{0};

[[maybe_unused]] void count_more(std::size_t bytes) {
    const std::size_t now = held.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    std::size_t before = most.load(std::memory_order_relaxed);
    while (now > before && !most.compare_exchange_weak(before, now, std::memory_order_relaxed)) {
    }
}

[[maybe_unused]] void count_less(std::size_t bytes) { held.fetch_sub(bytes, std::memory_order_relaxed); }

#ifdef GANVAS_COUNTS_BY_SANITIZER
/// What came before the hooks was never counted, so a meter must not be made before them.
void install() {
    static const int installed = __sanitizer_install_malloc_and_free_hooks(
        [](const volatile void*, std::size_t bytes) { count_more(bytes); },
        [](const volatile void* block) {
            if (block != nullptr) count_less(__sanitizer_get_allocated_size(const_cast<const void*>(block)));
        });
    (void)installed;
}
#else
void install() {}
#endif

} // namespace

MemoryMeter::MemoryMeter() {
    install();
    before_ = held.load(std::memory_order_relaxed);
    most.store(before_, std::memory_order_relaxed);
}

std::size_t MemoryMeter::peak() const {
    // Blocks from before the hooks may have gone since: the difference wraps below zero and back.
    const auto grown = static_cast<std::ptrdiff_t>(most.load(std::memory_order_relaxed) - before_);
    return grown > 0 ? static_cast<std::size_t>(grown) : 0;
}

} // namespace ganvas::fuzz

#ifdef GANVAS_COUNTS_BY_NEW
namespace {

void* counted(std::size_t bytes, std::size_t alignment) {
    void* block =
        alignment <= alignof(std::max_align_t) ? std::malloc(bytes) : std::aligned_alloc(alignment, bytes);
    if (block == nullptr) throw std::bad_alloc();
    ganvas::fuzz::count_more(::malloc_usable_size(block));
    return block;
}

void uncounted(void* block) {
    if (block == nullptr) return;
    ganvas::fuzz::count_less(::malloc_usable_size(block));
    std::free(block);
}

std::size_t rounded(std::size_t bytes, std::align_val_t alignment) {
    const auto unit = static_cast<std::size_t>(alignment);
    return (bytes + unit - 1) / unit * unit;
}

} // namespace

void* operator new(std::size_t bytes) { return counted(bytes == 0 ? 1 : bytes, 1); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
    return counted(rounded(bytes, alignment), static_cast<std::size_t>(alignment));
}
void operator delete(void* block) noexcept { uncounted(block); }
void operator delete(void* block, std::size_t) noexcept { uncounted(block); }
void operator delete(void* block, std::align_val_t) noexcept { uncounted(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { uncounted(block); }
#endif
