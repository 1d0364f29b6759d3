import { usageOf } from '../../rating/domain/testing.js';
import { allocatePool } from './allocate-pool.js';
import { costOf, HOUR_MS, outputWeight, policyOf, sumOf, weightsOf } from './testing.js';

const everyone = () => true;
const policy = policyOf(outputWeight(2_000_000n), 7);
const search = usageOf({
  dimension: { team: 'search', pool: 'p' },
  requests: 2n,
  tokens: { inputUncached: 100n, output: 50n },
});
const ads = usageOf({ dimension: { team: 'ads', pool: 'p' }, requests: 1n, tokens: { inputUncached: 100n } });

describe('allocatePool', () => {
  it('splits a used period over dimensions and token classes by weight', () => {
    const { charges } = allocatePool({ cost: costOf(900n), policy, usage: [search, ads], isKnownTeam: everyone });
    expect(charges.map((c) => [c.dimension?.team, c.tokenClass, c.kind, c.quantity, c.effective, c.requests])).toEqual([
      ['search', 'inputUncached', 'used', 100n, 300n, 2n],
      ['search', 'output', 'used', 50n, 300n, 0n],
      ['ads', 'inputUncached', 'used', 100n, 300n, 1n],
    ]);
    expect(charges.every(({ origin, unit }) => origin.policyVersion === 7 && unit === 'tokens')).toBe(true);
  });

  it('splits the list price by the same weights, and leaves it null where it is not known', () => {
    const usage = [search, ads];
    const listed = allocatePool({ cost: costOf(900n, { list: 1801n }), policy, usage, isKnownTeam: everyone });
    expect(sumOf(listed.charges, 'list')).toBe(1801n);
    const unlisted = allocatePool({ cost: costOf(900n, { list: null }), policy, usage, isKnownTeam: everyone });
    expect(unlisted.charges.map(({ list }) => list)).toEqual([null, null, null]);
  });

  it('keeps the cost of a period without usage as an idle charge over all of its capacity', () => {
    const { charges } = allocatePool({ cost: costOf(900n), policy, usage: [], isKnownTeam: everyone });
    expect(charges).toMatchObject([
      {
        kind: 'idle',
        effective: 900n,
        list: 900n,
        dimension: null,
        quantity: 3_600_000_000_000n,
        unit: 'instance_seconds',
      },
    ]);
  });

  it('keeps the cost of a period whose weights are all zero as idle, and shows its usage at cost 0', () => {
    const failed = usageOf({ dimension: { pool: 'p' }, requests: 3n });
    const { charges } = allocatePool({ cost: costOf(900n), policy, usage: [failed], isKnownTeam: everyone });
    expect(charges.map((c) => [c.kind, c.effective, c.requests])).toEqual([
      ['used', 0n, 3n],
      ['idle', 900n, 0n],
    ]);
  });

  it('shows usage of a pool without cost as unpriced', () => {
    const { charges } = allocatePool({ cost: undefined, policy, usage: [search], isKnownTeam: everyone });
    expect(charges.map((c) => [c.kind, c.tokenClass, c.quantity, c.effective, c.list])).toEqual([
      ['unpriced', 'inputUncached', 100n, null, null],
      ['unpriced', 'output', 50n, null, null],
    ]);
  });

  it('keeps the cost of a pool without a policy as unattributed, and its usage as unpriced', () => {
    const { charges } = allocatePool({ cost: costOf(900n), policy: undefined, usage: [ads], isKnownTeam: everyone });
    expect(charges.map((c) => [c.kind, c.dimension?.team, c.effective])).toEqual([
      ['unpriced', 'ads', null],
      ['unattributed', undefined, 900n],
    ]);
    const unused = allocatePool({ cost: costOf(900n), policy: undefined, usage: [], isKnownTeam: everyone });
    expect(unused.charges.map((c) => [c.kind, c.effective])).toEqual([['idle', 900n]]);
  });

  it('charges a team that the directory lacks its share, as unattributed', () => {
    const { charges } = allocatePool({
      cost: costOf(900n),
      policy,
      usage: [search, ads],
      isKnownTeam: (team) => team === 'search',
    });
    expect(charges.map(({ kind }) => kind)).toEqual(['used', 'used', 'unattributed']);
    expect(sumOf(charges)).toBe(900n);
  });

  it('splits a cost of zero into charges of zero, for it is known', () => {
    const { charges } = allocatePool({ cost: costOf(0n), policy, usage: [search], isKnownTeam: everyone });
    expect(charges.map(({ kind, effective }) => [kind, effective])).toEqual([
      ['used', 0n],
      ['used', 0n],
    ]);
  });
});

