// A method override in a body that streams through unread: found in every way that a server may read it, in
// pieces of any size, and not where nobody takes a name from.
#include "proxy/override_search.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace holdfast::proxy {
namespace {

// The same whole, and a byte at a time.
bool finds(std::string_view type, std::string_view body) {
  OverrideSearch whole(type);
  OverrideSearch in_bytes(type);
  bool found = false;
  for (const char& byte : body)
    found = in_bytes.finds({&byte, 1}) || found;
  EXPECT_EQ(whole.finds(body), found) << body;
  return found;
}

constexpr std::string_view kForm = "application/x-www-form-urlencoded";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kParts = "multipart/form-data; boundary=b";

std::string part(std::string_view headers, std::string_view content = "DELETE") {
  return std::string("--b\r\n").append(headers).append("\r\n\r\n").append(content).append("\r\n--b--\r\n");
}

TEST(OverrideSearch, OfTypesThatNobodyTakesNamesFromThereIsNone) {
  for (const std::string_view type : {"text/plain", "application/octet-stream", "image/png", "text/html"})
    EXPECT_FALSE(OverrideSearch(type).needed()) << type;
  // Without a type Rack reads a form; before a comma or a space it and PHP end the type.
  for (const std::string_view type :
       {"", " ", "application/x-www-form-urlencoded, x", "Application/X-WWW-Form-URLEncoded x",
        "multipart/mixed;boundary=x", "application/vnd.api+json", "text/json", "x, multipart/form-data"})
    EXPECT_TRUE(OverrideSearch(type).needed()) << type;
}

TEST(OverrideSearch, FindsTheNameInAForm) {
  for (const std::string_view body :
       {"_method=DELETE", "a=1&_method=DELETE&b=2", "a=1;_method=x", "%5fmethod=x", "a&_%6Dethod=x",
        "+_METHOD=x", ".method=x", "[method=x", "[_method]=x", "_method]=x", "_method%00=x", "=&_method=",
        "%&_method=x", "X-HTTP-Method-Override=DELETE&", "._method=x", "a=%4&_method=x", "_method&"}) {
    EXPECT_TRUE(finds(kForm, body)) << body;
    EXPECT_TRUE(finds("", body)) << body;
  }
  for (const std::string_view body : {"a=_method", "a=b=_method&c=1", "a=%26_method=x&b=1", "x_method=1&y=1",
                                      "method=POST&methods=2", "_methods=1&", "method[]=1&a[method]=2&"})
    EXPECT_FALSE(finds(kForm, body)) << body;
}

TEST(OverrideSearch, FindsTheNameInJson) {
  for (const std::string_view body :
       {R"({"_method":"DELETE"})", R"({"a":{"b":[1,{"c":2}]},"_method":"x"})", R"( { "\u005fmethod" : 1})",
        R"({"a":"}","_m\u0065thod":1})", R"({"a":"\"","_Method":1})", R"({"a":"\\","[method":1})",
        "{\"_\xffmethod\":1}", R"({"_method\u0000x":1})", R"({"a":1}{"_method":2})",
        R"({"a":"\ud83d","_method":2})"})
    EXPECT_TRUE(finds(kJson, body)) << body;
  for (const std::string_view body :
       {R"({"text":"_method"})", R"({"a":["_method",{"_method":1}]})", R"({"a":{"_method":1},"b":2})",
        R"(["_method"])", R"("_method")", R"({"a":"{\"_method\":1}"})",
        R"({"method":"_method","_methods":1})", R"({"a":-1.5E+3,"b":true,"c":false,"d":null})",
        "{\"caf\xc3\xa9\":1}", ""})
    EXPECT_FALSE(finds(kJson, body)) << body;
}

TEST(OverrideSearch, TakesNoChanceWithWhatIsNoJson) {
  for (const std::string_view body : {"{'_method':1}", "{_method:1}", "{/**/\"a\":1}", "\xef\xbb\xbf{}",
                                      R"({"\x5fmethod":1})", R"({"a":"\u00g0"})", "}", "a=1&_method=DELETE"})
    EXPECT_TRUE(finds(kJson, body)) << body;
  EXPECT_TRUE(finds(kJson, std::string_view("{\0\"\0_\0", 6))) << "UTF-16";
}

TEST(OverrideSearch, FindsTheNameInTheHeadersOfAPart) {
  for (const std::string_view headers :
       {R"(Content-Disposition: form-data; name="_method")", "content-disposition:form-data;name=_method",
        "Content-Disposition: form-data; name='_method'",
        "X: y\r\nContent-Disposition: form-data;\r\n\tname=_method",
        R"(Content-Disposition: form-data; name="%5Fmethod")",
        R"(Content-Disposition: form-data; name="\_method")",
        R"(Content-Disposition: form-data; filename="_method")", "Content-ID: <_method>",
        "Content-Type: text/plain\r\nContent-Disposition: form-data; name=\".method\"",
        "Content-Disposition: form-data; name=\"[method\"",
        "Content-Disposition: form-data; name=\"[_method]\"",
        "Content-Disposition: form-data; name*=utf-8''x",
        "Content-Disposition: form-data; NAME*0=_met; name*1=hod",
        "Content-Disposition: form-data; name=\"=?utf-8?Q?=5Fmethod?=\"",
        "Content-DispositionContent-Disposition: a; name=_method",
        "Content-Disposition: form-data; name=\"_meth\xff"
        "od\"",
        "ccontent-disposition: a; name=_method"})
    EXPECT_TRUE(finds(kParts, part(headers))) << headers;
  const std::string second =
      part("Content-Disposition: form-data; name=\"file\"; filename*=utf-8''a%20b", "x");
  EXPECT_TRUE(finds(kParts, second + part("Content-Disposition: form-data; name=_method")));
  // Some take a line feed for the end of a line.
  EXPECT_TRUE(finds(kParts, "--b\nContent-Disposition: form-data; name=_method\n\nDELETE\n--b--"));
}

TEST(OverrideSearch, LooksAtNoContentOfAPart) {
  const std::string page =
      R"(<form><input name="_method" value="delete"></form> name=_method content-type: _method)";
  EXPECT_FALSE(
      finds(kParts, part("Content-Disposition: form-data; name=\"page\"; filename=\"a.html\"", page)));
  for (const std::string_view headers :
       {R"(Content-Disposition: form-data; name="request_method")",
        R"(Content-Disposition: form-data; name="method")",
        R"(Content-Disposition: attachment; filename="use_method.rb"; size=5)",
        R"(Content-Disposition: form-data; name="f"; filename*=UTF-8''%e2%82%ac.txt)"})
    EXPECT_FALSE(finds(kParts, part(headers))) << headers;
}

}  // namespace
}  // namespace holdfast::proxy
