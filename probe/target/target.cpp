#include "target/target.hpp"

namespace probe {
namespace {

void conceal_one(std::string& text, const std::string& secret) {
  constexpr std::size_t shortest = 3;  // below that, any text would be full of it
  if (secret.size() < shortest) return;
  constexpr std::string_view mask = "***";
  for (std::size_t at = text.find(secret); at != std::string::npos;
       at = text.find(secret, at + mask.size())) {
    text.replace(at, secret.size(), mask);
  }
}

void conceal_one(std::string& text, const Target& target, const std::string& secret) {
  if (target.name.find(secret) == std::string::npos) conceal_one(text, secret);
}

}  // namespace

std::string conceal(std::string text, std::span<const Secret> secrets) {
  for (const Secret& secret : secrets) conceal_one(text, secret.reveal());
  return text;
}

std::string conceal(std::string text, const Target& target) {
  text = conceal(std::move(text), target.options.secrets);
  if (target.password) conceal_one(text, target, target.password->reveal());
  if (target.options.data) conceal_one(text, target, target.options.data->reveal());
  for (const auto& [name, value] : target.options.headers)
    conceal_one(text, target, value.reveal());
  for (const auto& [keyword, value] : target.parameters) {
    if (keyword.ends_with("password")) conceal_one(text, target, value.reveal());
  }
  return text;
}

}  // namespace probe
