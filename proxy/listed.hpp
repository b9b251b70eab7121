// Things that somebody else must be able to find for as long as they live: what the drain has to close,
// cancel or wake. Needs no memory of its own, because every call stands in such lists. Loop thread only.
#pragma once

#include <boost/intrusive/list.hpp>
#include <iterator>
#include <vector>

namespace holdfast::proxy {

template <class T>
class Listed;

template <class T>
class Listing {
 public:
  // A copy: what is closed may take itself out.
  [[nodiscard]] std::vector<T*> all() const {
    std::vector<T*> found;
    for (const Listed<T>& listed : listed_)
      found.push_back(listed.what_);
    return found;
  }
  [[nodiscard]] bool several() const {
    return !listed_.empty() && std::next(listed_.begin()) != listed_.end();
  }

 private:
  friend class Listed<T>;
  boost::intrusive::list<Listed<T>, boost::intrusive::constant_time_size<false>> listed_;
};

// Stands in a listing for as long as it lives.
template <class T>
class Listed
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  Listed(Listing<T>* in, T* what) : what_(what) { in->listed_.push_back(*this); }
  Listed(const Listed&) = delete;
  Listed& operator=(const Listed&) = delete;

 private:
  friend class Listing<T>;
  T* what_;
};

}  // namespace holdfast::proxy
