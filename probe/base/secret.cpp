#include "base/secret.hpp"

#include <array>
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
  wipe(text);  // NOLINT(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
}

const std::string& Secret::reveal() const {
  static const std::string none;
  return text_ ? text_->value : none;
}

void wipe(std::string& text) noexcept {
  // Up to the capacity, since a short text may have replaced a long one.
  text.resize(text.capacity());  // NOLINT(clang-analyzer-cplusplus.Move): a moved-from one, too
  explicit_bzero(text.data(), text.size());
  text.clear();
}

[[gnu::noinline]] void wipe_stack() noexcept {
  constexpr std::size_t depth = std::size_t{16} * 1024;  // more than reading or sending one takes
  std::array<char, depth> below;  // NOLINT(cppcoreguidelines-pro-type-member-init): overwritten
  explicit_bzero(below.data(), below.size());
}

}  // namespace probe
