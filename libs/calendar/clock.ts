import type { EpochMs } from './instant.js';

/** The one source of time. Nothing else in the house asks the system for it, so that a test can move it. */
export interface Clock {
  now(): EpochMs;
}

export const systemClock: Clock = { now: () => Date.now() };
