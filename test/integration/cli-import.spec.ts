import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cloneFolder } from '#platform';
import { startTestApp, type TestApp } from '../support/app.js';
import { ensureBuilt } from '../support/built.js';
import { type Cli, cliFor } from './cli-harness.js';
import { type Proxy, startProxy } from './cli-proxy.js';

const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens';

/** A trace of the published form: CRLF, seven digits, no line end at the end of the file. */
function traceOf(requests: number, seed: number): string {
  const rows = Array.from({ length: requests }, (_, i) => {
    const at = new Date(Date.UTC(2023, 10, 16, 18, 15) + (i * 3_500_000) / requests).toISOString();
    return `${at.slice(0, 10)} ${at.slice(11, 23)}${String(i % 10_000).padStart(4, '0')},${(i * 37 + seed) % 7000},${(i * 11 + seed) % 900}`;
  });
  return [HEADER, ...rows].join('\r\n');
}

describe('apportion trace import', () => {
  let app: TestApp;
  let cli: Cli;
  const owner = (team: string) => ['--team', team, '--model', 'llama-3.3-70b', '--pool', 'h100'];
  const requestsOf = async (team: string): Promise<string> => {
    const { stdout } = await cli.run('bill', '--period', '2023-11', '--team', team, '--json');
    const { teams } = JSON.parse(stdout) as { teams: { usage: { requests: string } }[] };
    return teams[0]?.usage.requests ?? '0';
  };
  const journals = () => {
    try {
      return readdirSync(join(cli.folder, 'cache/apportion/imports'));
    } catch {
      return [];
    }
  };

  beforeAll(async () => {
    app = await startTestApp();
    cli = cliFor(app);
  });
  afterAll(async () => {
    cli.remove();
    await app.close();
  });

  it('counts every request of a file once, however often the file is imported', async () => {
    const file = cli.write('once.csv', traceOf(3_001, 1));
    expect(await cli.run('trace', 'import', file, ...owner('once'))).toEqual({
      exitCode: 0,
      stdout: '3,001 accepted, 0 already known\n',
      stderr: '',
    });
    expect(journals()).toEqual([]);
    const copy = cli.write('a copy under another name.csv', readFileSync(file, 'utf8'));
    expect((await cli.run('trace', 'import', copy, ...owner('once'), '--batch-size', '77')).stdout).toBe(
      '0 accepted, 3,001 already known\n',
    );
    expect(await requestsOf('once')).toBe('3001');
  });

  it('names lines that are no request, counts them, and imports all others', async () => {
    const lines = traceOf(50, 2).split('\r\n');
    lines[7] = '2023-02-30 18:00:00,1,2';
    lines[20] = 'nonsense';
    lines[49] = '2023-11-16 18:30:00,1,-2';
    const result = await cli.run('trace', 'import', cli.write('bad.csv', `${lines.join('\n')}\n`), ...owner('bad'));
    expect(result).toMatchObject({ exitCode: 1, stdout: '47 accepted, 0 already known, 3 not readable\n' });
    expect(result.stderr.split('\n')).toEqual([
      'line 8: TIMESTAMP "2023-02-30 18:00:00" is a date that does not exist',
      'line 21: has one field where there are three',
      'line 50: GeneratedTokens "-2" is not a whole number of tokens',
      'apportion: 3 not imported; all others are',
    ]);
    expect(await requestsOf('bad')).toBe('47');
  });

  it('names the lines that the server refuses, and where they are kept', async () => {
    const text = `${HEADER}\n2023-11-16 18:30:00,1,2\n1999-11-16 18:30:00,1,2\n`;
    const result = await cli.run('trace', 'import', cli.write('old.csv', text), ...owner('old'));
    expect(result).toMatchObject({
      exitCode: 1,
      stdout: '1 accepted, 0 already known, 1 rejected (see apportion quarantine list)\n',
      stderr: expect.stringMatching(/^line 3: \/occurredAt .* \[event\.time_too_early\]$/m),
    });
  });

  it.each([
    ['an empty file', '', /file is empty/],
    ['another header', 'time,in,out\n1,2,3\n', /first line is "time,in,out"/],
    ['no header', traceOf(3, 3).split('\r\n').slice(1).join('\n'), /a trace begins with the header TIMESTAMP/],
  ])('refuses %s', async (_, text, message) => {
    const result = await cli.run('trace', 'import', cli.write('odd.csv', text), ...owner('odd'));
    expect(result).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringMatching(message) });
  });

  it('does not take the same file for another team, and keeps the first', async () => {
    const file = cli.write('twice.csv', traceOf(10, 4));
    expect((await cli.run('trace', 'import', file, ...owner('first'))).exitCode).toBe(0);
    const second = await cli.run('trace', 'import', file, ...owner('second'));
    expect(second).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('[event.conflict]') });
    expect(await requestsOf('first')).toBe('10');
    expect((await cli.run('trace', 'import', file, ...owner('second'), '--source', 'replayed')).exitCode).toBe(0);
  });

  it('goes on where it was after kill -9, and every request counts once', async () => {
    ensureBuilt();
    const total = 4_000;
    const file = cli.write('killed.csv', traceOf(total, 5));
    const words = ['trace', 'import', file, ...owner('killed'), '--batch-size', '50', '--concurrency', '2'];
    const child = spawn(process.execPath, [join(cloneFolder(), 'dist/apps/cli/main.js'), ...words], {
      env: { PATH: process.env.PATH, ...cli.variables },
      stdio: 'ignore',
    });
    const journalLines = () =>
      journals().flatMap((name) => readFileSync(join(cli.folder, 'cache/apportion/imports', name), 'utf8').split('\n'));
    while (journalLines().length < 10 && child.exitCode === null) await sleep(10);
    expect(child.exitCode).toBeNull();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const before = Number(await requestsOf('killed'));
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(total);

    const resumed = await cli.run(...words);
    expect(resumed).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^going on after [\d,]+ events/) });
    const [accepted = 0, known = 0] = [...resumed.stdout.matchAll(/[\d,]+(?= (?:accepted|already))/g)].map(([text]) =>
      Number(text.replaceAll(',', '')),
    );
    expect(accepted + known).toBe(total);
    expect(await requestsOf('killed')).toBe(String(total));
    expect(journals()).toEqual([]);
    expect((await cli.run('trace', 'import', file, ...owner('killed'))).stdout).toBe(
      '0 accepted, 4,000 already known\n',
    );
  });
});

