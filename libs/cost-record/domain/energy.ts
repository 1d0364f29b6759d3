import type { EpochMs } from '#calendar';
import type { Accrual } from './accrual.js';
import type { PowerTerms } from './capacity-purchase.js';
import { COUNT_SCALE, HOUR_MS } from './hourly.js';

const POWER_SCALE = 1_000_000n;
const PUE_SCALE = 1_000_000n;

/**
 * What the power of running machines costs: kilowatts x PUE x price of a kilowatt-hour x machines x hours. PUE, the energy of the
 * whole building by that of its machines, is defined in ISO/IEC 30134-2.
 */
export function energy(power: PowerTerms, instanceMicros: bigint, from: EpochMs, to: EpochMs): Accrual {
  const { kilowattMicros, pueMicros, picosPerKilowattHour } = power;
  return {
    from,
    to,
    numerator: kilowattMicros * pueMicros * picosPerKilowattHour * instanceMicros,
    denominator: POWER_SCALE * PUE_SCALE * COUNT_SCALE * HOUR_MS,
  };
}
