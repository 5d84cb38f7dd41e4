// SPDX-License-Identifier: Apache-2.0
// The demo's own central system: the one of the system tests.

import { CentralSystem } from '../../tests/system/harness/central_system.js';

// `on_call` hears each call of the charge point.
export function local_central_system(on_call) {
  return new CentralSystem({ on_call }).listen();
}
