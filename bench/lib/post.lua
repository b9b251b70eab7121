-- wrk: POST the file named by the first argument, and end with one line of JSON that lib/load.mjs reads.
function init(args)
  local file = assert(io.open(args[1], "rb"))
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.body = file:read("*a")
  file:close()
  request_bytes = wrk.format()
end

function request()
  return request_bytes
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('\n{"calls":%d,"microseconds":%d,"p50":%d,"failed":', summary.requests, summary.duration,
    latency:percentile(50)))
  io.write(string.format('{"not_2xx":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d}}\n',
    e.status, e.connect, e.read, e.write, e.timeout))
end