describe('inference_time', () => {
  const timed = policyOf({ basis: 'inference_time' });
  const slow = usageOf({ dimension: { team: 'slow', pool: 'p' }, inferenceMicros: 3_000_000n, requests: 2n });
  const quick = usageOf({ dimension: { team: 'quick', pool: 'p' }, inferenceMicros: 1_000_000n });
  const untimed = usageOf({ dimension: { team: 'untimed', pool: 'p' }, requests: 5n, untimedRequests: 5n });

  it('splits by measured seconds, and shows untimed requests at cost 0', () => {
    const usage = [slow, quick, untimed];
    const { charges } = allocatePool({ cost: costOf(1000n), policy: timed, usage, isKnownTeam: everyone });
    expect(charges.map((c) => [c.dimension?.team, c.effective, c.quantity, c.unit, c.requests])).toEqual([
      ['slow', 750n, 3_000_000n, 'inference_seconds', 2n],
      ['quick', 250n, 1_000_000n, 'inference_seconds', 1n],
      ['untimed', 0n, 0n, 'inference_seconds', 5n],
    ]);
  });

  it('takes seconds that overlap as shares, not as seconds of the machine', () => {
    const busy = usageOf({ dimension: { team: 'busy', pool: 'p' }, inferenceMicros: 10n * 3_600_000_000n });
    const { charges } = allocatePool({ cost: costOf(1000n), policy: timed, usage: [busy], isKnownTeam: everyone });
    expect(sumOf(charges)).toBe(1000n);
  });

  it('is idle where no request of the period has seconds', () => {
    const { charges } = allocatePool({ cost: costOf(1000n), policy: timed, usage: [untimed], isKnownTeam: everyone });
    expect(charges.map((c) => [c.kind, c.effective, c.requests])).toEqual([
      ['used', 0n, 5n],
      ['idle', 1000n, 0n],
    ]);
  });
});

describe('requests', () => {
  it('splits by requests', () => {
    const usage = [search, ads];
    const { charges } = allocatePool({
      cost: costOf(900n),
      policy: policyOf({ basis: 'requests' }),
      usage,
      isKnownTeam: everyone,
    });
    expect(charges.map((c) => [c.dimension?.team, c.effective, c.unit])).toEqual([
      ['search', 600n, 'requests'],
      ['ads', 300n, 'requests'],
    ]);
  });
});

