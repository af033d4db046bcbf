// What several unit tests need.
#pragma once

#include "base/text.hpp"
#include "catch.hpp"
#include "protocols/protocol.hpp"

namespace probe {

/// A target of the URL `text`, which must be valid.
inline Target target_of(std::string_view text, CheckOptions options = {}) {
  const Protocol* protocol = find_protocol(text.substr(0, text.find("://")));
  REQUIRE(protocol != nullptr);
  auto target = protocol->parse(*protocol, text, std::move(options));
  if (!target) FAIL(target.error().text);
  return *std::move(target);
}

/// The complaint about a target that must not be valid.
inline std::string complaint_about(std::string_view text) {
  const Protocol* protocol = find_protocol(text.substr(0, text.find("://")));
  REQUIRE(protocol != nullptr);
  const auto target = protocol->parse(*protocol, text, {});
  REQUIRE_FALSE(target.has_value());
  return target.error().text;
}

/// Feeds `answer` to fresh exchanges, split in two at every place and then byte by byte; all must
/// come to the same end, which is returned. `feed` takes a list of pieces.
template <class Feed>
auto at_every_split(std::string_view answer, Feed feed) {
  const auto whole = feed(std::vector<std::string_view>{answer});
  for (std::size_t i = 1; i < answer.size(); ++i) {
    INFO("split at " << i);
    CHECK(feed(std::vector<std::string_view>{answer.substr(0, i), answer.substr(i)}) == whole);
  }
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < answer.size(); ++i) bytes.push_back(answer.substr(i, 1));
  CHECK(feed(bytes) == whole);
  return whole;
}

}  // namespace probe
