// SPDX-License-Identifier: Apache-2.0
// The changes of status that OCPP 1.6 4.9 knows: any other is a fault, unless the connection or an
// answer was lost in between.

const may_follow = {
  Available: 'Preparing Charging SuspendedEV SuspendedEVSE Reserved Unavailable Faulted',
  Preparing: 'Available Charging SuspendedEV SuspendedEVSE Finishing Faulted',
  Charging: 'Available SuspendedEV SuspendedEVSE Finishing Unavailable Faulted',
  SuspendedEV: 'Available Charging SuspendedEVSE Finishing Unavailable Faulted',
  SuspendedEVSE: 'Available Charging SuspendedEV Finishing Unavailable Faulted',
  Finishing: 'Available Preparing Unavailable Faulted',
  Reserved: 'Available Preparing Unavailable Faulted',
  Unavailable: 'Available Preparing Charging SuspendedEV SuspendedEVSE Faulted',
  Faulted:
    'Available Preparing Charging SuspendedEV SuspendedEVSE Finishing Reserved Unavailable',
};
const of_the_whole = ['Available', 'Unavailable', 'Faulted'];

export class Statuses {
  constructor() {
    this.last = new Map(); // connector -> {id, status, answered}
    this.faults = [];
    this.changes = 0;
  }

  // A connection or a boot begins: nothing is known any more.
  begin(at) {
    this.last.clear();
    this.since = at;
  }

  told(id, { connectorId, status, timestamp }) {
    const before = this.last.get(connectorId);
    // Errors that waited for the connection are history, which has holes.
    const history = Date.parse(timestamp) < this.since;
    if (history) this.last.delete(connectorId);
    else this.last.set(connectorId, { id, status, answered: false });
    if (connectorId === 0 && !of_the_whole.includes(status))
      this.faults.push(`connector 0 is never ${status}`);
    if (history || !before?.answered || before.status === status) return;
    ++this.changes;
    if (!may_follow[before.status].split(' ').includes(status))
      this.faults.push(
        `connector ${connectorId}: OCPP 1.6 4.9 knows no change from ${before.status} to ${status}`,
      );
  }

  answered(id) {
    for (const told of this.last.values()) if (told.id === id) told.answered = true;
  }

  check() {
    if (this.faults.length > 0) throw new Error(this.faults.join('\n'));
  }
}
