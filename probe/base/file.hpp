// Reading small files.
#pragma once

#include <cstddef>
#include <expected>
#include <string>

namespace probe {

/// What is in the file, or why it cannot be read, for people. More than `limit` bytes are an error;
/// a pipe that nobody writes to does not block.
std::expected<std::string, std::string> read_file(const std::string& path, std::size_t limit);

/// Whether `path` is there and is neither a regular file nor a directory: to open it may take for
/// ever.
bool is_special_file(const std::string& path);

}  // namespace probe
