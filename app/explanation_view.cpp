#include "app/explanation_view.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/table.hpp"
#include "app/visible.hpp"
#include "core/json_text.hpp"

namespace holdfast::app {
namespace {

using policy::Consulted;
using policy::Told;
using policy::Truth;

constexpr std::size_t kWidest = 60;  // of a value in the table

Colour colour_of(std::string_view says) {
  if (says == "true") return Colour::green;
  return says == "unknown" ? Colour::yellow : Colour::plain;
}

std::string at_text(const Position& at) {
  return at.line > 0 ? fmt::format("{}:{}:{}", at.file, at.line, at.column) : "";
}

void add_condition(std::vector<std::vector<std::string>>& rows, const Told& told, std::size_t depth) {
  rows.push_back({std::string(2 * depth, ' ') + visible(told.text), "", std::string(to_text(told.says)),
                  shortened(visible_json(told.found), kWidest)});
  for (const Told& part : told.parts)
    add_condition(rows, part, depth + 1);
}

std::string consulted_table(const policy::Explanation& told) {
  std::vector<std::vector<std::string>> rows{{"RULE AND CONDITIONS", "ACTION", "SAYS", "VALUE"}};
  for (const Consulted& one : told.consulted) {
    const std::string name =
        one.list == Consulted::List::routes ? fmt::format("route to {}", one.id) : one.id;
    rows.push_back({visible(name), one.action ? std::string(to_string(*one.action)) : "",
                    std::string(one.asked       ? to_text(one.says)
                                : one.expired   ? "expired"
                                : one.in_shadow ? "in shadow"
                                                : "not asked"),
                    ""});
    if (one.when) add_condition(rows, *one.when, 1);
  }
  return table(rows, [&](std::size_t row, std::size_t column) {
    return column == 2 ? colour_of(rows[row][column]) : Colour::plain;
  });
}

std::string plans_text(const Decision& decision) {
  std::string text(decision.plan);
  for (const std::string_view further : decision.further_plans)
    text += fmt::format(" and {}", further);
  if (decision.required > 0) text += fmt::format(", {} people at least", decision.required);
  if (!decision.must_include.empty())
    text += fmt::format(", among them of {}", fmt::join(decision.must_include, ", "));
  return visible(text);
}

std::string limits_text(const Decision& decision) {
  std::vector<std::string> limits;
  for (const Draw& draw : decision.draws)
    limits.push_back(fmt::format("{} of {} of `{}`, taken to have room", draw.amount, draw.max, draw.rule));
  for (const Draw& draw : decision.wants)
    limits.push_back(draw.amount.empty()
                         ? fmt::format("`{}` finds no amount to add up: no room", draw.rule)
                         : fmt::format("{} of {} of `{}`: no room", draw.amount, draw.max, draw.rule));
  return visible(fmt::format("{}", fmt::join(limits, "; ")));
}

std::string shadow_text(const Decision& decision) {
  if (!decision.shadow) return "";
  return visible(fmt::format("{} by {}", to_string(decision.shadow->effect), decision.shadow->rule));
}

json::ObjectText told_object(const Told& told) {
  json::ObjectText object;
  object.set_if("found", json::to_utf8(told.found));
  std::vector<std::string> parts;
  for (const Told& part : told.parts)
    parts.push_back(told_object(part).text());
  if (!parts.empty()) object.set_raw("parts", json::array_text(parts));
  return object.set("says", to_text(told.says)).set("text", json::to_utf8(told.text));
}

std::string consulted_json(const Consulted& one) {
  json::ObjectText object;
  if (one.action) object.set("action", to_string(*one.action));
  object.set("asked", one.asked);
  if (one.expired) object.set("expired", true);
  object.set_if("at", at_text(one.at)).set("id", one.id);
  if (one.in_shadow) object.set("in_shadow", true);
  object.set("list", to_string(one.list));
  if (one.asked) object.set("says", to_text(one.says));
  if (one.when) object.set("when", told_object(*one.when));
  return object.text();
}

std::vector<std::string> owned(const std::vector<std::string_view>& views) {
  return {views.begin(), views.end()};
}

std::string limits_json(const Decision& decision) {
  std::vector<std::string> limits;
  const auto add = [&](const std::vector<Draw>& draws, bool room) {
    for (const Draw& draw : draws) {
      json::ObjectText object;
      object.set_if("amount", draw.amount).set("max", draw.max).set("room", room).set("rule", draw.rule);
      limits.push_back(object.text());
    }
  };
  add(decision.draws, true);
  add(decision.wants, false);
  return json::array_text(limits);
}

json::ObjectText decision_object(const Decision& decision) {
  json::ObjectText object;
  object.set("by_limit", decision.by_limit)
      .set("by_unknown", decision.by_unknown)
      .set("effect", to_string(decision.effect));
  if (!decision.draws.empty() || !decision.wants.empty()) object.set_raw("limits", limits_json(decision));
  if (decision.effect == Effect::escalate) {
    object.set_raw("further_plans", json::strings_text(owned(decision.further_plans)));
    object.set_raw("must_include", json::strings_text(owned(decision.must_include)));
    object.set("plan", decision.plan);
  }
  object.set("reason", decision.reason);
  if (decision.effect == Effect::escalate) object.set("required", decision.required);
  object.set("risk_level", to_string(decision.risk)).set("rule", decision.rule);
  if (decision.shadow)
    object.set("shadow", json::ObjectText()
                             .set("effect", to_string(decision.shadow->effect))
                             .set("rule", decision.shadow->rule));
  return object;
}

}  // namespace

std::string_view to_text(Truth truth) {
  switch (truth) {
    case Truth::no:
      return "false";
    case Truth::unknown:
      return "unknown";
    case Truth::yes:
      return "true";
  }
  return "unknown";
}

std::string explanation_text(const Call& call, const policy::Explanation& told) {
  const Decision& decision = told.decision;
  return block({{"tool", visible(call.tool)},
                {"agent", fmt::format("{}, trust tier {}", visible(call.agent->id), call.agent->trust_tier)},
                {"risk", std::string(to_string(decision.risk))},
                {"decision", std::string(to_string(decision.effect))},
                {"rule", visible(decision.rule)},
                {"why", visible(told.why)},
                {"reason", visible(decision.reason)},
                {"plan", plans_text(decision)},
                {"limits", limits_text(decision)},
                {"in shadow", shadow_text(decision)}}) +
         (told.consulted.empty() ? "" : "\n" + consulted_table(told));
}

std::string explanation_json(const Call& call, const policy::Explanation& told) {
  std::vector<std::string> consulted;
  for (const Consulted& one : told.consulted)
    consulted.push_back(consulted_json(one));
  json::ObjectText about;
  about.set("agent", call.agent->id).set("operation", call.operation).set("sensitivity", call.sensitivity);
  about.set("tool", json::to_utf8(call.tool))
      .set("trust_tier", call.agent->trust_tier)
      .set("upstream", json::to_utf8(call.upstream));
  return json::ObjectText()
      .set("call", about)
      .set_raw("consulted", json::array_text(consulted))
      .set("decision", decision_object(told.decision))
      .set("why", told.why)
      .text();
}

}  // namespace holdfast::app
