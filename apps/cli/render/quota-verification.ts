import type { QuotaVerificationWire } from '#contract';
import { type Cell, counted, left, printable, renderTable, right } from './table.js';

/** Of each list; JSON has all of them. */
const SHOWN_MAX = 50;

type Store = Extract<QuotaVerificationWire['store'], { readonly outcome: 'compared' }>;

/** What was checked and what is wrong, as tables with a line below each. */
export function renderVerification(verification: QuotaVerificationWire): string {
  const { store } = verification;
  return renderCounts(verification) + (store?.outcome === 'compared' ? renderStore(store, verification.repaired) : '');
}

/** Why the verification has failed; undefined: it has not. */
export function verificationProblem(verification: QuotaVerificationWire): string | undefined {
  const { agrees, repaired, store } = verification;
  if (store?.outcome === 'unavailable') {
    const wrong = agrees || repaired ? '' : `${wrongCounts(verification)}; `;
    return printable(`${wrong}the counts in Redis have not been compared: ${store.reason}`);
  }
  if (agrees || repaired) return undefined;
  return [...(differencesOf(verification) === 0 ? [] : [wrongCounts(verification)]), ...wrongInRedis(store)].join('; ');
}

function renderCounts(verification: QuotaVerificationWire): string {
  const { counts, events, differences, repaired } = verification;
  const checked = `${counted(counts, 'count')} checked against ${counted(events, 'event')}`;
  if (differences.length === 0) return `${checked}: all agree\n`;
  const columns = [...['QUOTA', 'SUBJECT', 'WINDOW FROM'].map(left), right('COUNTED'), right('SHOULD BE')];
  const rows = differences.slice(0, SHOWN_MAX).map(({ quota, subject, windowStart, counted: is, expected }): Cell[] => {
    return [quota, subject, windowStart, partsOf(is), partsOf(expected)];
  });
  const wrong = counted(differencesOf(verification), 'count');
  return `${renderTable(columns, rows)}${checked}: ${wrong} wrong${repaired ? ', put right' : ''}\n`;
}

function renderStore(store: Store, repaired: boolean): string {
  const { counts, reservations, heldCompared, differences, missingReservations } = store;
  const columns = [...['QUOTA', 'SUBJECT', 'WINDOW FROM', 'PART'].map(left), right('IN REDIS'), right('SHOULD BE')];
  const rows = differences.slice(0, SHOWN_MAX).map((difference): Cell[] => {
    const { quota, subject, windowStart, part, counted: is, expected } = difference;
    return [quota, subject, windowStart, part, is ?? 'no amount', expected];
  });
  const missing = missingReservations
    .slice(0, SHOWN_MAX)
    .map((id) => printable(`reservation ${id} is missing in Redis`));
  const wrong = wrongInRedis(store);
  const lines = [
    ...missing,
    `${counted(counts, 'count')} and ${counted(reservations, 'reservation')} compared in Redis: ` +
      (wrong.length === 0 ? 'all agree' : `${wrong.join(', ')}${repaired ? '; all made anew' : ''}`),
    ...(heldCompared ? [] : ['too many reservations are under way to add up what Redis holds of them']),
  ];
  return (rows.length === 0 ? '' : renderTable(columns, rows)) + lines.map((line) => `${line}\n`).join('');
}

function wrongCounts(verification: QuotaVerificationWire): string {
  return `${counted(differencesOf(verification), 'count')} wrong`;
}

function wrongInRedis(store: Store | null): string[] {
  if (!store) return [];
  const differing = store.differences.length + store.moreDifferences;
  const missing = store.missingReservations.length + store.moreMissingReservations;
  return [
    ...(differing === 0 ? [] : [`${counted(differing, 'count')} wrong in Redis`]),
    ...(missing === 0 ? [] : [`${counted(missing, 'reservation')} missing in Redis`]),
  ];
}

function partsOf({ used, settled, held }: QuotaVerificationWire['differences'][number]['counted']): string {
  const parts = [used, ...(settled === '0' ? [] : [`${settled} settled`]), ...(held === '0' ? [] : [`${held} held`])];
  return parts.join(' + ');
}

function differencesOf({ differences, moreDifferences }: QuotaVerificationWire): number {
  return differences.length + moreDifferences;
}
