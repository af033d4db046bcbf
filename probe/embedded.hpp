// Data that is part of the binary.
#pragma once

#include <span>
#include <string>

namespace probe {

/// The licences of probe and of what is linked into it, as CMake put them together and scripts/pack
/// packed them.
std::string embedded_licenses();

/// Written by scripts/ca-roots: records of a subject's hash (X509_NAME_hash_ex), a length, and a
/// certificate in DER; both numbers are 32-bit little-endian.
std::span<const unsigned char> embedded_ca_roots();

}  // namespace probe
