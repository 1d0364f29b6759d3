import type { Clock, EpochMs } from '#calendar';
import { fail, type Outcome, succeed } from '#outcome';
import { businessUnitAt, type Caller } from '../domain/index.js';
import type { CostCenter, CostCenterPage, CostCenterStore } from './cost-center-store.js';

export interface SetCostCenterInput {
  readonly costCenter: string;
  /** Null: none from `validFrom` on. */
  readonly businessUnit: string | null;
  /** Undefined: from the beginning for the first version, from now for later ones. */
  readonly validFrom: EpochMs | undefined;
}

/** Since when the first version holds, so that months from before it was told roll up too. */
const BEGINNING: EpochMs = 0;

/** What one does with cost centres. */
export class CostCenters {
  constructor(
    private readonly store: CostCenterStore,
    private readonly clock: Clock,
  ) {}

  list(page: CostCenterPage): Promise<readonly CostCenter[]> {
    return this.store.list(page);
  }

  /** Fails with `directory.cost_center_not_found`. */
  async find(accountId: number, costCenter: string): Promise<Outcome<CostCenter>> {
    const found = await this.store.find(accountId, costCenter);
    if (found) return succeed(found);
    const detail = `Nothing is said of a cost centre ${JSON.stringify(costCenter)}.`;
    return fail({ kind: 'not_found', code: 'directory.cost_center_not_found', detail });
  }

  /** Says which business unit it belongs to. Saying what is so already adds no version, unless nothing was said so far. */
  async set({ accountId, apiKeyId }: Caller, input: SetCostCenterInput): Promise<CostCenter> {
    const { costCenter, businessUnit } = input;
    await this.store.change(accountId, costCenter, (versions) => {
      const now = this.clock.now();
      const validFrom = input.validFrom ?? (versions.length === 0 ? BEGINNING : now);
      const isSo = versions.length > 0 && businessUnitAt(versions, validFrom) === businessUnit;
      return isSo ? undefined : { validFrom, businessUnit, recordedAt: now, recordedBy: apiKeyId };
    });
    const set = await this.store.find(accountId, costCenter);
    if (!set) throw new Error('a version was asked for and no cost centre is there');
    return set;
  }
}

export const COST_CENTERS = Symbol('CostCenters');
