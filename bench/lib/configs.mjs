// What each contestant is told: one worker, keep-alive on both sides, no access log, no limits in the way.

const kBodyBytes = 1024;
export const kPath = '/payment/v1/send';
export const kStatement = '/v1/statement'; // the backend's long answer
const kRules = 100;

// One kibibyte of JSON, as a tool call looks: some members, some nesting, some prose.
export function call_body() {
  const call = {
    amount: 5, currency: 'EUR', to: 'acme', idempotent: true, reference: 'INV-2041/7',
    lines: Array.from({ length: 8 }, (_, i) => ({ sku: `part-${1000 + i}`, quantity: i + 1, price: 0.25 * (i + 1) })),
    memo: '',
  };
  call.memo = 'monthly order, as agreed; '.repeat(40).slice(0, kBodyBytes - JSON.stringify(call).length);
  return JSON.stringify(call);
}

// One rule for all tools and three for each; the call falls through to the last of its tool, which is the last of all.
function policy(count) {
  const names = [...Array.from({ length: (count - 1) / 3 - 1 }, (_, i) => `tool${i}`), 'send'];
  const rules = names.map((name) => `payment.${name}`).flatMap((tool) => [
    { tool, action: 'deny', when: { 'args.to': { starts_with: 'blocked-' } } },
    { tool, action: 'escalate', when: { 'args.amount': { gt: 100 } }, reason: 'Payments over 100 require approval' },
    { tool, action: 'allow' },
  ]);
  const for_all = { tool: 'payment.**', action: 'deny', when: { 'args.currency': ['XXX', 'XTS'] } };
  return { rules: [for_all, ...rules], tools: names.map((name) => ({ name, match: `POST /v1/${name}` })) };
}

// JSON is YAML. `more` replaces whole sections.
export function holdfast_config({ port, control, backend, folder, mode, rule_count, more }) {
  const { rules, tools } = policy(rule_count ?? kRules);
  return JSON.stringify({
    version: 1,
    data_dir: `${folder}/data`,
    agent_plane: { listen: `127.0.0.1:${port}` },
    control_plane: { listen: `127.0.0.1:${control}` },
    upstreams: [{ name: 'payment', protocol: 'http', url: `http://127.0.0.1:${backend}`, path: '/payment/', tools }],
    rules,
    approvers: [{ id: 'alice', groups: ['lead'], token: '${ALICE_TOKEN}' }],
    approvals: { plans: { default: { require: 1, from: ['lead'] } } },
    receipts: { mode },
    loops: 1,
    ...more,
  }, null, 1);
}

function nginx({ folder, http }) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `worker_processes 1; master_process off; daemon off; pid ${folder}/nginx.pid; error_log stderr;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 1000000000;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  ${http}
}
`;
}

export function backend_config({ port, folder }) {
  return nginx({ folder, http: `server { listen 127.0.0.1:${port}; default_type application/json;
    location / { return 200 '{"ok":true,"id":"pay-1"}'; } location = ${kStatement} { alias ${folder}/statement; } }` });
}

export function nginx_config({ port, backend, folder }) {
  return nginx({ folder, http: `upstream backend {
    server 127.0.0.1:${backend}; keepalive 64; keepalive_requests 1000000000;
  }
  server { listen 127.0.0.1:${port};
    location / { proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass http://backend; } }` });
}

export function haproxy_config({ port, backend }) {
  return `global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 75s
  timeout server 60s
  http-reuse always
frontend agents
  bind 127.0.0.1:${port}
  default_backend tools
backend tools
  server one 127.0.0.1:${backend}
`;
}
