#include "cli/commands.hpp"

#include "base/text.hpp"
#include "cli/habits.hpp"
#include "cli/live_line.hpp"
#include "cli/process.hpp"
#include "report/report.hpp"

#include <unistd.h>

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

  void add(Result result) {
    if (options_.quiet) return;
    if (!result.outcome)
      result.outcome.error().detail += port_advice(*result.target, result.outcome.error());
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

int status_of(const std::vector<Result>& results) {
  return all_ready(results) ? exit_ready : exit_not_ready;
}

/// What a check prints: a line per target at the end.
class Checking final : public Listener {
 public:
  explicit Checking(const Options& options) : printer_(options) {}

  void end(const std::vector<Result>& results) {
    for (const Result& result : results) printer_.add(result);
    printer_.flush();
  }

  void overrun(const std::vector<Result>& results) override {
    end(results);
    ::_exit(status_of(results));
  }

 private:
  Printer printer_;
};

/// What `probe wait` prints: a line per change and, on a terminal, the live line.
class Waiting final : public Listener {
 public:
  explicit Waiting(const CommandLine& line)
      : printer_(line.options),
        live_(line.options.output == Output::text && !line.options.quiet),
        first_(line.targets.data()),
        told_(line.targets.size(), 0) {
    for (const Target& target : line.targets) waited_for_.push_back(&target);
    follows = true;
    if (live_.active()) tick_interval = std::chrono::milliseconds(100);
  }

  std::string_view before_errors() const { return live_.before_errors(); }

  void changed(const Result& result) override {
    told(result) = result.attempts;
    if (result.outcome) std::erase(waited_for_, result.target);
    printer_.add(result);
    live_.erase();  // until the next tick
    printer_.flush();
  }

  void overrun(const std::vector<Result>& results) override {
    end(results);
    ::_exit(exit_not_ready);
  }

  void tick() override {
    const auto elapsed = std::chrono::duration_cast<Duration>(Clock::now() - started_);
    const std::size_t width = live_.width();
    if (width > 0) live_.show(format_waiting(elapsed, waited_for_, told_.size(), width));
  }

  /// Who gave up says so, unless nothing has happened since the last line about it.
  void end(const std::vector<Result>& results) {
    live_.erase();
    for (const Result& result : results) {
      if (!result.outcome && result.attempts != told(result)) printer_.add(result);
    }
    printer_.flush();
  }

 private:
  /// At which attempt the last line about a target was printed.
  unsigned& told(const Result& result) {
    return told_[static_cast<std::size_t>(result.target - first_)];
  }

  Printer printer_;
  LiveLine live_;
  const Target* first_;
  std::vector<unsigned> told_;
  std::vector<const Target*> waited_for_;
  TimePoint started_ = Clock::now();
};

}  // namespace

int check(const CommandLine& line) {
  const Trace trace(line.options.verbose);
  Checking checking(line.options);
  const auto results = run(line.targets, line.options.run, trace, &checking);
  checking.end(results);
  return status_of(results);
}

int wait(const CommandLine& line) {
  Waiting waiting(line);
  const Trace trace(line.options.verbose, waiting.before_errors());
  const auto results = run(line.targets, line.options.run, trace, &waiting);
  waiting.end(results);
  if (!all_ready(results)) return exit_not_ready;
  return line.program.empty() ? exit_ready : become(line.program);
}

}  // namespace probe
