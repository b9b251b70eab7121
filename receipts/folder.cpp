#include "receipts/folder.hpp"

namespace holdfast::receipts {

Result<std::string> read_line(Files& files, const std::filesystem::path& path) {
  auto text = read_whole(files, path, 1024);
  if (!text) return text;
  if (text->empty() || text->find('\n') != text->size() - 1) {
    return fail(Code::corrupt, path.string() + " does not hold one line: put it back from a copy");
  }
  text->pop_back();
  return text;
}

}  // namespace holdfast::receipts
