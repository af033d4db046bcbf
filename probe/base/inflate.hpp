// What scripts/pack has packed: the licences, and in the static build libpq's Unicode tables.
#pragma once

#include <span>

namespace probe {

/// Unpacks DEFLATE (RFC 1951) without any header. Returns whether `packed` was well-formed and
/// filled `unpacked` exactly.
bool inflate(std::span<const unsigned char> packed, std::span<unsigned char> unpacked);

}  // namespace probe
