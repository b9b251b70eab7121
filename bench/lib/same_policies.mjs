// The policy of bench/micro/decide_bench.cpp in the languages of others: one rule about every tool and three about each of
// many; the tool that is called comes last. Where ours escalates, theirs can only forbid: the rule is evaluated all the same.
export const kCalled = 'payment.send';

// The names of as many tools as make `rules` rules.
function tools_of(rules) {
  const others = Math.ceil((rules - 4) / 3);
  return [...Array.from({ length: others }, (_, index) => `payment.tool${index}`), kCalled];
}

export function cedar_policy(rules) {
  const everywhere = 'forbid(principal, action, resource == Upstream::"payment") when { context.currency == "XXX" };';
  return [everywhere, ...tools_of(rules).flatMap((tool) => {
    const scope = `principal, action == Action::"${tool}", resource`;
    return [
      `forbid(${scope}) when { context.to like "blocked-*" };`,
      `forbid(${scope}) when { context.amount > 100 };`,
      `permit(${scope});`,
    ];
  })].join('\n');
}

// Cerbos keeps its rules by the kind of resource, here the tool; what is about every tool stands with each.
export function cerbos_policies(rules) {
  const rule = (effect, expr) =>
    ({ actions: ['call'], roles: ['*'], effect, ...(expr && { condition: { match: { expr } } }) });
  return tools_of(rules).map((tool) => ({
    apiVersion: 'api.cerbos.dev/v1',
    resourcePolicy: {
      resource: tool,
      version: 'default',
      rules: [
        rule('EFFECT_DENY', 'R.attr.currency == "XXX"'),
        rule('EFFECT_DENY', 'R.attr.to.startsWith("blocked-")'),
        rule('EFFECT_DENY', 'R.attr.amount > 100'),
        rule('EFFECT_ALLOW'),
      ],
    },
  }));
}

// Changes to the arguments of the call, and whether it is allowed with them.
export const kCalls = [
  [{}, true],
  [{ amount: 101 }, false],
  [{ to: 'blocked-acme' }, false],
  [{ currency: 'XXX' }, false],
];
