#include "cli/commands.hpp"

#include "base/text.hpp"
#include "cli/process.hpp"
#include "report/report.hpp"

#include <algorithm>
#include <string>

namespace probe {
namespace {

/// How results are printed.
class Printer {
 public:
  explicit Printer(const Options& options)
      : options_(options),
        colour_(options.output == Output::text && !options.quiet && wants_colour()) {}

  void add(const Result& result) {
    if (options_.quiet) return;
    out_ += options_.output == Output::json ? format_json(result) : format_text(result, colour_);
  }
  void flush() {
    write_out(out_);
    out_.clear();
  }

 private:
  const Options& options_;
  bool colour_;
  std::string out_;
};

bool all_ready(const std::vector<Result>& results) {
  return std::ranges::all_of(results,
                             [](const Result& result) { return result.outcome.has_value(); });
}

}  // namespace

int check(const CommandLine& line) {
  const Trace trace(line.options.verbose);
  const auto results = run(line.targets, line.options.run, trace);
  Printer printer(line.options);
  for (const Result& result : results) printer.add(result);
  printer.flush();
  return all_ready(results) ? exit_ready : exit_not_ready;
}

int wait(const CommandLine& line) {
  const Trace trace(line.options.verbose);
  Printer printer(line.options);
  std::vector<unsigned> told(line.targets.size(), 0);  // at which attempt
  const auto results = run(line.targets, line.options.run, trace, [&](const Result& result) {
    told[static_cast<std::size_t>(result.target - line.targets.data())] = result.attempts;
    printer.add(result);
    printer.flush();
  });
  // Who gave up says so, unless nothing has happened since the last line about it.
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!results[i].outcome && results[i].attempts != told[i]) printer.add(results[i]);
  }
  printer.flush();
  if (!all_ready(results)) return exit_not_ready;
  return line.program.empty() ? exit_ready : become(line.program);
}

}  // namespace probe
