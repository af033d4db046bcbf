#include "protocols/mysql/query_result.hpp"

#include "protocols/mysql/packet.hpp"

namespace probe {

QueryResult::Event QueryResult::take(std::string_view packet) {
  constexpr std::size_t enough = std::size_t{256} * 1024;
  switch (state_) {
    case State::start:
      return start(packet);
    case State::columns:
      if (is_end(packet) != (columns_ == 0)) return Event::malformed;
      if (columns_-- == 0) state_ = State::row;
      return Event::more;
    case State::row:
      return row(packet);
    case State::rest:
      skipped_ += packet.size();
      return is_end(packet) || skipped_ > enough ? Event::end : Event::more;
  }
  return Event::malformed;
}

QueryResult::Event QueryResult::start(std::string_view packet) {
  const auto kind = static_cast<unsigned char>(packet[0]);
  if (kind == packet_kind::null) return Event::wants_file;
  if (kind == packet_kind::ok) {
    const auto more_results = has_more_results(packet);
    if (!more_results) return Event::malformed;
    return *more_results ? Event::more : Event::no_row;
  }
  constexpr std::uint64_t most_columns = 4096;  // of a table, and so of a SELECT
  const auto columns = take_number(packet);
  if (!columns || *columns > most_columns || !packet.empty()) return Event::malformed;
  columns_ = *columns;
  state_ = State::columns;
  return Event::more;
}

QueryResult::Event QueryResult::row(std::string_view packet) {
  if (is_end(packet)) return Event::no_row;
  if (static_cast<unsigned char>(packet[0]) != packet_kind::null) {
    const auto size = take_number(packet);
    if (!size || *size > packet.size()) return Event::malformed;
    value_ = packet.substr(0, *size);
  }
  state_ = State::rest;
  return Event::value;
}

}  // namespace probe
