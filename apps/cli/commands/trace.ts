import type { Command } from 'commander';
import type { Connect } from '../connection.js';
import { usageError } from '../exit-code.js';
import { wholeNumber } from '../parse/whole-number.js';
import { report } from '../send/send-file.js';
import { importTrace } from '../trace/import-trace.js';

interface ImportOptions {
  readonly team: string;
  readonly model: string;
  readonly pool?: string;
  readonly provider?: string;
  readonly project?: string;
  readonly region?: string;
  readonly source?: string;
  readonly batchSize: number;
  readonly concurrency: number;
}

export function addTraceCommands(program: Command, connect: Connect): void {
  const trace = program.command('trace').description('recorded requests');
  trace
    .command('import')
    .description('import a request trace in the Azure format; run it again after an interruption and it goes on')
    .argument('<file>', 'CSV with the header TIMESTAMP,ContextTokens,GeneratedTokens; times in UTC')
    .requiredOption('--team <team>', 'who made the requests')
    .requiredOption('--model <model>', 'which model served them')
    .option('--pool <pool>', 'the pool of instances it ran on')
    .option('--provider <provider>', 'the provider that served them, where it was no pool')
    .option('--project <project>', 'for which project')
    .option('--region <region>', 'in which region')
    .option(
      '--source <source>',
      'names the file for ever: source and line number make a request count once (default: from its content)',
    )
    .option('--batch-size <events>', 'events in one request', wholeNumber(1, 10_000), 1_000)
    .option('--concurrency <requests>', 'requests under way at a time', wholeNumber(1, 32), 4)
    .action(async (file: string, options: ImportOptions, command: Command) => {
      const { source, batchSize, concurrency, team, model, pool, provider, project, region } = options;
      if (pool === undefined && provider === undefined)
        throw usageError('say where the requests ran: --pool or --provider');
      const owner = {
        team,
        model,
        ...(pool === undefined ? {} : { pool }),
        ...(provider === undefined ? {} : { provider }),
        ...(project === undefined ? {} : { project }),
        ...(region === undefined ? {} : { region }),
      };
      const connection = connect(command);
      report(connection, await importTrace(connection, { file, owner, source, batchSize, concurrency }));
    });
}
