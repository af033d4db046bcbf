// What libpq would take from its own src/common and src/port, answered by us, and what our files of
// scripts/toolchain.d ask. Only in the static binary.
#include "base/inflate.hpp"
#include "base/watchdog.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace {

// libpq's numbers (mb/pg_wchar.h).
constexpr int sql_ascii = 0;
constexpr int utf8 = 6;

}  // namespace

extern "C" {

/// Random bytes for SCRAM's nonce, from the kernel: neither from /dev/urandom, which an empty root
/// lacks, nor from OpenSSL, whose generator takes longer to set up than all the rest of a login's
/// preparations.
bool pg_strong_random(void* buffer, std::size_t size) {
  constexpr std::size_t most = 256;  // of getentropy(3), in one call
  auto* bytes = static_cast<std::uint8_t*>(buffer);
  for (std::size_t done = 0; done < size; done += most) {
    if (::getentropy(bytes + done, std::min(most, size - done)) != 0) return false;
  }
  return true;
}

/// For scripts/toolchain.d/scram_salted_password.c.
bool probe_overdue() {
  return probe::overdue();
}

/// libpq's log of the messages, which is never asked for (PQtrace).
// NOLINTBEGIN(readability-identifier-naming)
void pqTraceOutputMessage(void* /*connection*/, const char* /*message*/, bool /*to_server*/) {}
void pqTraceOutputNoTypeByteMessage(void* /*connection*/, const char* /*message*/) {}
// NOLINTEND(readability-identifier-naming)

/// For scripts/toolchain.d/unicode_tables.c.
bool probe_inflate(const unsigned char* packed, std::size_t packed_size, unsigned char* unpacked,
                   std::size_t size) {
  return probe::inflate({packed, packed_size}, {unpacked, size});
}

/// The C library's text; it always has one.
char* pg_strerror_r(int error, char* /*buffer*/, std::size_t /*size*/) {
  return std::strerror(error);
}

// What a text's encoding matters for in libpq: where it cuts the line of a statement that an error
// during the login is about. UTF-8 is told from bytes; the tables of 42 encodings are 9 KB.

int pg_char_to_encoding(const char* name) {
  return name == std::string_view("UTF8") ? utf8 : sql_ascii;
}

/// Nothing calls setlocale, and the C locale has no encoding of its own.
int pg_get_encoding_from_locale(const char* /*locale*/, bool /*warn*/) {
  return sql_ascii;
}

const char* pg_encoding_to_char(int encoding) {
  return encoding == utf8 ? "UTF8" : "SQL_ASCII";
}

int pg_encoding_max_length(int encoding) {
  return encoding == utf8 ? 4 : 1;
}

int pg_utf_mblen(const unsigned char* text);
int pg_encoding_mblen(int encoding, const char* text) {
  return encoding == utf8 ? pg_utf_mblen(reinterpret_cast<const unsigned char*>(text)) : 1;
}

int pg_encoding_dsplen(int /*encoding*/, const char* /*text*/) {
  return 1;
}
}
