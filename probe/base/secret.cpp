#include "base/secret.hpp"

#include <cstring>

namespace probe {

void Secret::wipe() noexcept {
  // Up to the capacity, since a short text may have replaced a long one.
  text_.resize(text_.capacity());
  explicit_bzero(text_.data(), text_.size());
  text_.clear();
}

}  // namespace probe
