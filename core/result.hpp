// Result<T>: a value or an Error. An Error's code says what the caller should do; its detail is one sentence
// that names the thing and holds no secret.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace holdfast {

enum class Code {
  malformed,        // the input is wrong; the same input will be wrong again
  too_large,        // the input is over a limit
  unsupported,      // well-formed, but nothing we take (501, 415, 417)
  unauthenticated,  // no credential, or one that does not hold
  forbidden,        // the credential is good, but not for this
  not_found,
  conflict,     // the state has moved on (409)
  gone,         // too late (410)
  limited,      // too often: later (429)
  halted,       // somebody has thrown the kill switch: later
  closed,       // the peer went away between messages
  timeout,      // a deadline passed
  cancelled,    // we stopped waiting
  unavailable,  // we cannot do it now: log, store, upstream
  corrupt,      // what is on disk is not what we wrote
  io,           // the operating system refused
  internal,     // ours
};

struct Error {
  Code code;
  std::string detail;
};

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
  using Base = tl::expected<T, Error>;
  Result(Base base) : Base(std::move(base)) {}
};

// `return fail(Code::malformed, "...")` converts to any Result.
[[nodiscard]] inline tl::unexpected<Error> fail(Code code, std::string detail) {
  return tl::unexpected<Error>(Error{code, std::move(detail)});
}

[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace holdfast
