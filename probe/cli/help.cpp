#include "cli/help.hpp"

#include "base/text.hpp"
#include "cli/options.hpp"
#include "embedded.hpp"
#include "net/tls.hpp"
#include "protocols/protocol.hpp"
#include "version.hpp"

#include <ares.h>
#include <asio/version.hpp>
#include <hiredis/hiredis.h>
#include <llhttp.h>
#include <rapidjson/rapidjson.h>

#include <pg_config.h>

#include <array>
#include <utility>

namespace probe {
namespace {

constexpr std::string_view introduction = R"(Is it ready? Checks servers, and waits for them.

  probe [OPTIONS] TARGET...                       check once: 0 if all are ready
  probe wait [OPTIONS] TARGET... [-- CMD ARG...]  wait for that, then become CMD
  probe install [FILE|DIR]                        copy this binary there

Targets:
)";

constexpr std::string_view conclusion = R"(
DUR is 500ms, 3s, 1m30s or a number of seconds. One target can have options of
its own after #: http://host/health#status=204&expect-json=/status=ok
${NAME}, ${NAME:-default}, ${NAME:?message}, ${file:PATH} in words are expanded.
PROBE_TARGETS holds targets where none is given, PROBE_TIMEOUT a long option.
Exit status: 0 ready, 1 not ready, 64 usage error; after --, that of CMD.
)";

/// Two spaces, what stands there, and `meaning` in a column of its own.
std::string line(std::string text, std::string_view meaning) {
  constexpr std::size_t column = 35;
  text.append(text.size() < column ? column - text.size() : 1, ' ');
  return cat(text, meaning, "\n");
}

std::string option_line(const OptionRow& row) {
  return line(cat("  ", row.letter == '\0' ? "    " : cat('-', row.letter, ", "), "--", row.name,
                  row.value.empty() ? "" : " ", row.value),
              row.help);
}

/// A line for each kind of target, with examples of the same over something else beside it.
std::string target_lines() {
  std::string out;
  std::string examples;
  std::string_view ready;
  for (const Protocol& protocol : protocols()) {
    const bool beside = protocol.ready.empty();
    const bool plain = protocol.tls == Tls::none || (protocol.tls == Tls::upgraded && !beside);
    if (protocol.example.empty() || !(tls_available || plain)) continue;
    if (!beside && !examples.empty()) out += line(std::exchange(examples, {}), ready);
    if (!beside) ready = protocol.ready;
    examples += cat(beside ? " " : "  ", protocol.example);
  }
  return out += line(std::move(examples), ready);
}

std::string compiler() {
#if defined(__clang__)
  return cat("clang ", __clang_major__, '.', __clang_minor__, '.', __clang_patchlevel__);
#else
  return cat("gcc ", __GNUC__, '.', __GNUC_MINOR__, '.', __GNUC_PATCHLEVEL__);
#endif
}

std::string standard_library() {
#if defined(_LIBCPP_VERSION)
  return cat("libc++ ", _LIBCPP_VERSION / 10000, '.', _LIBCPP_VERSION / 100 % 100, '.',
             _LIBCPP_VERSION % 100);
#else
  return cat("libstdc++ ", _GLIBCXX_RELEASE);
#endif
}

}  // namespace

std::string help_text() {
  constexpr std::array<std::string_view, 5> titles{"When and how often", "Output", "HTTP",
                                                   "Databases", "TLS"};
  std::string out(introduction);
  out += target_lines();
  out += '\n';
  for (std::size_t group = 0; group < titles.size(); ++group) {
    if (titles.at(group) == "TLS" && !tls_available) continue;
    out += cat(titles.at(group), ":\n");
    for (const OptionRow& row : option_rows()) {
      if (static_cast<std::size_t>(row.group) == group) out += option_line(row);
    }
  }
  out += "  -h, --help; -V, --version; --licenses\n";
  return out += conclusion;
}

std::string version_text() {
  std::string out =
      cat("probe ", version, " (", tls_available ? "full" : "lite, without TLS", ")\n");
  out += cat(compiler(), ", ", standard_library(), ", ", PROBE_LIBC, "\n");
  out +=
      cat("Asio ", ASIO_VERSION / 100000, '.', ASIO_VERSION / 100 % 1000, '.', ASIO_VERSION % 100);
  out += cat(", libpq ", PG_VERSION, ", hiredis ", HIREDIS_MAJOR, '.', HIREDIS_MINOR, '.',
             HIREDIS_PATCH);
  out +=
      cat(", llhttp ", LLHTTP_VERSION_MAJOR, '.', LLHTTP_VERSION_MINOR, '.', LLHTTP_VERSION_PATCH);
  out += cat(", RapidJSON ", RAPIDJSON_VERSION_STRING, ", c-ares ", ARES_VERSION_STR);
  if (tls_available) out += cat(", ", tls_library);
  return out + "\n";
}

std::string licenses_text() {
  return embedded_licenses();
}

}  // namespace probe
