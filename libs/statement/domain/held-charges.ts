import { meterKey, type VolumeMeter } from '#rating/domain';
import { addAmounts } from './add-amounts.js';
import { type LineAmounts, type LineFields, lineKey } from './line.js';

/** What of a line counts towards one volume, before anybody knows what it costs. */
export interface HeldCharge {
  readonly key: string;
  readonly fields: LineFields;
  readonly amounts: LineAmounts;
}

export interface HeldVolume {
  readonly meter: VolumeMeter;
  readonly charges: ReadonlyMap<string, HeldCharge>;
}

/** Sums charges whose cost only the whole billing period can tell: one sum for each line and meter. */
export class HeldCharges {
  private readonly volumes = new Map<string, { meter: VolumeMeter; charges: Map<string, HeldCharge> }>();

  add(meter: VolumeMeter, fields: LineFields, amounts: LineAmounts): void {
    const key = lineKey(fields);
    const { charges } = this.volumeOf(meter);
    const before = charges.get(key);
    charges.set(key, { key, fields, amounts: before ? addAmounts(before.amounts, amounts) : amounts });
  }

  list(): HeldVolume[] {
    return [...this.volumes.values()];
  }

  private volumeOf(meter: VolumeMeter) {
    const key = meterKey(meter);
    const known = this.volumes.get(key);
    if (known) return known;
    const volume = { meter, charges: new Map<string, HeldCharge>() };
    this.volumes.set(key, volume);
    return volume;
  }
}
