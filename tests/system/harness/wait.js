// SPDX-License-Identifier: Apache-2.0
// Bounded waits. A test waits for a fact and says which; it never sleeps and hopes.

import { setTimeout as pause } from 'node:timers/promises';

// Programs built with sanitizers are slower; only the bounds grow, no test waits longer for it.
const patience = Number(process.env.CHARGEPOINT_PATIENCE ?? 1);

const look_again_ms = 10;

// Asks until `condition` gives something true, and returns that. An error thrown by `condition`
// ends the wait at once.
export async function until(condition, { within = 10_000, what = 'the condition' } = {}) {
  const deadline = performance.now() + within * patience;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (performance.now() > deadline) {
      const missing = typeof what === 'function' ? what() : what;
      throw new Error(`waited ${within * patience} ms in vain for ${missing}`);
    }
    await pause(look_again_ms);
  }
}

// For showing that something does NOT happen there is no condition to wait for, only time.
export async function nothing_for(milliseconds, check) {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    await check();
    await pause(look_again_ms);
  }
}

export function bounded(promise, within, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`waited ${within * patience} ms in vain for ${what}`)),
      within * patience,
    );
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
