import type { Command } from 'commander';
import { type AdmissionWire, admissionWire, quotaVerificationWire } from '#contract';
import type { Connect } from '../connection.js';
import { CliError } from '../exit-code.js';
import { wholeNumber } from '../parse/whole-number.js';
import { renderVerification, verificationProblem } from '../render/quota-verification.js';
import { type Cell, left, printable, renderTable, right } from '../render/table.js';
import { printJson, type Terminal } from '../terminal.js';

const TOKENS_MAX = 1_000_000_000;

interface VerifyOptions {
  readonly since?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

interface CheckOptions {
  readonly team: string;
  readonly model: string;
  readonly project?: string;
  readonly user?: string;
  readonly provider?: string;
  readonly pool?: string;
  readonly tier?: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly json?: true;
}

export function addQuotaCommands(program: Command, connect: Connect): void {
  const quota = program.command('quota').description('ask quotas, and check what they count');
  quota
    .command('verify')
    .description(
      'count again from the metered usage, compare, and put right; fails if anything is wrong and stays so or was not compared',
    )
    .option('--since <instant>', 'windows that end after it; left out: of the last two days and those not over')
    .option('--dry-run', 'compare only')
    .option('--json', 'print JSON')
    .action(async ({ since, dryRun, json }: VerifyOptions, command: Command) => {
      const { client, terminal } = connect(command);
      const body = { since, repair: dryRun !== true };
      const verification = await client.request('POST', '/v1/quota/verifications', quotaVerificationWire, { body });
      if (json) printJson(terminal, verification);
      else terminal.out(renderVerification(verification));
      const problem = verificationProblem(verification);
      if (problem !== undefined) throw new CliError(problem);
    });
  quota
    .command('check')
    .description('show what quotas say to a request, with nothing held; fails if it would be refused')
    .requiredOption('--team <team>', 'whose request')
    .requiredOption('--model <model>', 'to which model')
    .option('--project <project>', 'of which project of the team')
    .option('--user <user>', 'of which user')
    .option('--provider <provider>', 'who is paid for it by the token')
    .option('--pool <pool>', 'which own capacity it runs on')
    .option('--tier <tier>', 'service tier; left out: standard')
    .option('--input-tokens <count>', 'left out: by what the team used of late', wholeNumber(0, TOKENS_MAX))
    .option('--output-tokens <count>', 'left out: by what the team used of late', wholeNumber(0, TOKENS_MAX))
    .option('--json', 'print JSON')
    .action(async ({ json, ...asked }: CheckOptions, command: Command) => {
      const { client, terminal } = connect(command);
      const admission = await client.request('POST', '/v1/quota/check', admissionWire, { body: questionOf(asked) });
      if (json) printJson(terminal, admission);
      else printAdmission(terminal, admission);
      if (admission.decision === 'refused') throw new CliError('the request would be refused');
    });
}

function questionOf({ team, project, user, inputTokens, outputTokens, ...rest }: Omit<CheckOptions, 'json'>) {
  return { ...rest, subject: { team, project, user }, estimate: { inputTokens, outputTokens } };
}

function printAdmission(terminal: Terminal, { decision, quotas }: AdmissionWire): void {
  const columns = [
    ...['QUOTA', 'SUBJECT', 'MEASURE'].map(left),
    ...['COUNTED', 'ASKED', 'LIMIT', 'LEFT'].map(right),
    left('SAYS'),
    left('UNTIL'),
  ];
  if (quotas.length > 0) {
    const rows = quotas.map((verdict): Cell[] => {
      const { quota, subject, measure, counted: before, requested, limit, remaining, exceeded, action } = verdict;
      const says = exceeded ? action : 'ok';
      return [quota, subject, measure, before, requested, limit, remaining, says, verdict.windowEnd];
    });
    terminal.out(renderTable(columns, rows));
  }
  terminal.out(printable(quotas.length === 0 ? `${decision}: no quota applies` : decision));
  terminal.out('\n');
}
