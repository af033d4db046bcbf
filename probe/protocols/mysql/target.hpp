// What a target of MySQL has for itself.
#pragma once

#include "target/target.hpp"

#include <string>

namespace probe {

struct MysqlTarget {
  std::string database;       ///< empty: none
  bool tls_required = false;  ///< a server without TLS is not told the user
};

}  // namespace probe
