// What a target of Postgres has for itself.
#pragma once

#include "target/target.hpp"

#include <string>
#include <utility>
#include <vector>

namespace probe {

struct PostgresTarget {
  /// libpq's connection keywords and their values, without host, hostaddr and port.
  std::vector<std::pair<std::string, Secret>> parameters;
  std::string left_out;  ///< the URI's parameters that libpq does not know, for `-v`
};

}  // namespace probe
