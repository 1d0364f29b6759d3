import type { TeamDirectory } from '#directory';
import type { EventSink, FlushSession, ReceivedEvent, WriteEvents } from '#ingest';
import type { ContextBreakpointReader } from '#pricing';
import { assignDimensions, UnitSums, UsageSums } from '../domain/index.js';
import type { UsageTaps } from '../service/usage-taps.js';
import { bucketParameters, UPSERT_BUCKETS } from './bucket-upsert.js';
import type { DimensionNumbers } from './dimension-numbers.js';
import { COPY_EVENTS, type EventReferences, renderEvents } from './event-rows.js';
import type { SourceNumbers } from './source-numbers.js';
import { UPSERT_UNITS, unitParameters } from './unit-upsert.js';
import type { UsagePartitions } from './usage-partitions.js';

export interface MeteringSettings {
  /** Whether a team that the directory does not know becomes known by its first event. */
  readonly registerTeams: boolean;
  readonly billableTags: readonly string[];
}

/** Meters events: each becomes a row of its month and a part of its bucket, in the transaction that lets it in. */
export class SqlEventSink implements EventSink {
  constructor(
    private readonly teams: TeamDirectory,
    private readonly breakpoints: ContextBreakpointReader,
    private readonly numbers: { readonly dimensions: DimensionNumbers; readonly sources: SourceNumbers },
    private readonly partitions: UsagePartitions,
    private readonly taps: UsageTaps,
    private readonly settings: MeteringSettings,
  ) {}

  async prepare(accountId: number, events: readonly ReceivedEvent[]): Promise<WriteEvents> {
    await this.partitions.ensure(occurrencesOf(events));
    const [sources, numbered] = await Promise.all([
      this.numbers.sources.of(accountId, new Set(events.map(({ event }) => event.source))),
      this.dimensionsOf(accountId, events),
    ]);
    const sourceIds = events.map(({ event }) => sources.get(event.source) ?? 0);
    const references = { accountId, sourceIds, ...numbered };
    return async (session) => {
      await write(session, events, references);
      await this.taps.run(session, { accountId, events, ...numbered });
    };
  }

  private async dimensionsOf(accountId: number, received: readonly ReceivedEvent[]) {
    const events = received.map(({ event }) => event);
    const names = [...new Set(events.map(({ subject }) => subject.team))];
    const [teams, breakpoints] = await Promise.all([
      this.findTeams(accountId, names),
      this.breakpoints.load(accountId),
    ]);
    const { billableTags, registerTeams } = this.settings;
    const rules = { teams, breakpoints: breakpoints.map(Number), billableTags, keepsSources: !registerTeams };
    const { dimensions, places, partPlaces } = assignDimensions(events, rules);
    const numbers = await this.numbers.dimensions.of(accountId, dimensions);
    const numbersOf = (of: readonly number[]) => of.map((place) => numbers[place] ?? 0);
    const partIds = new Map([...partPlaces].map(([event, of]) => [event, numbersOf(of)]));
    return { dimensionIds: numbersOf(places), partIds };
  }

  /** Asked anew for each flush: a cost centre set a moment ago counts for what comes after. */
  private async findTeams(accountId: number, names: readonly string[]) {
    const teams = await this.teams.find(accountId, names);
    const strangers = this.settings.registerTeams ? names.filter((name) => !teams.has(name)) : [];
    if (strangers.length > 0) await this.teams.register(accountId, strangers);
    return teams;
  }
}

async function write(
  session: FlushSession,
  events: readonly ReceivedEvent[],
  references: EventReferences,
): Promise<void> {
  await session.copy(COPY_EVENTS, renderEvents(events, references));
  const { accountId, dimensionIds, partIds } = references;
  const [sums, units] = [new UsageSums(), new UnitSums()];
  events.forEach(({ event }, i) => {
    const dimensionId = dimensionIds[i] ?? 0;
    sums.add(event, dimensionId);
    if (event.extras === null) return;
    event.extras.parts.forEach((part, n) => sums.addPart(event.occurredAt, partIds.get(i)?.[n] ?? 0, part.tokens));
    units.add(event.occurredAt, dimensionId, event.extras.units);
  });
  await session.query(UPSERT_BUCKETS, bucketParameters(accountId, sums.sums()));
  const unitSums = units.sums();
  if (unitSums.length > 0) await session.query(UPSERT_UNITS, unitParameters(accountId, unitSums));
}

function* occurrencesOf(events: readonly ReceivedEvent[]): Generator<number> {
  for (const { event } of events) yield event.occurredAt;
}
