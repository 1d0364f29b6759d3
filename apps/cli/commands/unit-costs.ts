import type { Command } from 'commander';
import { unitCostsReport } from '#contract';
import type { Connect } from '../connection.js';
import { billingMonth } from '../parse/billing-month.js';
import { renderUnitCosts } from '../render/unit-costs.js';
import { printJson } from '../terminal.js';

interface UnitCostsOptions {
  readonly period: string;
  readonly by: string;
  readonly team?: string;
  readonly model?: string;
  readonly pool?: string;
  readonly provider?: string;
  readonly previous?: true;
  readonly json?: true;
}

export function addUnitCostsCommand(program: Command, connect: Connect): void {
  program
    .command('unit-costs')
    .description('what 1M tokens cost in a month, and what a provider would have asked for them')
    .requiredOption('--period <month>', 'the month, such as 2023-11', billingMonth)
    .option(
      '--by <dimensions>',
      'model, provider, pool, team, project, cost_center, tier, region, day, hour, with commas between',
      'model,pool',
    )
    .option('--team <team>', 'only usage of this team')
    .option('--model <model>', 'only usage of this model')
    .option('--pool <pool>', 'only usage of this pool')
    .option('--provider <provider>', 'only usage of this provider')
    .option('--previous', 'also what the same cost the month before')
    .option('--json', 'print JSON, with all token classes and offers')
    .action(async ({ previous, json, ...asked }: UnitCostsOptions, command: Command) => {
      const { client, terminal } = connect(command);
      const query = { ...asked, ...(previous ? { compare: 'previous' } : {}) };
      const report = await client.get('/v1/unit-costs', unitCostsReport, query);
      if (json) return printJson(terminal, report);
      terminal.out(renderUnitCosts(report));
    });
}
