#include "protocols/postgres/password_file.hpp"

#include "base/text.hpp"
#include "protocols/postgres/target.hpp"

#include <sys/stat.h>

#include <cstdlib>

namespace probe {
namespace {

std::string path_of(const Target& target) {
  for (const auto& [keyword, value] : data_of<PostgresTarget>(target).parameters) {
    if (keyword == "passfile" && !value.reveal().empty()) return value.reveal();
  }
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  std::string path = variable("PGPASSFILE");
  if (path.empty() && !variable("HOME").empty()) path = cat(variable("HOME"), "/.pgpass");
  return path;
}

}  // namespace

std::string ignored_password_file(const Target& target) {
  const std::string path = target.password ? "" : path_of(target);
  struct stat status = {};
  if (path.empty() || ::stat(path.c_str(), &status) != 0) return "";
  const bool plain = S_ISREG(status.st_mode);
  if (plain && (status.st_mode & (S_IRWXG | S_IRWXO)) == 0) return "";
  return cat("the password file \"", printable(path),
             "\" is not used: ", plain ? "its mode must be 0600" : "it is not a plain file");
}

Outcome explain_missing_password(const Target& target, Outcome outcome) {
  if (outcome || outcome.error().reason != Reason::auth || outcome.error().stage != Stage::login)
    return outcome;
  const std::string ignored = ignored_password_file(target);
  if (!ignored.empty()) outcome.error().detail += cat("; ", ignored);
  return outcome;
}

}  // namespace probe
