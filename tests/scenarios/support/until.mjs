// Waiting without sleeping: ask again until it is so, or say what never came.

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Set for a sanitised program, which is five to fifteen times slower.
export const sanitised = Boolean(process.env.HOLDFAST_SANITIZE);
export const patience = sanitised ? 10 : 1;

// The first truthy value of `ask`, within `ms` of an ordinary program.
export async function until(what, ask, ms = 10_000) {
  ms *= patience;
  const deadline = performance.now() + ms;
  for (;;) {
    const value = await ask();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`waited ${ms} ms for ${what}, and it did not come`);
    await pause(20);
  }
}
