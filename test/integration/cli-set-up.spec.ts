import { startTestApp, type TestApp } from '../support/app.js';
import { type Cli, cliFor } from './cli-harness.js';

const COST_RECORDS = `pool,provider,region,instance_type,pricing_model,hourly_rate,currency,count,from,to
h100,aws,us-east-1,p5.48xlarge,on_demand,55.04,USD,1,2023-11-16T18:15:00Z,2023-11-16T19:15:00Z
`;
const PRICES = `provider,model,token_class,price_per_1m,currency,from
openai,house-model,inputUncached,1.25,USD,2026-01-01T00:00:00Z
openai,house-model,output,10,USD,2026-01-01T00:00:00Z
`;

describe('apportion, setting things up', () => {
  let app: TestApp;
  let cli: Cli;
  beforeAll(async () => {
    app = await startTestApp();
    cli = cliFor(app);
  });
  afterAll(async () => {
    cli.remove();
    await app.close();
  });

  it('makes keys that can do what they were given and no more, and revokes them', async () => {
    const made = await cli.run('keys', 'create', '--name', 'dashboards', '--scopes', 'statements:read');
    expect(made).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^apk_[0-9a-f]{12}_[0-9a-f]{64}\n$/) });
    const key = made.stdout.trim();

    expect(await cli.runWith({ APPORTION_API_KEY: key }, 'bill', '--period', '2023-11')).toMatchObject({ exitCode: 0 });
    const refused = await cli.runWith({ APPORTION_API_KEY: key }, 'teams', 'list');
    expect(refused).toMatchObject({ exitCode: 3, stdout: '', stderr: expect.stringMatching(/^apportion: .*\[/) });

    const id = key.split('_')[1] ?? '';
    expect(await cli.run('keys', 'revoke', id)).toMatchObject({
      exitCode: 0,
      stdout: `key ${id} (dashboards) is revoked\n`,
    });
    expect(await cli.run('keys', 'list')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('dashboards') });
    expect((await cli.runWith({ APPORTION_API_KEY: key }, 'bill', '--period', '2023-11')).exitCode).toBe(3);
    expect((await cli.run('--key', 'apk_nonsense', 'teams', 'list')).exitCode).toBe(3);
  });

  it('makes teams once, and moves them to another cost centre', async () => {
    expect((await cli.run('teams', 'create', 'search', '--cost-center', 'CC-1')).exitCode).toBe(0);
    expect(await cli.run('teams', 'create', 'search')).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('[directory.team_exists]'),
    });
    expect((await cli.run('teams', 'set', 'search', '--cost-center', 'CC-2', '--name', 'Search')).exitCode).toBe(0);
    expect((await cli.run('teams', 'set', 'search')).exitCode).toBe(2);
    expect((await cli.run('teams', 'list')).stdout).toMatch(/^search +CC-2 +Search +admin/m);
    expect((await cli.run('teams', 'set', 'search', '--no-cost-center')).exitCode).toBe(0);
    const listed = await cli.run('teams', 'list', '--json');
    expect(JSON.parse(listed.stdout)).toMatchObject([{ team: 'search', costCenter: null }]);
  });

  it('makes pools with exact weights, and changes their policy', async () => {
    const words = ['--basis', 'weighted_tokens', '--weights', 'inputUncached=1,cacheRead=0.1,output=2'];
    expect((await cli.run('pools', 'create', 'h100', ...words, '--idle', 'separate')).exitCode).toBe(0);
    expect((await cli.run('pools', 'create', 'h100', ...words)).exitCode).toBe(4);
    const policy = ['--basis', 'throughput', '--throughput', 'prefill=73700,decode=14800', '--idle', 'proportional'];
    expect(await cli.run('pools', 'set-policy', 'h100', ...policy, '--from', '2026-11-01T00:00:00Z')).toMatchObject({
      exitCode: 0,
      stdout: 'pool h100: version 2 of its policy holds from 2026-11-01T00:00:00Z\n',
    });
    const listed = JSON.parse((await cli.run('pools', 'list', '--json')).stdout);
    expect(listed).toMatchObject([
      {
        pool: 'h100',
        policies: [
          { attribution: { basis: 'weighted_tokens', weights: { inputUncached: '1', cacheRead: '0.1', output: '2' } } },
          { attribution: { basis: 'throughput', prefillTokensPerSecond: '73700' }, idle: 'proportional' },
        ],
      },
    ]);
    expect((await cli.run('pools', 'list')).stdout).toMatch(/h100 +weighted_tokens +inputUncached=1,cacheRead=0.1/);
  });

  it('makes pools that teams pay for by agreement', async () => {
    const words = [
      '--basis',
      'fixed',
      '--shares',
      'search=62.5,ads=37.5',
      '--idle',
      'reserved',
      '--idle-shares',
      'ads=20',
    ];
    expect((await cli.run('pools', 'create', 'agreed', ...words)).exitCode).toBe(0);
    expect((await cli.run('pools', 'list')).stdout).toMatch(
      /^agreed +fixed +ads=37\.5,search=62\.5 +reserved ads=20 /m,
    );
    const short = await cli.run('pools', 'create', 'short', '--basis', 'fixed', '--shares', 'search=60,ads=39');
    expect(short).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('exactly 100 percent, not 99') });
    const like = ['--basis', 'list_price', '--provider', 'openai', '--model', 'gpt-4o'];
    expect((await cli.run('pools', 'create', 'like', ...like)).exitCode).toBe(0);
    expect((await cli.run('pools', 'list')).stdout).toMatch(
      /^like +list_price +provider=openai,model=gpt-4o +separate/m,
    );
  });

  it.each([
    [['pools', 'create', 'p', '--basis', 'weighted_tokens'], 'needs --weights'],
    [['pools', 'create', 'p', '--basis', 'requests', '--weights', 'output=1'], 'does not go with'],
    [['pools', 'create', 'p', '--basis', 'list_price', '--provider', 'openai'], 'needs --provider and --model'],
    [['pools', 'create', 'p', '--basis', 'requests', '--idle', 'reserved'], 'needs --idle-shares'],
    [['pools', 'create', 'p', '--basis', 'fixed'], 'needs --shares'],
    [['pools', 'create', 'p', '--basis', 'even', '--shares', 'a=100'], 'does not go with'],
    [['pools', 'create', 'p', '--basis', 'guesswork'], 'Allowed choices are weighted_tokens'],
    [['pools', 'create', 'p', '--basis', 'weighted_tokens', '--weights', 'words=1'], 'no token class "words"'],
    [['bill'], '--period'],
    [['bill', '--period', 'november'], 'a month such as 2023-11'],
    [['trace', 'import', 'x.csv', '--team', 't', '--model', 'm'], '--pool or --provider'],
    [['frobnicate'], 'unknown command'],
    [['--url', 'nowhere', 'teams', 'list'], 'APPORTION_URL'],
  ])('answers %j with exit code 2', async (words, message) => {
    const result = await cli.run(...words);
    expect(result).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('takes over cost records once, and names the line and column of a wrong one', async () => {
    const file = cli.write('costs.csv', COST_RECORDS);
    expect(await cli.run('cost-records', 'import', file)).toMatchObject({
      exitCode: 0,
      stdout: '1 created, 0 corrected, 0 already known\n',
    });
    expect((await cli.run('cost-records', 'import', file)).stdout).toBe('0 created, 0 corrected, 1 already known\n');
    expect((await cli.run('cost-records', 'list', '--pool', 'h100')).stdout).toMatch(
      /p5\.48xlarge +on_demand +1 +55\.04/,
    );

    const wrong = await cli.run(
      'cost-records',
      'import',
      cli.write('wrong.csv', COST_RECORDS.replace('55.04', 'fifty')),
    );
    expect(wrong.exitCode).toBe(1);
    expect(wrong.stderr).toMatch(/^apportion: .*\[cost_record\.import_refused\]\n {2}.*hourly_rate/);
    expect(await cli.run('cost-records', 'import', '/nowhere/costs.csv')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('/nowhere/costs.csv cannot be read'),
    });
  });

  it('takes over contract prices and shows what is in force', async () => {
    const file = cli.write('prices.csv', PRICES);
    expect((await cli.run('prices', 'import', file)).stdout).toBe('1 created, 0 corrected, 0 already known\n');
    const shown = await cli.run(
      'prices',
      'show',
      '--provider',
      'openai',
      '--model',
      'house-model',
      '--at',
      '2026-10-01T00:00:00Z',
    );
    expect(shown.stdout).toMatch(/contract +openai +house-model .* 1\.25 .* 10 +USD +current/);
    const none = await cli.run('prices', 'show', '--model', 'house-model', '--at', '2025-10-01T00:00:00Z');
    expect(none).toMatchObject({ exitCode: 0, stdout: '', stderr: expect.stringContaining('unpriced') });
  });

  it('takes over price rules, lists and withdraws them', async () => {
    const file = cli.write('rules.csv', 'kind,value,provider,from\ndiscount,12.5,openai,2026-01-01T00:00:00Z\n');
    expect((await cli.run('price-rules', 'import', file)).stdout).toBe('1 created, 0 corrected, 0 already known\n');
    const at = ['--at', '2026-10-01T00:00:00Z'];
    const listed = await cli.run('price-rules', 'list', ...at);
    expect(listed.stdout).toMatch(/discount +openai +12\.5 +% +2026-01-01T00:00:00Z +current/);
    const id = /^ *(\d+) +discount/m.exec(listed.stdout)?.[1] ?? '';
    expect(await cli.run('price-rules', 'withdraw', id)).toMatchObject({
      exitCode: 0,
      stdout: 'discount 12.5 from 2026-01-01T00:00:00Z is withdrawn\n',
    });
    expect(await cli.run('price-rules', 'withdraw', id)).toMatchObject({ exitCode: 4 });
    expect((await cli.run('price-rules', 'list', ...at)).stderr).toContain('no such price rule');
    expect((await cli.run('price-rules', 'list', '--kind', 'rebate')).exitCode).toBe(1);
  });

  it('takes over rates of exchange and lists them', async () => {
    const file = cli.write('fx.csv', 'from,to,day,rate,source\nEUR,USD,2026-09-30,1.1005,ECB\n');
    expect((await cli.run('fx', 'import', file)).stdout).toBe('1 created, 0 corrected, 0 already known\n');
    expect((await cli.run('fx', 'list', '--from', 'EUR')).stdout).toMatch(
      /EUR +USD +2026-09-30 +1\.1005 +ECB +current/,
    );
    expect((await cli.run('fx', 'list', '--from', 'GBP')).stderr).toContain('no such rate');
  });

  it('shows help and version as data', async () => {
    expect(await cli.run('--version')).toEqual({ exitCode: 0, stdout: '0.1.0\n', stderr: '' });
    expect(await cli.run('--help')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Exit codes'),
      stderr: '',
    });
  });
});

