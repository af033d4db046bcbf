// The answer to one COM_QUERY, packet by packet.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace probe {

/// Finds the first value of the first row. Rows behind it are skipped, so that the server is not
/// left in the middle of them, up to 256 KiB.
class QueryResult {
 public:
  enum class Event : std::uint8_t {
    more,        ///< another packet is wanted
    value,       ///< that was the first row; another packet is wanted
    end,         ///< of the rows
    no_row,      ///< there is none, or the statement has none by its nature
    wants_file,  ///< the server asks for a file of ours (LOAD DATA LOCAL)
    malformed,
  };

  /// Takes one packet, which is not empty and no error.
  Event take(std::string_view packet);

  /// Whether the first row has come.
  bool has_value() const { return state_ == State::rest; }
  /// In text; nothing: NULL.
  const std::optional<std::string>& value() const { return value_; }

 private:
  enum class State : std::uint8_t { start, columns, row, rest };

  Event start(std::string_view packet);
  Event row(std::string_view packet);

  State state_ = State::start;
  std::uint64_t columns_ = 0;  ///< that are still to be described
  std::size_t skipped_ = 0;
  std::optional<std::string> value_;
};

}  // namespace probe
