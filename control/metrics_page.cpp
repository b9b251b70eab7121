#include "control/metrics_page.hpp"

#include "core/metrics_text.hpp"

namespace holdfast::control {

net::task<Response> show_metrics(Plane* plane, const Request*) {
  metrics::Page page;
  plane->context.collect_metrics(&page);
  Response response;
  response.type = metrics::kTextType;
  response.body = page.text();
  co_return response;
}

}  // namespace holdfast::control
