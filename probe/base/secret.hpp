// A text that must not be seen.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace probe {

/// Holds a password or the like. It has no conversion, no stream operator and no `Piece`, so it
/// cannot be formatted by accident; `reveal` is the one way to the text and is easy to search for.
/// Copies share one text, which is overwritten when the last of them goes.
class Secret {
 public:
  Secret() = default;
  /// Overwrites the text that is handed over.
  explicit Secret(std::string text);
  explicit Secret(std::string_view text) : Secret(std::string(text)) {}
  explicit Secret(const char* text) : Secret(std::string(text)) {}

  const std::string& reveal() const;
  bool empty() const { return reveal().empty(); }

 private:
  struct Text;
  std::shared_ptr<const Text> text_;
};

/// Overwrites a text that has been a secret, and empties it.
void wipe(std::string& text) noexcept;

/// Overwrites what functions that have returned may have left of a secret on the stack.
void wipe_stack() noexcept;

}  // namespace probe
