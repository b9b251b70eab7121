// House rules about what a coroutine's task may borrow. clang-tidy refuses reference parameters and capturing
// lambdas where it sees a body with co_await in it; a view, a span, a declaration, a task of a temporary it
// lets pass.
//
// A task starts when it is awaited and runs until it is done. What its parameters point into must live as
// long, and the end of the statement that makes the task is the end of its temporaries.
#pragma once

#include "tests/lint/source_tree.hpp"

namespace holdfast::lint {

// A coroutine takes values and pointers: no view, span, initializer list, buffer or reference. The few that
// borrow are listed by name, with what their headers promise.
[[nodiscard]] Findings check_coroutine_parameters(const SourceFile& file);

// A borrowing coroutine is awaited in the statement that calls it; or its task has a name, borrows from
// what has names, and is awaited further down. It is never spawned.
[[nodiscard]] Findings check_borrowing_calls(const SourceFile& file);

// `auto t = S{}.member()`, `spawn(S{}.member())`: the task of a member of a temporary outlives the temporary.
[[nodiscard]] Findings check_temporaries(const SourceFile& file);

// Listed borrowers that are no longer in the tree: an exception that nobody needs is the next one's excuse.
[[nodiscard]] Findings check_borrowers(const std::vector<SourceFile>& tree);

}  // namespace holdfast::lint
