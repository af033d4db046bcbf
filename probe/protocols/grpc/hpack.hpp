// HPACK (RFC 7541) without a dynamic table: a peer that is told SETTINGS_HEADER_TABLE_SIZE 0 has
// none, so nothing is kept from one field to the next.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace probe::hpack {

/// Indexes of the static table (appendix A) that matter here.
namespace index {
constexpr unsigned authority = 1;
constexpr unsigned post = 3;
constexpr unsigned path = 4;
constexpr unsigned http = 6;
constexpr unsigned https = 7;
constexpr unsigned status_200 = 8;  ///< and six others, up to `status_500`
constexpr unsigned status_500 = 14;
constexpr unsigned content_type = 31;
constexpr unsigned user_agent = 58;
constexpr unsigned last = 61;
}  // namespace index

struct Field {
  unsigned index = 0;    ///< of the name in the static table; 0: `name` is spelled out
  bool indexed = false;  ///< the table has the value, too
  std::string name;
  std::string value;
};

/// Takes the first field off `block`; updates of the table's size before it are skipped. Empty at
/// the end of the block, and if it is malformed: then `block` is not empty. Malformed is also what
/// needs a dynamic table.
std::optional<Field> take_field(std::string_view& block);

/// Takes an integer with a prefix of `bits` bits off `block` (section 5.1). Empty if it is not
/// complete or has more than 28 bits.
std::optional<std::size_t> take_integer(std::string_view& block, unsigned bits);

/// Decodes a string in the Huffman code (section 5.2). Empty if its padding is longer than 7 bits
/// or not of ones, or if it has the symbol EOS.
std::optional<std::string> huffman_decode(std::string_view bytes);

/// Appends fields, none of which any proxy may keep (section 6.2.3), in plain octets.
void put_indexed(std::string& block, unsigned index);
void put_field(std::string& block, unsigned name, std::string_view value);
void put_field(std::string& block, std::string_view name, std::string_view value);

}  // namespace probe::hpack
