#include "embedded.hpp"

#include "base/inflate.hpp"

extern "C" {
extern const unsigned char probe_licenses[];
extern const unsigned char probe_licenses_end[];
extern const unsigned char probe_ca_roots[];
extern const unsigned char probe_ca_roots_end[];
}

namespace probe {

std::string embedded_licenses() {
  const std::span<const unsigned char> packed{probe_licenses, probe_licenses_end};
  std::size_t size = 0;
  for (std::size_t i = 0; i < 4; ++i) size |= std::size_t{packed[i]} << 8 * i;
  std::string text(size, '\0');
  auto* bytes = reinterpret_cast<unsigned char*>(text.data());
  return inflate(packed.subspan(4), {bytes, size}) ? text : "";
}

std::span<const unsigned char> embedded_ca_roots() {
  return {probe_ca_roots, probe_ca_roots_end};
}

}  // namespace probe
