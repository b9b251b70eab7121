#include "tests/fuzz/beast_http.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <limits>

namespace holdfast::fuzz {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

template <bool is_request>
class Parser final : public http::basic_parser<is_request> {
 public:
  explicit Parser(HttpMessage* out) : out_(out) {
    this->header_limit(std::numeric_limits<std::uint32_t>::max());
    this->body_limit(boost::none);
  }

 private:
  void on_request_impl(http::verb, string_view method, string_view target, int version,
                       error_code&) override {
    out_->method = std::string(method);
    out_->target = std::string(target);
    out_->minor = version % 10;
  }
  void on_response_impl(int status, string_view, int version, error_code&) override {
    out_->status = status;
    out_->minor = version % 10;
  }
  void on_field_impl(http::field, string_view name, string_view value, error_code&) override {
    out_->headers.emplace_back(std::string(name), std::string(value));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(string_view, error_code&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view, error_code&) override { return 0; }
  void on_finish_impl(error_code&) override {}

  HttpMessage* out_;
};

template <bool is_request>
bool read_head(std::string_view raw, HttpMessage& out) {
  Parser<is_request> parser(&out);
  error_code error;
  const std::size_t used = parser.put(boost::asio::const_buffer(raw.data(), raw.size()), error);
  if (error || !parser.is_header_done() || used != raw.size()) return false;
  out.chunked = parser.chunked();
  out.framed = out.chunked || parser.content_length().has_value();
  return true;
}

}  // namespace

bool read_request_head_with_beast(std::string_view raw, HttpMessage& out) {
  return read_head<true>(raw, out);
}

bool read_response_head_with_beast(std::string_view raw, HttpMessage& out) {
  return read_head<false>(raw, out);
}

}  // namespace holdfast::fuzz
