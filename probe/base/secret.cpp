#include "base/secret.hpp"

#include <cstring>
#include <utility>

namespace probe {

struct Secret::Text {
  explicit Text(std::string&& secret) : value(std::move(secret)) {}
  Text(const Text&) = delete;
  Text& operator=(const Text&) = delete;
  ~Text() { wipe(value); }
  std::string value;
};

Secret::Secret(std::string text) : text_(std::make_shared<const Text>(std::move(text))) {
  // A short text stands in the object itself and stays there when it is moved.
  wipe(text);  // NOLINT(bugprone-use-after-move)
}

const std::string& Secret::reveal() const {
  static const std::string none;
  return text_ ? text_->value : none;
}

void wipe(std::string& text) noexcept {
  // Up to the capacity, since a short text may have replaced a long one.
  text.resize(text.capacity());
  explicit_bzero(text.data(), text.size());
  text.clear();
}

}  // namespace probe
