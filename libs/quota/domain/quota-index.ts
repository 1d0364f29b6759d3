import { isCounted } from './filter.js';
import type { Quota } from './quota.js';
import { countedFor, type QuotaFacts, type QuotaSubject } from './subject.js';

/** A quota that counts a request, and whom it counts it for. */
export interface ApplicableQuota {
  readonly quota: Quota;
  readonly subject: string;
}

/** Finds the quotas that count a request, without a look at those of other names. */
export class QuotaIndex {
  private readonly byName = new Map<string, Quota[]>();
  /** Of each one of a level, and of tags. */
  private readonly others: Quota[] = [];

  constructor(readonly quotas: readonly Quota[]) {
    for (const quota of quotas) {
      const key = keyOf(quota.subject);
      if (key === undefined) this.others.push(quota);
      else this.byName.set(key, [...(this.byName.get(key) ?? []), quota]);
    }
  }

  /** In the order of their names: the same for everybody. */
  applicable(facts: QuotaFacts): ApplicableQuota[] {
    const found: ApplicableQuota[] = [];
    for (const quota of this.candidates(facts)) {
      const subject = countedFor(quota.subject, facts);
      if (subject !== undefined && isCounted(quota.filter, facts)) found.push({ quota, subject });
    }
    return found.sort((a, b) => (a.quota.name < b.quota.name ? -1 : 1));
  }

  /**
   * The quotas that may count a request while nobody knows who pays for it: those that do whoever it is, and those of any cost centre
   * or business unit.
   */
  possible(facts: QuotaFacts): Quota[] {
    return this.quotas.filter(({ subject, filter }) => {
      return (isOfPayer({ subject }) || countedFor(subject, facts) !== undefined) && isCounted(filter, facts);
    });
  }

  private *candidates(facts: QuotaFacts): Generator<Quota> {
    yield* this.others;
    if (this.byName.size === 0) return;
    for (const [level, name] of namesOf(facts)) if (name !== null) yield* this.byName.get(`${level} ${name}`) ?? [];
  }
}

/** Whether whom it counts for follows from who pays. */
export function isOfPayer({ subject }: Pick<Quota, 'subject'>): boolean {
  return subject.level === 'cost_center' || subject.level === 'business_unit';
}

function namesOf(facts: QuotaFacts) {
  return [
    ['business_unit', facts.businessUnit],
    ['cost_center', facts.costCenter],
    ['team', facts.team],
    ['project', facts.project],
    ['key', facts.apiKey],
    ['user', facts.user],
  ] as const;
}

function keyOf({ level, name }: QuotaSubject): string | undefined {
  return name === null || level === 'tag' || level === 'account' ? undefined : `${level} ${name}`;
}
