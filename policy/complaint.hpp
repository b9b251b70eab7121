// What is wrong with one piece of a policy, before it is known where the piece stands.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace holdfast::policy {

struct Complaint {
  std::string message;  // one sentence
  std::string hint;     // may be empty
};

template <class T>
using Checked = tl::expected<T, Complaint>;

[[nodiscard]] inline tl::unexpected<Complaint> complain(std::string message, std::string hint = {}) {
  return tl::unexpected<Complaint>(Complaint{std::move(message), std::move(hint)});
}

}  // namespace holdfast::policy
