/** What a machine key may do. A key has any number of them. */
export const SCOPES = [
  'events:write',
  'usage:read',
  'quarantine:write',
  'costs:read',
  'costs:write',
  'prices:read',
  'prices:write',
  'directory:read',
  'directory:write',
  'statements:read',
  'statements:review',
  'statements:write',
  'quotas:read',
  'quotas:write',
  'quotas:reserve',
  'audit:read',
  'notifications:read',
  'notifications:write',
  'keys:write',
] as const;

export type Scope = (typeof SCOPES)[number];

/** Who makes a request, as the guard found out. People who sign in will be callers too. */
export interface Caller {
  readonly accountId: number;
  /** The key's public id, `null` only for the product's own work. */
  readonly apiKeyId: string | null;
  readonly scopes: ReadonlySet<Scope>;
}

export function isScope(text: string): text is Scope {
  return SCOPES.some((scope) => scope === text);
}
