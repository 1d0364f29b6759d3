import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { ExportFile } from '#report';
import { eventually } from '../../../test/support/eventually.js';
import { Spool } from '../spool/spool.js';
import { OPEN_FILES_MAX, SendFile } from './send-file.js';

const TURNS = 4;

describe('sending files', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'apportion-send-'));
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  const reply = { header: () => reply } as unknown as FastifyReply;
  const fileOf = (pieces: () => AsyncIterable<string>): ExportFile => ({
    fileName: 'a.csv',
    mediaType: 'text/csv',
    lines: 1,
    write: () => ({
      pieces: pieces(),
      linesDone: () => 1,
      manifest: (digest) => ({ ...digest, file: 'a.csv', rows: 1 }),
    }),
  });
  const small = fileOf(async function* () {
    yield 'a\r\n';
  });
  const broken = fileOf(async function* () {
    yield 'a';
    throw new Error('broken');
  });
  const sender = () => new SendFile(new Spool({ dataDir }));
  const streamOf = async (of: SendFile): Promise<Readable> => {
    const sent = await of.send(small, reply);
    if (!sent.ok) throw new Error(sent.failure.code);
    return sent.value.getStream();
  };

  it('keeps no more files than the bound for readers that do not go on', async () => {
    const send = sender();
    await expect(send.send(broken, reply)).rejects.toThrow('broken');
    const stalled: Readable[] = [];
    for (let i = 0; i < OPEN_FILES_MAX; i += 1) stalled.push(await streamOf(send));
    expect(await send.send(small, reply)).toMatchObject({ ok: false, failure: { code: 'statement.busy' } });
    const [gone, reading] = stalled;
    gone?.destroy();
    expect(Buffer.concat((await reading?.toArray()) ?? []).toString()).toBe('a\r\n');
    const after = [await eventually(() => streamOf(send)), await eventually(() => streamOf(send))];
    expect(await send.send(small, reply)).toMatchObject({ ok: false, failure: { code: 'statement.busy' } });
    for (const stream of [...stalled, ...after]) stream.destroy();
    expect(readdirSync(join(dataDir, 'spool'))).toEqual([]);
  });

  it('describes no more files at once than it writes', async () => {
    const send = sender();
    let running = 0;
    let most = 0;
    const go: (() => void)[] = [];
    const slow = fileOf(async function* () {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => go.push(resolve));
      running -= 1;
      yield 'a';
    });
    const described = Array.from({ length: 3 * TURNS }, () => send.describe(slow));
    for (let done = 0; done < described.length; done += 1) {
      await eventually(async () => {
        if (go.length === 0) throw new Error('none waits');
      });
      go.shift()?.();
    }
    expect((await Promise.all(described)).every(({ ok }) => ok)).toBe(true);
    expect(most).toBe(TURNS);
  });
});