describe('apportion trace import over a bad line', () => {
  let app: TestApp;
  let proxy: Proxy;
  let cli: Cli;
  let posts = 0;
  beforeEach(async () => {
    app = await startTestApp();
    proxy = await startProxy(app.url);
    cli = cliFor({ url: proxy.url, key: app.key });
    posts = 0;
  });
  afterEach(async () => {
    cli.remove();
    await proxy.close();
    await app.close();
  });
  const words = (file: string) => [
    'trace',
    'import',
    file,
    '--team',
    't',
    '--model',
    'm',
    '--pool',
    'p',
    '--batch-size',
    '10',
    '--concurrency',
    '1',
  ];

  it('waits as long as a server that is busy asks, and tries again what was cut off', async () => {
    proxy.intercept = (request, response) => {
      if (request.method !== 'POST') return false;
      posts += 1;
      if (posts === 2) {
        request.resume();
        response.writeHead(429, { 'content-type': 'application/problem+json', 'retry-after': '1' });
        response.end(JSON.stringify({ code: 'ingest.overloaded', detail: 'The workers are behind.' }));
        return true;
      }
      if (posts === 3) {
        request.socket.destroy();
        return true;
      }
      return false;
    };
    const start = performance.now();
    const result = await cli.run(...words(cli.write('busy.csv', traceOf(30, 7))));
    expect(result).toMatchObject({ exitCode: 0, stdout: '30 accepted, 0 already known\n' });
    expect(result.stderr).toMatch(/workers are behind .*; trying again\napportion: cannot reach .*; trying again/);
    expect(performance.now() - start).toBeGreaterThan(1_000);
  });

  it('keeps its place when it has to give up, and begins anew where the database is another one', async () => {
    const file = cli.write('moved.csv', traceOf(40, 8));
    proxy.intercept = (request, response) => {
      if (request.method !== 'POST') return false;
      posts += 1;
      if (posts < 3) return false;
      request.resume();
      response.writeHead(500).end();
      return true;
    };
    expect(await cli.run(...words(file))).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining('500'),
    });

    proxy.intercept = () => false;
    const other = await startTestApp();
    proxy.target = other.url;
    const moved = await cli.runWith({ APPORTION_API_KEY: other.key }, ...words(file));
    expect(moved).toMatchObject({ exitCode: 0, stdout: '40 accepted, 0 already known\n', stderr: '' });
    await other.close();
  });
});
