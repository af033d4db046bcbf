#include "base/outcome.hpp"

#include <array>

namespace probe {

std::string_view name(Stage stage) {
  constexpr std::array<std::string_view, 9> names{"resolve", "connect",  "tls",    "login", "query",
                                                  "request", "response", "expect", "run"};
  return names.at(static_cast<std::size_t>(stage));
}

std::string_view name(Reason reason) {
  constexpr std::array<std::string_view, 8> names{"timeout",   "refused",     "unreachable",
                                                  "auth",      "certificate", "protocol",
                                                  "not_ready", "cancelled"};
  return names.at(static_cast<std::size_t>(reason));
}

}  // namespace probe
