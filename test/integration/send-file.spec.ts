import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline, type Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { ExportFile } from '#report';
import { Spool } from '../../apps/api/spool/spool.js';
import { OPEN_FILES_MAX, SendFile } from '../../apps/api/statements/send-file.js';
import { eventually } from '../support/eventually.js';

const TURNS = 4;

describe('sending files', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'apportion-send-'));
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  const replyTo = (raw: Pick<ServerResponse, 'setTimeout'>) => {
    const reply = { header: () => reply, raw } as unknown as FastifyReply;
    return reply;
  };
  const reply = replyTo({ setTimeout: () => undefined as never });
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

  it('hangs up on a reader that takes nothing any more, and keeps nothing of it', async () => {
    const send = new SendFile(new Spool({ dataDir }), 200);
    // More than the buffers of a connection take.
    const large = fileOf(async function* () {
      for (let i = 0; i < 64; i += 1) yield 'a'.repeat(1_000_000);
    });
    const closed: Promise<unknown>[] = [];
    const server = createServer((_, response) => {
      closed.push(once(response, 'close'));
      void send.send(large, replyTo(response)).then((sent) => {
        if (sent.ok) pipeline(sent.value.getStream(), response, () => undefined);
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const reader = connect(port, '127.0.0.1').pause();
    reader.on('error', () => undefined);
    reader.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await eventually(async () => expect(closed).toHaveLength(1));
    await closed[0];
    const stalled: Readable[] = [];
    for (let i = 0; i < OPEN_FILES_MAX; i += 1) stalled.push(await eventually(() => streamOf(send)));
    for (const stream of stalled) stream.destroy();
    reader.destroy();
    await new Promise((resolve) => server.close(resolve));
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
    await eventually(() => expect(go).toHaveLength(TURNS));
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
