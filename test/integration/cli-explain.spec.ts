import { startTestApp, type TestApp } from '../support/app.js';
import { type Cli, cliFor } from './cli-harness.js';

const COST_RECORDS = `pool,provider,region,instance_type,pricing_model,hourly_rate,currency,count,from,to
h100,aws,us-east-1,p5.48xlarge,on_demand,55.04,USD,1,2023-11-16T18:15:00Z,2023-11-16T18:45:00Z
`;
const event = (id: string, team: string, minute: number, output: number) => ({
  source: 'gw',
  id,
  occurredAt: `2023-11-16T18:${minute.toString()}:00Z`,
  team,
  model: 'llama',
  pool: 'h100',
  tokens: { output },
});

describe('apportion explain', () => {
  let app: TestApp;
  let cli: Cli;
  beforeAll(async () => {
    app = await startTestApp();
    cli = cliFor(app);
    await cli.run('pools', 'create', 'h100', '--basis', 'weighted_tokens', '--weights', 'output=1');
    await cli.run('cost-records', 'import', cli.write('costs.csv', COST_RECORDS));
    const events = [event('1', 'search', 20, 100), event('2', 'ads', 25, 300), event('3', 'ads', 35, 1)];
    await cli.run('events', 'send', cli.write('events.json', JSON.stringify(events)));
  });
  afterAll(async () => {
    cli.remove();
    await app.close();
  });

  /** The digits that the bill shows for a team's output. */
  const shortIdOf = async (team: string): Promise<string> => {
    const { stdout } = await cli.run('bill', '--period', '2023-11');
    const digits = new RegExp(`^${team} .* output .* ([0-9a-f]{10})$`, 'm').exec(stdout)?.[1];
    if (digits === undefined) throw new Error(stdout);
    return digits;
  };

  it('takes the digits that the bill shows, and adds up', async () => {
    const { stdout, exitCode } = await cli.run('explain', await shortIdOf('search'), '--period', '2023-11');
    expect(exitCode).toBe(0);
    // 100 of 400 tokens of a quarter at $13.76; weights in millionths.
    expect(stdout).toMatch(/^2023-11-16T18:15:00Z +100 +13\.76 +13\.76 +100,000,000 +400,000,000 +3\.44$/m);
    expect(stdout).toMatch(/^1 charge +100 +3\.44\nthe line +100 +3\.44\nIt adds up\.$/m);
    expect(stdout).toMatch(/^pool:h100 +27\.52 +27\.52$/m);
  });

  it('shows so many charges as are asked for, and says that there are more', async () => {
    const id = await shortIdOf('ads');
    const { stdout } = await cli.run('explain', `2023-11.${id}`, '--limit', '1');
    expect(stdout).toContain('1 more charge; --limit shows more.');
    const { own } = JSON.parse((await cli.run('explain', `2023-11.${id}`, '--json')).stdout) as {
      own: { charges: { data: unknown[] } };
    };
    expect(own.charges.data).toHaveLength(2);
  });

  it('lists the events behind the line, as many as are asked for', async () => {
    const id = await shortIdOf('ads');
    const { stdout, exitCode } = await cli.run('explain', id, '--period', '2023-11', '--events', '--limit', '1');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('(draft): 301 tokens, 0 requests, used in 2023-11');
    expect(stdout).toMatch(/^2023-11-16T18:25:00\.000000Z +gw +2 +ads +llama +standard +ok +0 +300 +300$/m);
    expect(stdout).toContain('There are more events; --limit shows more.');
    const json = await cli.run('explain', `2023-11.${id}`, '--events', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      differs: false,
      data: [{ id: '2' }, { id: '3' }],
      nextCursor: null,
    });
  });

  it('tells what is no line from what is no name of one', async () => {
    expect(await cli.run('explain', '2023-11.000000000000')).toMatchObject({ exitCode: 1 });
    expect(await cli.run('explain', '0000000000')).toMatchObject({ exitCode: 2 });
    expect(await cli.run('explain', 'nothing', '--period', '2023-11')).toMatchObject({ exitCode: 2 });
    expect(await cli.run('explain', '2023-11.0000000000', '--period', '2023-12')).toMatchObject({ exitCode: 2 });
  });
});
