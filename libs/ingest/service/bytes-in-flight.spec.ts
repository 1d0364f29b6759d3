import type { Outcome } from '#outcome';
import { BytesInFlight, type HeldBytes } from './bytes-in-flight.js';

function admitted(held: Outcome<HeldBytes>): HeldBytes {
  if (!held.ok) throw new Error(held.failure.detail);
  return held.value;
}

const BUSY = { ok: false, failure: { kind: 'busy', code: 'ingest.overloaded', retryAfterSeconds: 1 } };

describe('BytesInFlight', () => {
  it('admits up to the bound, and again what has been released', () => {
    const inFlight = new BytesInFlight(100);
    const first = admitted(inFlight.hold(60));
    const second = admitted(inFlight.hold(40));
    expect(inFlight.hold(1)).toMatchObject(BUSY);
    first.release();
    first.release();
    admitted(inFlight.hold(60)).release();
    second.release();
    expect(inFlight.hold(100).ok).toBe(true);
  });

  it('counts what a body inflates to', () => {
    const inFlight = new BytesInFlight(100);
    const first = admitted(inFlight.hold(10));
    const second = admitted(inFlight.hold(10));
    expect(first.resize(90).ok).toBe(true);
    expect(second.resize(11)).toMatchObject(BUSY);
    first.release();
    expect(second.resize(11).ok).toBe(true);
    second.release();
    expect(admitted(inFlight.hold(100)).resize(100).ok).toBe(true);
  });

  it('admits a request beyond the bound when it is alone', () => {
    const inFlight = new BytesInFlight(100);
    const big = admitted(inFlight.hold(1_000));
    expect(inFlight.hold(1)).toMatchObject(BUSY);
    big.release();
    expect(inFlight.hold(1).ok).toBe(true);
  });
});
