import { costCenterAt, type TeamInputs } from '#directory/domain';
import type { UsageEvent } from '#ingest/domain';
import { INPUT_CLASSES, TOKEN_CLASSES } from '#token';
import { assignParts } from './assign-parts.js';
import { dimensionKey, type UsageDimension } from './metered-usage.js';
import type { KeyedDimension } from './usage-block.js';

export interface DimensionRules {
  /** Those of the teams that the directory knows. */
  readonly teams: ReadonlyMap<string, TeamInputs>;
  /** Input sizes at which some price changes, ascending. */
  readonly breakpoints: readonly number[];
  /** Keys of tags that are kept apart in metered usage. */
  readonly billableTags: readonly string[];
  /** Whether what sent them is kept of events whose team the directory does not know. */
  readonly keepsSources: boolean;
}

export interface DimensionAssignment {
  /** All different. */
  readonly dimensions: readonly KeyedDimension[];
  /** For each event the place of its dimension in the list. */
  readonly places: readonly number[];
  /** For events with tokens that are not text, by the event's place: those of the dimensions of its parts, in their order. */
  readonly partPlaces: ReadonlyMap<number, readonly number[]>;
}

/** What makes two events of one subject count under two dimensions. */
interface Variant {
  readonly contextFrom: number;
  readonly costCenter: string | null;
  readonly tagsKey: string;
  readonly source: string | null;
  readonly place: number;
}

/** Says under which dimension each event counts, by what its sender says of it and what the directory said at its time. */
export function assignDimensions(events: readonly UsageEvent[], rules: DimensionRules): DimensionAssignment {
  const dimensions: KeyedDimension[] = [];
  const bySubject = new Map<string, Variant[]>();
  const places = events.map((event) => {
    const contextFrom = contextOf(event, rules.breakpoints);
    const team = rules.teams.get(event.subject.team);
    const versions = team?.versions;
    const source = rules.keepsSources && !team ? event.source : null;
    const costCenter = versions?.length ? costCenterAt(versions, Math.floor(event.occurredAt / 1000)) : null;
    const tags = billableTagsOf(event, rules.billableTags);
    const tagsKey = tags ? JSON.stringify(tags) : '';
    let variants = bySubject.get(event.subjectKey);
    if (!variants) bySubject.set(event.subjectKey, (variants = []));
    for (const variant of variants) {
      const same =
        variant.contextFrom === contextFrom &&
        variant.costCenter === costCenter &&
        variant.tagsKey === tagsKey &&
        variant.source === source;
      if (same) return variant.place;
    }
    const dimension = toDimension(event, { contextFrom, costCenter, source }, tags ?? {});
    const place = dimensions.push({ dimensionKey: dimensionKey(dimension), dimension }) - 1;
    variants.push({ contextFrom, costCenter, tagsKey, source, place });
    return place;
  });
  return { dimensions, places, partPlaces: assignParts(events, dimensions, places) };
}

const INPUT_PLACES = INPUT_CLASSES.map((tokenClass) => TOKEN_CLASSES.indexOf(tokenClass));

/** The largest breakpoint that the request's input reaches: a price above it applies to the whole request. */
function contextOf({ tokens, extras }: UsageEvent, breakpoints: readonly number[]): number {
  let input = 0;
  for (const place of INPUT_PLACES) input += tokens[place] ?? 0;
  // Of whatever modality.
  for (const part of extras?.parts ?? []) for (const place of INPUT_PLACES) input += part.tokens[place] ?? 0;
  let reached = 0;
  for (const breakpoint of breakpoints) {
    if (breakpoint > input) break;
    reached = breakpoint;
  }
  return reached;
}

function billableTagsOf({ tags }: UsageEvent, keys: readonly string[]): Record<string, string> | undefined {
  if (!tags || keys.length === 0) return undefined;
  const billable = Object.entries(tags).filter(([key]) => keys.includes(key));
  return billable.length > 0 ? Object.fromEntries(billable) : undefined;
}

function toDimension(
  { subject }: UsageEvent,
  { contextFrom, costCenter, source }: Omit<Variant, 'tagsKey' | 'place'>,
  billableTags: Record<string, string>,
): UsageDimension {
  const { team, project, apiKey, user, provider, model, pool, region, tier: serviceTier, status } = subject;
  // One by one, for a spread costs more here than all that is done with the dimension after it.
  return {
    team,
    project,
    costCenter,
    apiKey,
    user,
    provider,
    model,
    pool,
    region,
    serviceTier,
    contextFrom: BigInt(contextFrom),
    status,
    billableTags,
    modality: null,
    source,
  };
}
