#include "app/replacements.hpp"

#include "core/clock.hpp"
#include "core/log.hpp"
#include "net/offload.hpp"
#include "net/signal.hpp"

namespace holdfast::app {

Replacements::Replacements(net::Loop* loop, net::Executor disk, std::filesystem::path path,
                           config::Standing seen, std::function<void()> replaced)
    : loop_(loop),
      disk_(disk),
      path_(std::move(path)),
      replaced_(std::move(replaced)),
      seen_(std::move(seen)),
      tasks_(loop) {}

Result<void> Replacements::start() {
  auto watch = net::FolderWatch::open(loop_, [this](const std::filesystem::path& folder,
                                                    const std::string& name) { moved_in(folder, name); });
  if (!watch) return fail(watch.error());
  watch_ = std::move(*watch);
  watch_folders();
  look_when_quiet();  // for what was exchanged before it was watched
  return {};
}

void Replacements::seen(config::Standing standing) {
  seen_ = std::move(standing);
  if (watch_ == nullptr) return;
  watch_folders();
  look_when_quiet();
}

void Replacements::moved_in(const std::filesystem::path& folder, const std::string& name) {
  if (name.empty() || seen_.may_exchange(folder, name)) look_when_quiet();
}

void Replacements::look_when_quiet() {
  last_ = std::chrono::steady_clock::now();
  if (!std::exchange(looking_, true)) tasks_.spawn(look());
}

net::task<void> Replacements::look() {
  net::Signal pause(loop_);
  while (looking_) {
    const SteadyTime quiet = last_ + kQuiet;
    if (std::chrono::steady_clock::now() < quiet) {
      co_await pause.wait_until(quiet);
      continue;
    }
    const SteadyTime looked = last_;
    auto stand = [path = path_, included = seen_.included] { return config::standing_of(path, included); };
    config::Standing now = co_await net::offload(disk_, std::move(stand));
    if (now.included != seen_.included) continue;  // it was read meanwhile
    const bool replaced = now.identity != seen_.identity;
    seen_ = std::move(now);
    watch_folders();  // a link may lead elsewhere now
    if (replaced) replaced_();
    looking_ = last_ != looked;
  }
}

void Replacements::watch_folders() {
  const auto unwatched = watch_->watch(seen_.folders());
  if (unwatched.empty() || std::exchange(unwatched_, true)) return;
  log::warning("not_watched", {{"folder", unwatched.begin()->string()},
                               {"why", "it cannot be watched: a replacement there waits for SIGHUP"}});
}

net::task<void> Replacements::stop() {
  watch_.reset();
  tasks_.cancel();
  co_await tasks_.wait();
}

}  // namespace holdfast::app
