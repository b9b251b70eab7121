#include "approvals/hold_asking.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/json.hpp"
#include "core/json_text.hpp"

namespace holdfast::approvals {
namespace {

using json::Kind;

void set_groups(json::ObjectText& object, std::string_view name, const std::vector<std::string>& groups) {
  if (!groups.empty()) object.set_raw(name, json::strings_text(groups));
}

// A member that is not there is the empty list.
bool read_strings(const json::Value& object, std::string_view name, std::vector<std::string>& into) {
  const json::Value* list = object.find(name);
  if (list == nullptr) return true;
  if (!list->is(Kind::array)) return false;
  for (const json::Value& item : list->items()) {
    if (!item.is(Kind::string)) return false;
    into.emplace_back(item.text());
  }
  return true;
}

bool read_number(const json::Value& object, std::string_view name, int& into) {
  const json::Value* number = object.find(name);
  if (number == nullptr) return true;
  if (!number->is(Kind::number)) return false;
  const std::string_view digits = number->text();
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), into);
  return error == std::errc() && end == digits.data() + digits.size() && into >= 0;
}

bool read_further(const json::Value& object, Hold& hold) {
  const json::Value* list = object.find("further");
  if (list == nullptr) return true;
  if (!list->is(Kind::array)) return false;
  return std::all_of(list->items().begin(), list->items().end(), [&](const json::Value& item) {
    if (!item.is(Kind::object)) return false;
    const json::Value* plan = item.find("plan");
    if (plan == nullptr || !plan->is(Kind::string)) return false;
    hold.call.further_plans.emplace_back(plan->text());
    Quorum& quorum = hold.further.emplace_back();
    return read_number(item, "require", quorum.require) && read_strings(item, "from", quorum.from) &&
           read_strings(item, "must_include", quorum.must_include);
  });
}

std::string further_text(const Hold& hold) {
  std::vector<std::string> plans;
  for (std::size_t i = 0; i < hold.further.size(); ++i) {
    const Quorum& quorum = hold.further[i];
    json::ObjectText plan;
    plan.set_raw("from", json::strings_text(quorum.from));
    set_groups(plan, "must_include", quorum.must_include);
    plan.set("plan", hold.call.further_plans.at(i)).set("require", quorum.require);
    plans.push_back(plan.text());
  }
  return json::array_text(plans);
}

std::string draws_text(const std::vector<Draw>& draws) {
  std::vector<std::string> texts;
  for (const Draw& draw : draws) {
    json::ObjectText object;
    object.set("amount", draw.amount).set("max", draw.max).set("over", to_string(draw.over));
    object.set("per", std::int64_t{draw.per.count()}).set("rule", draw.rule).set("window", draw.window);
    texts.push_back(object.text());
  }
  return json::array_text(texts);
}

bool read_draw(const json::Value& object, Draw& draw) {
  if (!object.is(Kind::object)) return false;
  const json::Value* per = object.find("per");
  const json::Value* over = object.find("over");
  std::array<std::pair<const char*, std::string*>, 4> texts{
      {{"amount", &draw.amount}, {"max", &draw.max}, {"rule", &draw.rule}, {"window", &draw.window}}};
  for (const auto& [name, into] : texts) {
    const json::Value* text = object.find(name);
    if (text == nullptr || !text->is(Kind::string)) return false;
    *into = text->text();
  }
  if (per == nullptr || !per->is(Kind::number) || over == nullptr) return false;
  std::int64_t milliseconds = 0;
  std::from_chars(per->text().data(), per->text().data() + per->text().size(), milliseconds);
  draw.per = std::chrono::milliseconds(milliseconds);
  draw.over = over->text() == to_string(Effect::escalate) ? Effect::escalate : Effect::deny;
  return true;
}

bool read_draws(const json::Value& object, std::vector<Draw>& draws) {
  const json::Value* list = object.find("draws");
  if (list == nullptr) return true;
  return list->is(Kind::array) &&
         std::all_of(list->items().begin(), list->items().end(),
                     [&](const auto& item) { return read_draw(item, draws.emplace_back()); });
}

}  // namespace

std::string asking_text(const Hold& hold) {
  json::ObjectText asking;
  if (!hold.call.draws.empty()) asking.set_raw("draws", draws_text(hold.call.draws));
  if (!hold.further.empty()) asking.set_raw("further", further_text(hold));
  set_groups(asking, "must_include", hold.quorum.must_include);
  set_groups(asking, "raised_must_include", hold.call.must_include);
  if (hold.call.required > 0) asking.set("raised_require", hold.call.required);
  return asking.text();
}

bool read_asking(const std::string& text, Hold& hold) {
  // Ours, however long: a hold that is not read keeps the desk from starting.
  const auto document = json::parse(text, {.bytes = text.size()});
  if (!document || !document->root().is(Kind::object)) return false;
  const json::Value& root = document->root();
  return read_draws(root, hold.call.draws) && read_further(root, hold) &&
         read_strings(root, "must_include", hold.quorum.must_include) &&
         read_strings(root, "raised_must_include", hold.call.must_include) &&
         read_number(root, "raised_require", hold.call.required);
}

}  // namespace holdfast::approvals
