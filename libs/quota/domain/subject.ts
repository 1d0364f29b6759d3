/** Whose usage a quota counts, from the whole account down to one user, and tags across all of them. */
export const QUOTA_LEVELS = [
  'account',
  'business_unit',
  'cost_center',
  'team',
  'project',
  'key',
  'user',
  'tag',
] as const;

export type QuotaLevel = (typeof QUOTA_LEVELS)[number];

/** Who makes a request or made it, and what for. Null: not known, so no quota on that level counts it. */
export interface QuotaFacts {
  readonly businessUnit: string | null;
  readonly costCenter: string | null;
  readonly team: string;
  readonly project: string | null;
  readonly apiKey: string | null;
  readonly user: string | null;
  readonly provider: string | null;
  readonly model: string;
  readonly pool: string | null;
  readonly tier: string;
  /** Null: it has not been made yet, and may come to any. */
  readonly status: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Of whom a quota holds. Without a name each one of the level has a count and the limit of its own: each team, each user.
 */
export interface QuotaSubject {
  readonly level: QuotaLevel;
  /** Null: each of them for itself. Always null for `account`. */
  readonly name: string | null;
  /** Only for `project`, whose names are their team's; null: of any team. */
  readonly team: string | null;
  /** Only for `tag`: its key, `name` being its value. */
  readonly tagKey: string | null;
}

/**
 * What stands for the one that usage counts for, among those a quota keeps apart; undefined when the quota does not count it.
 * Unique within a quota: `''` for the account, a name, or for a project its team and name.
 */
export function countedFor(subject: QuotaSubject, facts: QuotaFacts): string | undefined {
  const found = nameIn(subject, facts);
  if (found === null || found === undefined) return undefined;
  if (subject.name !== null && subject.name !== found) return undefined;
  if (subject.level !== 'project') return found;
  return subject.team === null || subject.team === facts.team ? projectSubject(facts.team, found) : undefined;
}

/** A project and its team as one text, which no other pair has. */
export function projectSubject(team: string, project: string): string {
  return `${team.replace(/[\\/]/g, String.raw`\$&`)}/${project}`;
}

function nameIn({ level, tagKey }: QuotaSubject, facts: QuotaFacts): string | null | undefined {
  switch (level) {
    case 'account':
      return '';
    case 'business_unit':
      return facts.businessUnit;
    case 'cost_center':
      return facts.costCenter;
    case 'team':
      return facts.team;
    case 'project':
      return facts.project;
    case 'key':
      return facts.apiKey;
    case 'user':
      return facts.user;
    case 'tag':
      return tagKey !== null && Object.hasOwn(facts.tags, tagKey) ? facts.tags[tagKey] : undefined;
  }
}
