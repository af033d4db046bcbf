// Where a connection of libpq's is.
#pragma once

#include "base/outcome.hpp"

#include <libpq-fe.h>

#include <string_view>

namespace probe {

Stage stage_of(ConnStatusType status);

/// What a time-out in this stage is about.
std::string_view awaited(Stage stage);

}  // namespace probe
