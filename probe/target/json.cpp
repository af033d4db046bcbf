#include "target/json.hpp"

#include "base/text.hpp"

#include <rapidjson/reader.h>

namespace probe {
namespace {

constexpr std::size_t deepest = 64;

/// Follows a pointer through the events of RapidJSON's parser, whose names these are.
// NOLINTBEGIN(readability-identifier-naming)
class Finder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Finder> {
 public:
  explicit Finder(const std::vector<std::string>& pointer) : pointer_(pointer) {}

  using Kind = JsonValue::Kind;
  bool Null() { return scalar(Kind::literal, "null"); }
  bool Bool(bool value) { return scalar(Kind::literal, value ? "true" : "false"); }
  bool RawNumber(const char* text, unsigned size, bool /*copy*/) {
    return scalar(Kind::number, {text, size});
  }
  bool String(const char* text, unsigned size, bool /*copy*/) {
    return scalar(Kind::string, {text, size});
  }
  bool StartObject() { return open(Kind::object); }
  bool StartArray() { return open(Kind::array); }
  bool EndObject(unsigned /*members*/) { return close(); }
  bool EndArray(unsigned /*elements*/) { return close(); }
  bool Key(const char* text, unsigned size, bool /*copy*/) {
    Level& level = levels_.back();
    level.next = level.on_path && std::string_view(text, size) == token();
    return true;
  }
  // NOLINTEND(readability-identifier-naming)

  JsonValue found;

 private:
  /// An object or array that is open.
  struct Level {
    bool array;
    bool on_path;        ///< the pointer's tokens up to here lead to it, and there are more
    bool next = false;   ///< in an object: the token leads to the member whose value comes next
    unsigned index = 0;  ///< in an array: of the element that comes next
  };

  const std::string& token() const { return pointer_[levels_.size() - 1]; }

  /// Whether the pointer's tokens up to here lead to the value that begins.
  bool reached() {
    if (levels_.empty()) return true;
    Level& level = levels_.back();
    if (!level.array) return level.next;
    return level.on_path && cat(level.index++) == token();
  }

  /// What an earlier member with the same name led to no longer counts.
  void settle(bool target, Kind kind, std::string_view text) {
    found = target ? JsonValue{kind, std::string(text)} : JsonValue{};
  }

  bool scalar(Kind kind, std::string_view text) {
    if (reached()) settle(levels_.size() == pointer_.size(), kind, text);
    return true;
  }

  bool open(Kind kind) {
    const bool here = reached();
    const bool target = levels_.size() == pointer_.size();
    if (here) settle(target, kind, "");
    levels_.push_back({.array = kind == Kind::array, .on_path = here && !target});
    return levels_.size() <= deepest;
  }

  bool close() {
    levels_.pop_back();
    return true;
  }

  const std::vector<std::string>& pointer_;
  std::vector<Level> levels_;
};

}  // namespace

std::optional<std::vector<std::string>> parse_json_pointer(std::string_view pointer) {
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      tokens.emplace_back();
      continue;
    }
    if (tokens.empty()) return std::nullopt;
    char c = pointer[i];
    if (c == '~') {
      const std::string_view escaped = pointer.substr(++i, 1);
      if (escaped != "0" && escaped != "1") return std::nullopt;
      c = escaped == "0" ? '~' : '/';
    }
    tokens.back() += c;
  }
  return tokens;
}

std::optional<JsonValue> find_json(std::string_view document,
                                   const std::vector<std::string>& pointer) {
  // No character of JSON, and the end of the parser's text.
  if (document.find('\0') != std::string_view::npos) return std::nullopt;
  // RFC 8259, section 8.1: a byte order mark may be ignored.
  constexpr std::string_view mark = "\xef\xbb\xbf";
  if (document.starts_with(mark)) document.remove_prefix(mark.size());
  // Strings are decoded where they stand, which spares the parser a stack.
  std::string text(document);
  rapidjson::InsituStringStream stream(text.data());
  constexpr unsigned flags = rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;
  rapidjson::Reader reader;
  Finder finder(pointer);
  if (reader.Parse<flags>(stream, finder).IsError()) return std::nullopt;
  return finder.found;
}

}  // namespace probe
