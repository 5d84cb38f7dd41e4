// SPDX-License-Identifier: Apache-2.0
// Tells a person in the terminal what happens; plain text when nobody looks.

const colours = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (colours ? `\x1b[${code}m${text}\x1b[0m` : text);

export const bold = (text) => paint(1, text);
export const dim = (text) => paint(2, text);
export const green = (text) => paint(32, text);
export const red = (text) => paint(31, text);

let chapters = 0;

export function say(text = '') {
  process.stdout.write(`${text}\n`);
}

export function chapter(text) {
  say(`\n${bold(`${++chapters}. ${text}`)}`);
}

export function detail(text) {
  say(`     ${text}`);
}

// One OCPP call of the charge point, in a line.
export function message(action, payload) {
  const told = summary(action, payload);
  detail(`${dim('OCPP')} ${action}${told ? `  ${told}` : ''}`);
}

function summary(action, payload) {
  const { connectorId, idTag, transactionId } = payload;
  switch (action) {
    case 'BootNotification':
      return `${payload.chargePointVendor} ${payload.chargePointModel}`;
    case 'StatusNotification':
      return (
        `connector ${connectorId}: ${green(payload.status)}` +
        (payload.errorCode === 'NoError' ? '' : ` ${red(payload.errorCode)} ${payload.info ?? ''}`)
      );
    case 'Authorize':
      return `tag ${idTag}`;
    case 'StartTransaction':
      return `connector ${connectorId}, tag ${idTag}, meter at ${payload.meterStart} Wh`;
    case 'StopTransaction':
      return `transaction ${transactionId}, meter at ${payload.meterStop} Wh, ${payload.reason}`;
    case 'MeterValues':
      return values(payload);
    default:
      return '';
  }
}

function values({ connectorId, meterValue }) {
  const all = meterValue.flatMap(({ sampledValue }) => sampledValue);
  const shown = all
    .filter(({ phase }) => phase === undefined)
    .map(({ value, unit, measurand }) =>
      `${value} ${unit ?? (measurand?.startsWith('Energy') ? 'Wh' : '')}`.trim(),
    );
  return `connector ${connectorId}: ${shown.join(', ')}`;
}

export function receipt({ tag, connector, transaction, start, stop, from, to }) {
  const seconds = Math.round((Date.parse(to) - Date.parse(from)) / 1000);
  const rows = [
    ['Transaction', transaction],
    ['Connector', connector],
    ['Tag', tag],
    ['From', from],
    ['To', `${to}  (${seconds} s)`],
    ['Meter', `${start} Wh to ${stop} Wh`],
    ['Energy', `${stop - start} Wh`],
  ];
  say();
  for (const [name, value] of rows) detail(`${name.padEnd(12)} ${value}`);
}
