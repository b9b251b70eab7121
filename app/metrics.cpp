#include "app/metrics.hpp"

namespace holdfast::app {

void collect(const Figures& figures, metrics::Page* page) {
  figures.agents->collect(page);
  figures.desk->metrics().collect(page);
  figures.webhooks->collect(page);
  figures.log->collect(page);
  figures.reloads->collect(page);
  if (figures.pdp != nullptr) figures.pdp->collect(page);
  page->gauge("holdfast_build_info", "1, with the version of this program.",
              {{{{"version", HOLDFAST_VERSION}}, 1}});
}

}  // namespace holdfast::app
