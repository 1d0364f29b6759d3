import type { QuotaVerificationWire } from '#contract';
import { renderVerification, verificationProblem } from './quota-verification.js';

const AGREES: QuotaVerificationWire = {
  ...{ agrees: true, counts: 2, events: 1, repaired: false, differences: [], moreDifferences: 0, store: null },
};
const STORE = {
  ...{ outcome: 'compared', counts: 1, reservations: 3, heldCompared: true, differences: [], moreDifferences: 0 },
  ...{ missingReservations: [], moreMissingReservations: 0 },
} as const satisfies QuotaVerificationWire['store'];
const WRONG: QuotaVerificationWire = {
  ...{ ...AGREES, agrees: false, moreDifferences: 1 },
  differences: [
    {
      ...{ quota: 'day', subject: 'search', measure: 'requests', windowStart: '2026-11-25T00:00:00Z' },
      counted: { used: '7', settled: '1', held: '0' },
      expected: { used: '2', settled: '0', held: '3' },
    },
  ],
};

describe('a verification of quotas', () => {
  it('says nothing of Redis where there is nothing to compare', () => {
    expect(renderVerification(AGREES)).toBe('2 counts checked against 1 event: all agree\n');
    expect(verificationProblem(AGREES)).toBeUndefined();
  });

  it('shows both amounts with their parts', () => {
    const lines = renderVerification(WRONG).split('\n');
    expect(lines[1]?.split(/ {2,}/)).toEqual(['day', 'search', '2026-11-25T00:00:00Z', '7 + 1 settled', '2 + 3 held']);
    expect(lines[2]).toBe('2 counts checked against 1 event: 2 counts wrong');
  });

  it('fails for what stays wrong, and for what was not compared', () => {
    const missing = { ...STORE, missingReservations: ['a'], moreMissingReservations: 1_000 };
    expect(verificationProblem({ ...WRONG, store: missing })).toBe(
      '2 counts wrong; 1,001 reservations missing in Redis',
    );
    expect(verificationProblem({ ...WRONG, store: missing, repaired: true })).toBeUndefined();
    const unavailable = { outcome: 'unavailable', reason: 'gone' } as const;
    const problem = 'the counts in Redis have not been compared: gone';
    expect(verificationProblem({ ...WRONG, store: unavailable })).toBe(`2 counts wrong; ${problem}`);
    expect(verificationProblem({ ...AGREES, store: unavailable })).toBe(problem);
  });

  it('says what was left out, and what is no amount', () => {
    const name = { quota: null, subject: 'x', measure: null, windowStart: '2026-11-25T00:00:00Z' };
    const differences = [{ ...name, part: 'usage' as const, counted: null, expected: '5' }];
    const store = { ...STORE, differences, heldCompared: false };
    const lines = renderVerification({ ...AGREES, agrees: false, repaired: true, store }).split('\n');
    expect(lines[2]?.split(/ {2,}/)).toEqual(['', 'x', '2026-11-25T00:00:00Z', 'usage', 'no amount', '5']);
    expect(lines.slice(3)).toEqual([
      '1 count and 3 reservations compared in Redis: 1 count wrong in Redis; all made anew',
      'too many reservations are under way to add up what Redis holds of them',
      '',
    ]);
  });
});
