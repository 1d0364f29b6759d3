import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { fail, type Outcome, succeed } from '#outcome';
import { Spool } from '../spool/spool.js';
import { ReceiveInvoices } from './receive-invoices.js';

describe('receiving invoices', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'apportion-receive-'));
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  const folder = join(dataDir, 'spool');
  const left = () => (existsSync(folder) ? readdirSync(folder) : []);
  const receive = (bytesMax?: number) => new ReceiveInvoices(new Spool({ dataDir }), bytesMax);
  const text = async (received: unknown) => {
    if (!(received instanceof Readable)) return JSON.stringify(received);
    return Buffer.concat(await received.toArray()).toString();
  };
  const readAll = async (received: unknown): Promise<Outcome<string>> => succeed(await text(received));
  const codeOf = <T>(outcome: Outcome<T>) => (outcome.ok ? outcome.value : outcome.failure.code);

  it('works with a file once all of it is here, and with JSON as it is', async () => {
    const body = new PassThrough();
    let begun = false;
    const taken = receive().take(body, (received) => {
      begun = true;
      return readAll(received);
    });
    body.write('a,b\n');
    await new Promise((resolve) => body.write('1,2\n', resolve));
    expect(begun).toBe(false);
    body.end();
    expect(await taken).toEqual(succeed('a,b\n1,2\n'));
    expect(await receive().take([{ a: 1 }], readAll)).toEqual(succeed('[{"a":1}]'));
  });

  it('refuses more than two at once, and takes the next when one is done', async () => {
    const receiver = receive();
    const bodies = [new PassThrough(), new PassThrough()];
    const taken = bodies.map((body) => receiver.take(body, readAll));
    const refused = await receiver.take([], readAll);
    expect(refused).toMatchObject({ ok: false, failure: { kind: 'busy', code: 'invoice.busy' } });
    expect(!refused.ok && refused.failure.retryAfterSeconds).toBeGreaterThan(0);
    bodies[0]?.end('x');
    expect(await taken[0]).toEqual(succeed('x'));
    expect(await receiver.take([], readAll)).toEqual(succeed('[]'));
    bodies[1]?.end('y');
    expect(await taken[1]).toEqual(succeed('y'));
  });

  it.each([
    ['succeeds', async () => succeed('done'), 'done'],
    ['fails', async () => fail<string>({ kind: 'invalid', code: 'no', detail: '' }), 'no'],
    ['reads a part', async (received: unknown) => succeed(String((received as Readable).read())), 'null'],
  ])('keeps no file when the work %s', async (_, work, code) => {
    const receiver = receive();
    expect(codeOf(await receiver.take(Readable.from([Buffer.from('x')]), work))).toBe(code);
    expect(left()).toEqual([]);
  });

  it('keeps no file and no place when the work or the sender breaks off', async () => {
    const receiver = receive();
    const broken = new PassThrough();
    const cut = receiver.take(broken, readAll);
    broken.write('x');
    broken.destroy(new Error('gone'));
    await expect(cut).rejects.toThrow('gone');
    const bug = () => Promise.reject(new Error('bug'));
    await expect(receiver.take(Readable.from([Buffer.from('x')]), bug)).rejects.toThrow('bug');
    expect(left()).toEqual([]);
    const again = [Readable.from([Buffer.from('1')]), Readable.from([Buffer.from('2')])];
    expect(await Promise.all(again.map((body) => receiver.take(body, readAll)))).toEqual([succeed('1'), succeed('2')]);
  });

  it('takes as many bytes as the bound and not one more, and lets the sender finish', async () => {
    expect(await receive(4).take(Readable.from([Buffer.from('1234')]), readAll)).toEqual(succeed('1234'));
    const body = Readable.from([Buffer.from('123'), Buffer.from('45'), Buffer.from('rest')]);
    const ended = new Promise((resolve) => body.once('end', resolve));
    expect(codeOf(await receive(4).take(body, readAll))).toBe('invoice.too_large');
    await ended;
    expect(left()).toEqual([]);
  });
});
