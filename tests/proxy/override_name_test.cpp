#include "proxy/override_name.hpp"

#include <gtest/gtest.h>

namespace holdfast::proxy {
namespace {

TEST(OverrideName, IsKnownInEverySpellingThatPhpAndRackFold) {
  for (const std::string_view name :
       {"_method",       "_Method",           "_METHOD",     ".method",
        "[method",       " _method",          "  .method",   "[_method]",
        "_method]",      "[[_method",         "]_method",    "_me\x01thod",
        "_meth\xffod",   "._method",          "_HttpMethod", "X-HTTP-Method-Override",
        "x-http-method", "X-Method-Override", "_method[]",   "_method[0]",
        "[_method][]",   "_[method",          "_method(x)"})
    EXPECT_TRUE(overrides_method(name)) << name;
  EXPECT_TRUE(overrides_method(std::string_view("_method\0x", 9)));
  for (const std::string_view name :
       {"method", "", " ", "_", "_methods", "__method", "x_method", "method[]", "a[method]", "a[_method]",
        "http-method", "x-http", "_http", "x-method-overrides"})
    EXPECT_FALSE(overrides_method(name)) << name;
}

}  // namespace
}  // namespace holdfast::proxy
