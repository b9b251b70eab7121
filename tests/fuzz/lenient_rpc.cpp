#include "tests/fuzz/lenient_rpc.hpp"

namespace holdfast::fuzz {
namespace {

std::vector<const Json*> members_like(const Json& object, std::string_view name) {
  std::vector<const Json*> found;
  for (const auto& [known, value] : object.members) {
    if (careless(known) == name) found.push_back(&value);
  }
  return found;
}

}  // namespace

std::string careless(std::string_view text) {
  std::u32string points = code_points(text).value_or(U"");
  points = points.substr(0, points.find(U'\0'));
  while (!points.empty() && points.front() <= U' ')
    points.erase(0, 1);
  while (!points.empty() && points.back() <= U' ')
    points.pop_back();
  std::string out;
  for (char32_t point : points) {
    if (point >= 0xFF01 && point <= 0xFF5E) point -= 0xFEE0;
    if (point == 0x17F) point = U's';
    if (point == 0x212A) point = U'k';
    if (point >= U'A' && point <= U'Z') point += 32;
    append_utf8(out, point);
  }
  return out;
}

std::vector<std::string> methods_in(const Json& message) {
  std::vector<std::string> found;
  for (const Json& element : message.items) {
    for (std::string& method : methods_in(element))
      found.push_back(std::move(method));
  }
  for (const Json* method : members_like(message, "method"))
    found.push_back(careless(method->text));
  return found;
}

std::vector<std::string> tools_in(const Json& message) {
  std::vector<std::string> found;
  for (const Json& element : message.items) {
    for (std::string& name : tools_in(element))
      found.push_back(std::move(name));
  }
  for (const Json* params : members_like(message, "params")) {
    for (const Json* name : members_like(*params, "name"))
      found.push_back(name->text);
  }
  return found;
}

}  // namespace holdfast::fuzz
