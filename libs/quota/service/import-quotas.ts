import type { Clock, EpochMs } from '#calendar';
import type { Caller } from '#directory';
import { fail, type ImportRow, type Outcome, RowFailures, succeed } from '#outcome';
import { livingVersions, type QuotaVersion } from '../domain/index.js';
import { type NewQuotaVersion, QUOTAS_MAX, type QuotaChanges, type QuotaDefinitionStore } from './definition-store.js';
import { nextVersion, type Saying, withdrawal } from './next-version.js';
import { EXPORTED_COLUMNS, toCells } from './quota-columns.js';
import { overridesOfOtherMeasure, TOO_MANY_QUOTAS } from './quota-failures.js';
import { timingFailure } from './quotas.js';
import { type QuotaRow, readQuotaRow } from './read-quota-row.js';
import { withdrawWithPartners } from './withdraw-overrides.js';

/** A column of a quota that a row changes; null: empty. */
export interface FieldChange {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface QuotaChange {
  readonly name: string;
  readonly fields: readonly FieldChange[];
}

/** What a table changes. */
export interface QuotaDiff {
  readonly added: readonly QuotaChange[];
  readonly changed: readonly QuotaChange[];
  readonly withdrawn: readonly string[];
  readonly unchanged: readonly string[];
}

export interface QuotaTable {
  readonly rows: readonly ImportRow[];
  /** Of rows that give none. */
  readonly reason: string | undefined;
  /** Tells what it would change, and changes nothing. */
  readonly dryRun: boolean;
}

/**
 * Takes a table of quotas, all of it or nothing. What it does not name stays; one it names gets another version if it says
 * something else of it. Fails with `quota.import_refused`, which names every row and column at fault, `quota.too_many_quotas`.
 */
export class ImportQuotas {
  constructor(
    private readonly store: QuotaDefinitionStore,
    private readonly clock: Clock,
  ) {}

  run(
    { accountId, apiKeyId: recordedBy }: Pick<Caller, 'accountId' | 'apiKeyId'>,
    { rows, reason, dryRun }: QuotaTable,
  ): Promise<Outcome<QuotaDiff>> {
    const failures = new RowFailures();
    const said = rows.flatMap((row) => readQuotaRow(row, failures) ?? []);
    refuseRepeated(said, failures);
    if (!failures.none) return Promise.resolve(refused(failures));
    return this.store.change(accountId, async (changes) => {
      const saying = { now: this.clock.now(), recordedBy };
      const plan = await planOf(changes, said, { ...saying, reason: reason ?? null }, failures);
      if (!failures.none) return refused(failures);
      const left = (await changes.countQuotas()) + plan.diff.added.length - plan.diff.withdrawn.length;
      if (left > QUOTAS_MAX) return fail(TOO_MANY_QUOTAS);
      if (!dryRun) await carryOut(changes, plan, saying);
      return succeed(plan.diff);
    });
  }
}

export const IMPORT_QUOTAS = Symbol('ImportQuotas');

interface Plan {
  readonly versions: readonly NewQuotaVersion[];
  readonly diff: QuotaDiff;
}

function refused(failures: RowFailures): Outcome<never> {
  return fail(failures.toFailure('quota.import_refused'));
}

function refuseRepeated(said: readonly QuotaRow[], failures: RowFailures): void {
  const seen = new Map<string, ImportRow>();
  for (const { name, row } of said) {
    const first = seen.get(name);
    if (first) failures.add(row, 'quota', 'quota.repeated_quota', `${first.place} is about the same quota`);
    else seen.set(name, row);
  }
}

async function planOf(
  changes: QuotaChanges,
  said: readonly QuotaRow[],
  saying: Saying & { readonly reason: string | null },
  failures: RowFailures,
): Promise<Plan> {
  const names = said.map(({ name }) => name);
  const known = await changes.versionsOf(names);
  const overrides = await changes.overridesOf(names, saying.now);
  const measured = new Set(overrides.filter(({ amount }) => amount !== 0n).map(({ quota }) => quota));
  const versions: NewQuotaVersion[] = [];
  const diff = { added: [], changed: [], withdrawn: [], unchanged: [] } as MutableDiff;
  for (const row of said) {
    const before = known.get(row.name) ?? [];
    const latest = livingVersions(before).at(-1);
    const added = versionOf(row, before, latest, saying, failures);
    if (!added) {
      diff.unchanged.push(row.name);
      continue;
    }
    if (latest && latest.measure !== added.measure && measured.has(row.name))
      failures.add(row.row, 'measure', 'quota.overrides_of_other_measure', overridesOfOtherMeasure(row.name).detail);
    versions.push(added);
    note(diff, latest, added, saying.now);
  }
  return { versions, diff };
}

interface MutableDiff extends QuotaDiff {
  readonly added: QuotaChange[];
  readonly changed: QuotaChange[];
  readonly withdrawn: string[];
  readonly unchanged: string[];
}

function versionOf(
  { row, name, said, reason: own }: QuotaRow,
  before: readonly QuotaVersion[],
  latest: QuotaVersion | undefined,
  { reason: usual, ...saying }: Saying & { readonly reason: string | null },
  failures: RowFailures,
): NewQuotaVersion | undefined {
  const reason = own ?? usual;
  const past = said && timingFailure(said, saying.now);
  if (past) failures.add(row, 'valid_from', past.code, past.errors?.[0]?.detail ?? past.detail);
  const wish = said && { name, ...said, reason: reason ?? '' };
  const added = wish ? nextVersion(before, wish, saying) : latest && withdrawal(before, latest, reason ?? '', saying);
  if (added && reason === null)
    failures.add(row, 'reason', 'quota.reason_missing', 'must say why, here or for the whole table');
  return added;
}

function note(diff: MutableDiff, latest: QuotaVersion | undefined, added: NewQuotaVersion, now: EpochMs): void {
  if (added.withdrawn) {
    diff.withdrawn.push(added.name);
    return;
  }
  const before = latest ? toCells(latest, now) : {};
  const after = toCells(added, now);
  const fields = EXPORTED_COLUMNS.filter((column) => column !== 'quota' && before[column] !== after[column]).map(
    (field) => ({ field, before: before[field] ?? null, after: after[field] ?? null }),
  );
  (latest ? diff.changed : diff.added).push({ name: added.name, fields });
}

async function carryOut(changes: QuotaChanges, { versions, diff }: Plan, saying: Saying): Promise<void> {
  await changes.addVersions(versions);
  const reasons = new Map(versions.map(({ name, reason }) => [name, reason]));
  for (const name of diff.withdrawn) {
    const overrides = await changes.overridesOf([name], saying.now);
    await withdrawWithPartners(changes, overrides, reasons.get(name) ?? '', saying);
  }
}
