import { succeed } from '#outcome';
import { Turns } from './turns.js';

function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('Turns', () => {
  it('lets no more run at once than its limit, and all in the end', async () => {
    const turns = new Turns(2);
    const { open, opened } = gate();
    let [running, most] = [0, 0];
    const all = Array.from({ length: 10 }, (_, i) =>
      turns.take(async () => {
        running += 1;
        most = Math.max(most, running);
        await opened;
        running -= 1;
        return succeed(i);
      }),
    );
    open();
    expect(await Promise.all(all)).toEqual(Array.from({ length: 10 }, (_, i) => succeed(i)));
    expect(most).toBe(2);
  });

  it('goes on after work that throws', async () => {
    const turns = new Turns(1);
    await expect(turns.take(async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await turns.take(async () => succeed(1))).toEqual(succeed(1));
  });

  it('sends away whom it would let wait too long', async () => {
    const turns = new Turns(1);
    const { open, opened } = gate();
    const all = Array.from({ length: 70 }, () => turns.take(async () => opened.then(() => succeed(1))));
    open();
    const refused = (await Promise.all(all)).filter(({ ok }) => !ok);
    expect(refused).toHaveLength(5);
    expect(refused[0]).toMatchObject({ failure: { kind: 'busy', code: 'statement.busy', retryAfterSeconds: 5 } });
  });
});
