#include "cli/help.hpp"

#include "base/text.hpp"
#include "catch.hpp"
#include "cli/options.hpp"

using namespace probe;

TEST_CASE("the help fits a screen of 80 columns") {
  const std::string help = help_text();
  std::string_view rest = help;
  std::size_t lines = 0;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    INFO(line);
    CHECK(line.size() <= 80);
    CHECK_FALSE(line.ends_with(' '));
    CHECK(line.size() < rest.size());  // ends with a line end
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    ++lines;
  }
  CHECK(lines <= 66);  // a line for each kind of target, and each option
}

TEST_CASE("every option stands in the help, in a column") {
  const std::string help = help_text();
  for (const OptionRow& row : option_rows()) {
    INFO(row.name);
    const std::string form = cat("--", row.name, row.value.empty() ? "" : " ", row.value,
                                 row.value.empty() ? " " : "  ");
    const std::size_t found = help.find(form);
    REQUIRE(found != std::string::npos);
    const std::size_t start = help.rfind('\n', found) + 1;
    CHECK(help.substr(start, 6) == (row.letter == '\0' ? "      " : cat("  -", row.letter, ", ")));
    CHECK(help.find(row.help, found) == start + 35);
  }
}
