#include "engine/device/openmp_runtimes.h"

#include <link.h>

#include <string_view>

namespace ganvas {

std::vector<std::string> openmp_runtimes() {
    std::vector<std::string> found;
    dl_iterate_phdr(
        [](dl_phdr_info* library, std::size_t, void* into) {
            const std::string_view path = library->dlpi_name ? library->dlpi_name : "";
            const std::string_view name = path.substr(path.rfind('/') + 1);
            for (const std::string_view runtime : {"libgomp", "libomp", "libiomp5"})
                if (name.starts_with(runtime) && name.substr(runtime.size()).find_first_of("-.") == 0)
                    static_cast<std::vector<std::string>*>(into)->emplace_back(path);
            return 0;
        },
        &found);
    return found;
}

std::string warning_of(const std::vector<std::string>& runtimes) {
    if (runtimes.size() < 2) return "";
    std::string text = "more than one OpenMP runtime is loaded, which makes training slower:";
    for (const std::string& path : runtimes) text += " " + path;
    return text + "; check LD_PRELOAD, and which BLAS library the system uses";
}

} // namespace ganvas
