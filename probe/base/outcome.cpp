#include "base/outcome.hpp"

#include <array>
#include <cstring>

namespace probe {

std::string_view name(Stage stage) {
  constexpr std::array<std::string_view, 10> names{"resolve", "connect", "open",    "tls",
                                                   "login",   "query",   "request", "response",
                                                   "expect",  "run"};
  return names.at(static_cast<std::size_t>(stage));
}

std::string_view name(Reason reason) {
  constexpr std::array<std::string_view, 9> names{"timeout",   "refused",     "unreachable",
                                                  "auth",      "certificate", "protocol",
                                                  "not_ready", "cancelled",   "local"};
  return names.at(static_cast<std::size_t>(reason));
}

Failure local_failure(int error_number) {
  return {Stage::run, Reason::local, std::strerror(error_number), ""};
}

bool means_absence(const Failure& failure) {
  const bool silent = failure.reason == Reason::timeout && failure.stage == Stage::connect;
  const bool nobody = failure.reason == Reason::refused || failure.reason == Reason::unreachable;
  const bool early = failure.stage <= Stage::open;
  return silent || (nobody && early);
}

}  // namespace probe