describe('apportion without a server or a key', () => {
  const down = { url: 'http://127.0.0.1:9', key: `apk_${'0'.repeat(12)}_${'0'.repeat(64)}` };
  let cli: Cli;
  beforeAll(() => void (cli = cliFor(down)));
  afterAll(() => cli.remove());

  it('says in one line how to start it', async () => {
    const result = await cli.run('bill', '--period', '2023-11');
    expect(result).toMatchObject({ exitCode: 1, stdout: '' });
    expect(result.stderr).toMatch(
      /^apportion: cannot reach http:\/\/127\.0\.0\.1:9 \(.*\); start the server with "npm start".*$/,
    );
  });

  it('does not wait for one that was never there', async () => {
    const file = cli.write('trace.csv', 'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03,1,2\n');
    const start = performance.now();
    expect((await cli.run('trace', 'import', file, '--team', 't', '--model', 'm', '--pool', 'p')).exitCode).toBe(1);
    expect(performance.now() - start).toBeLessThan(30_000);
  });

  it('names the key file that is missing, after it has looked whether a server is there', async () => {
    const nowhere = { APPORTION_API_KEY: '', APPORTION_DATA_DIR: cli.folder };
    expect((await cli.runWith(nowhere, 'teams', 'list')).stderr).toContain('npm start');
  });

  it('shows the bootstrap key of this machine to no other', async () => {
    cli.write('bootstrap-key', down.key);
    const elsewhere = {
      APPORTION_URL: 'http://apportion.example',
      APPORTION_API_KEY: '',
      APPORTION_DATA_DIR: cli.folder,
    };
    expect(await cli.runWith(elsewhere, 'teams', 'list')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('no key for http://apportion.example'),
    });
  });
});
