// Arguments to command to exit status.
#include "base/text.hpp"
#include "cli/command_line.hpp"
#include "cli/help.hpp"
#include "cli/process.hpp"
#include "report/report.hpp"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <span>

namespace {

constexpr int exit_ready = 0;
constexpr int exit_not_ready = 1;
constexpr int exit_usage = 64;  // EX_USAGE of sysexits.h

int check(const probe::CommandLine& line) {
  const probe::Options& options = line.options;
  const probe::Trace trace(options.verbose);
  const auto results = probe::run(line.targets, options.run, trace);
  std::string out;
  const bool colour =
      options.output == probe::Output::text && !options.quiet && probe::wants_colour();
  for (const probe::Result& result : results) {
    out +=
        options.output == probe::Output::json ? format_json(result) : format_text(result, colour);
  }
  if (!options.quiet) probe::write_out(out);
  const bool ready =
      std::ranges::all_of(results, [](const auto& result) { return result.outcome.has_value(); });
  return ready ? exit_ready : exit_not_ready;
}

int main_with_exceptions(std::span<char* const> arguments) {
  const auto line = probe::parse_command_line(arguments);
  if (!line) {
    probe::write_error(probe::cat("probe: ", line.error().text, "\n"));
    return exit_usage;
  }
  switch (line->command) {
    case probe::Command::help:
      probe::write_out(probe::help_text());
      return exit_ready;
    case probe::Command::version:
      probe::write_out(probe::version_text());
      return exit_ready;
    case probe::Command::licenses:
      probe::write_out(probe::licenses_text());
      return exit_ready;
    case probe::Command::check:
      break;
  }
  return check(*line);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    probe::prepare_process();
    return main_with_exceptions(
        std::span(argv, static_cast<std::size_t>(argc)).subspan(argc > 0 ? 1 : 0));
  } catch (const std::exception& error) {
    probe::write_error(probe::cat("probe: internal error: ", error.what(), "\n"));
  } catch (...) {
    probe::write_error("probe: internal error\n");
  }
  return exit_not_ready;
}
