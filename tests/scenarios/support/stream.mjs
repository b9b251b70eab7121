// A steady stream of calls: `perSecond` of them, whether or not those before have been answered.
import { Agent } from 'node:http';
import { send } from './http.mjs';

// {answered, stop}: stop() ends it, waits for what is under way, and gives all answers. Every tenth call comes on a
// connection of its own.
export function startStream(base, path, bodyOf, perSecond = 20) {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const calls = [];
  let answers = 0;
  const timer = setInterval(() => {
    const id = calls.length + 1;
    const call = send(base, { path, body: bodyOf(id), agent: id % 10 === 0 ? false : agent });
    // A failure is an answer too: whoever looks at it finds no status.
    calls.push(call.catch((error) => ({ error, headers: {} })).finally(() => ++answers));
  }, 1000 / perSecond);
  return {
    answered: () => answers,
    stop: async () => {
      clearInterval(timer);
      const all = await Promise.all(calls);
      agent.destroy();
      return all;
    },
  };
}
