#include "receipts/entry_text.hpp"

namespace holdfast::receipts {

EntryText::EntryText(const json::ObjectText& members) {
  members.visit_members([this](std::string_view name, std::string_view json) {
    next(name);
    text_.append(json);
  });
}

std::string_view EntryText::before(std::size_t i) const {
  const auto place = [this](std::size_t member) { return member < passed_ ? places_[member] : text_.size(); };
  const std::size_t begin = i == 0 ? 0 : place(i - 1);
  return text_.view().substr(begin, place(i) - begin);
}

}  // namespace holdfast::receipts
