#include "embedded.hpp"

extern "C" {
extern const char probe_licenses[];
extern const char probe_licenses_end[];
extern const unsigned char probe_ca_roots[];
extern const unsigned char probe_ca_roots_end[];
}

namespace probe {

std::string_view embedded_licenses() {
  return {probe_licenses, probe_licenses_end};
}

std::span<const unsigned char> embedded_ca_roots() {
  return {probe_ca_roots, probe_ca_roots_end};
}

}  // namespace probe