describe('throughput', () => {
  const profile = {
    basis: 'throughput',
    prefillTokensPerSecond: 1_000_000_000n,
    decodeTokensPerSecond: 100_000_000n,
    inputWeights: weightsOf({ cacheRead: 0n }),
  } as const;
  const cost = costOf(3_600_000n);

  it('divides cost over prefill, decode and idle by the capacity that each took', () => {
    // 900 s of prefill at 1,000 tokens/s and 1,800 s of decode at 100 tokens/s leave 900 s of the hour.
    const usage = [usageOf({ dimension: { pool: 'p' }, tokens: { inputUncached: 900_000n, output: 180_000n } })];
    const { charges, usedInstanceNanos } = allocatePool({
      cost,
      policy: policyOf(profile),
      usage,
      isKnownTeam: everyone,
    });
    expect(usedInstanceNanos).toBe(2_700_000_000_000n);
    expect(charges.map((c) => [c.kind, c.tokenClass, c.effective, c.quantity])).toEqual([
      ['used', 'inputUncached', 900_000n, 900_000n],
      ['used', 'output', 1_800_000n, 180_000n],
      ['idle', null, 900_000n, 900_000_000_000n],
    ]);
  });

  it('has nothing idle where the profile says that more was used than paid', () => {
    const usage = [usageOf({ dimension: { pool: 'p' }, tokens: { inputUncached: 1_800_000n, output: 540_000n } })];
    const { charges, usedInstanceNanos } = allocatePool({
      cost,
      policy: policyOf(profile),
      usage,
      isKnownTeam: everyone,
    });
    expect(usedInstanceNanos).toBe(BigInt(2 * HOUR_MS) * 1_000_000n);
    expect(charges.map((c) => [c.kind, c.effective])).toEqual([
      ['used', 900_000n],
      ['used', 2_700_000n],
    ]);
  });

  it('lets weightless cache hits take capacity but not cost, which is idle where there was nothing else', () => {
    const usage = [usageOf({ dimension: { pool: 'p' }, tokens: { cacheRead: 900_000n } })];
    const allocation = allocatePool({ cost, policy: policyOf(profile), usage, isKnownTeam: everyone });
    expect(allocation.charges.map((c) => [c.kind, c.tokenClass, c.effective, c.quantity])).toEqual([
      ['used', 'inputUncached', 0n, 0n],
      ['used', 'cacheRead', 0n, 900_000n],
      ['idle', null, 3_600_000n, 3_600_000_000_000n],
    ]);
    expect(allocation.usedInstanceNanos).toBe(0n);
  });

  it('has capacity idle exactly where its cost is, also where one phase weighs nothing and more was used than paid', () => {
    const idleOf = (cacheRead: bigint, output: bigint) => {
      const usage = [usageOf({ dimension: { pool: 'p' }, tokens: { cacheRead, output } })];
      const allocation = allocatePool({ cost, policy: policyOf(profile), usage, isKnownTeam: everyone });
      const idle = allocation.charges.find(({ kind }) => kind === 'idle');
      return [idle?.effective, idle?.quantity, allocation.usedInstanceNanos];
    };
    // 900 s of free hits, 1,800 s of decode, 900 s of nothing.
    expect(idleOf(900_000n, 180_000n)).toEqual([1_800_000n, 1_800_000_000_000n, 1_800_000_000_000n]);
    // Two hours of free hits and two of decode in one that was paid.
    expect(idleOf(7_200_000n, 720_000n)).toEqual([1_800_000n, 1_800_000_000_000n, 7_200_000_000_000n]);
  });
});

describe('phase_time', () => {
  const policy = policyOf({ basis: 'phase_time', inputWeights: weightsOf({ cacheRead: 500_000n }) });
  const cost = costOf(1000n);
  const prompts = usageOf({
    dimension: { team: 'prompts', pool: 'p' },
    tokens: { inputUncached: 20n, cacheRead: 20n, output: 5n },
    prefillMicros: 3_000_000n,
    decodeMicros: 1_000_000n,
  });
  const writer = usageOf({
    dimension: { team: 'writer', pool: 'p' },
    tokens: { inputUncached: 10n, output: 10n, reasoning: 5n },
    prefillMicros: 1_000_000n,
    decodeMicros: 3_000_000n,
  });
  const charged = (usage: readonly ReturnType<typeof usageOf>[]) =>
    allocatePool({ cost, policy, usage, isKnownTeam: everyone }).charges.map((c) => [
      c.dimension?.team,
      c.kind,
      c.tokenClass,
      c.effective,
      c.quantity,
    ]);

  it('divides the cost as prefill and decode seconds do, then by input and by output tokens', () => {
    expect(charged([prompts, writer])).toEqual([
      ['prompts', 'used', 'inputUncached', 250n, 20n],
      ['prompts', 'used', 'cacheRead', 125n, 20n],
      ['writer', 'used', 'inputUncached', 125n, 10n],
      ['prompts', 'used', 'output', 125n, 5n],
      ['writer', 'used', 'output', 250n, 10n],
      ['writer', 'used', 'reasoning', 125n, 5n],
    ]);
  });

  it('is idle where no request of the period has phase seconds, and shows the usage at cost 0', () => {
    const untimed = usageOf({ dimension: { team: 'untimed', pool: 'p' }, tokens: { inputUncached: 9n, output: 1n } });
    expect(charged([untimed])).toEqual([
      ['untimed', 'used', 'inputUncached', 0n, 9n],
      ['untimed', 'used', 'output', 0n, 1n],
      [undefined, 'idle', null, 1000n, 3_600_000_000_000n],
    ]);
  });

  it('has the part of a phase idle, and as much of the capacity, when none of its tokens weigh anything', () => {
    const silent = { ...prompts, tokens: { ...prompts.tokens, output: 0n } };
    expect(charged([silent])).toEqual([
      ['prompts', 'used', 'inputUncached', 500n, 20n],
      ['prompts', 'used', 'cacheRead', 250n, 20n],
      [undefined, 'idle', null, 250n, 900_000_000_000n],
    ]);
  });
});
