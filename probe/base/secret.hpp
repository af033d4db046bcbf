// A text that must not be seen.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace probe {

/// Holds a password or the like. It has no conversion, no stream operator and no `Piece`, so it
/// cannot be formatted by accident; `reveal` is the one way to the text and is easy to search for.
/// Its memory is overwritten before it is given back.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  explicit Secret(std::string_view text) : text_(text) {}
  explicit Secret(const char* text) : text_(text) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
  Secret& operator=(Secret other) noexcept {
    text_.swap(other.text_);
    return *this;
  }
  ~Secret() { wipe(); }

  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  void wipe() noexcept;

  std::string text_;
};

}  // namespace probe
