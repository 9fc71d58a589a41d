/// Titles of jobs that a panel looks for, to show their progress in the place of the button that started them.
#pragma once

namespace ganvas::job_titles {

inline constexpr const char* comparison = "Comparing runs";
inline constexpr const char* memorisation = "Looking for memorised images";

} // namespace ganvas::job_titles
