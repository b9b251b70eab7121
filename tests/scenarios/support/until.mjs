// Waiting without sleeping: ask again until it is so, or say what never came.

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// The first truthy value of `ask`, within `ms`.
export async function until(what, ask, ms = 10_000) {
  const deadline = performance.now() + ms;
  for (;;) {
    const value = await ask();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`waited ${ms} ms for ${what}, and it did not come`);
    await pause(20);
  }
}
