import { messageWith } from '../domain/testing.js';
import type { MadeAttempt } from './deliver-notifications.js';
import type { ClaimedDelivery } from './delivery-work-store.js';
import { DrainNotifications } from './drain-notifications.js';

const made: MadeAttempt = { result: { delivered: true, httpStatus: 200, error: null }, durationMs: 1 };

function claimOf(channel: string): ClaimedDelivery {
  const target = { kind: 'slack', url: 'https://slack.example/' } as const;
  const message = messageWith();
  return {
    accountId: 1,
    deliveryId: channel,
    attempt: 1,
    attemptsMax: 10,
    channel,
    channelVersion: 1,
    target,
    message,
  };
}

/** A world in which deliveries wait and attempts end when the test says so. */
function world() {
  const due: string[] = [];
  const begun: string[] = [];
  const ends = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  let prepared = 0;
  const drain = new DrainNotifications({
    prepare: async () => {
      prepared += 1;
      return prepared === 1;
    },
    claim: async () => {
      const channel = due.shift();
      return channel === undefined ? undefined : claimOf(channel);
    },
    attempt: ({ channel }) =>
      new Promise((resolve, reject) => {
        begun.push(channel);
        ends.set(channel, { resolve: () => resolve(made), reject });
      }),
  });
  return { due, begun, drain, end: (channel: string) => ends.get(channel), prepared: () => prepared };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('draining notifications', () => {
  it('makes eight attempts side by side, and goes on as they end', async () => {
    const { due, begun, drain, end } = world();
    due.push(...Array.from('abcdefghij'));
    const drained = drain.run();
    await soon();
    expect(begun.join('')).toBe('abcdefgh');
    end('c')?.resolve();
    await soon();
    expect(begun.join('')).toBe('abcdefghi');
    for (const channel of 'abdefghi') end(channel)?.resolve();
    await soon();
    end('j')?.resolve();
    await drained;
    expect(begun.join('')).toBe('abcdefghij');
  });

  it('takes what comes up while a receiver hangs', async () => {
    const { due, begun, drain, end, prepared } = world();
    due.push('slow');
    const drained = drain.run();
    await soon();
    due.push('new');
    await drain.run();
    await soon();
    expect(begun).toEqual(['slow', 'new']);
    // Twice at first, for the first time said that there is more.
    expect(prepared()).toBe(3);
    end('new')?.resolve();
    end('slow')?.resolve();
    await drained;
  });

  it('throws what an attempt throws, when the others have ended, and goes on the next time', async () => {
    const { due, begun, drain, end } = world();
    due.push('a', 'b');
    const drained = drain.run();
    await soon();
    end('a')?.reject(new Error('no database'));
    await soon();
    end('b')?.resolve();
    await expect(drained).rejects.toThrow('no database');
    due.push('c');
    const again = drain.run();
    await soon();
    expect(begun).toEqual(['a', 'b', 'c']);
    end('c')?.resolve();
    await again;
  });

  it('stops when what is under way has ended, and begins nothing more', async () => {
    const { due, begun, drain, end } = world();
    due.push('a');
    const drained = drain.run();
    await soon();
    let stopped = false;
    const stopping = drain.stop().then(() => {
      stopped = true;
    });
    due.push('b');
    await soon();
    expect(stopped).toBe(false);
    end('a')?.resolve();
    await Promise.all([stopping, drained]);
    await drain.run();
    expect(begun).toEqual(['a']);
  });
});
