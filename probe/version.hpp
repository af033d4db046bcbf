#pragma once

#include <string_view>

namespace probe {

/// From CMakeLists.txt's project(VERSION).
inline constexpr std::string_view version = PROBE_VERSION;

}  // namespace probe
