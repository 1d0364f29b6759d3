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
    addApplicable(found, this.others, facts);
    if (this.byName.size > 0) {
      for (const level of NAMED_LEVELS) {
        const name = facts[level.of];
        const named = name === null ? undefined : this.byName.get(`${level.name} ${name}`);
        if (named) addApplicable(found, named, facts);
      }
    }
    return found.length > 1 ? found.sort((a, b) => (a.quota.name < b.quota.name ? -1 : 1)) : found;
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
}

function addApplicable(found: ApplicableQuota[], candidates: readonly Quota[], facts: QuotaFacts): void {
  for (const quota of candidates) {
    const subject = countedFor(quota.subject, facts);
    if (subject !== undefined && isCounted(quota.filter, facts)) found.push({ quota, subject });
  }
}

/** Whether whom it counts for follows from who pays. */
export function isOfPayer({ subject }: Pick<Quota, 'subject'>): boolean {
  return subject.level === 'cost_center' || subject.level === 'business_unit';
}

/** The levels whose ones have a name, and the fact that is it. */
const NAMED_LEVELS = [
  { name: 'business_unit', of: 'businessUnit' },
  { name: 'cost_center', of: 'costCenter' },
  { name: 'team', of: 'team' },
  { name: 'project', of: 'project' },
  { name: 'key', of: 'apiKey' },
  { name: 'user', of: 'user' },
] as const;

function keyOf({ level, name }: QuotaSubject): string | undefined {
  return name === null || level === 'tag' || level === 'account' ? undefined : `${level} ${name}`;
}
