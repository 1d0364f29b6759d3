import type { Command } from 'commander';
import type { CliHost, Connect } from '../connection.js';
import { runDemo } from '../demo/run-demo.js';
import { wholeNumber } from '../parse/whole-number.js';

const REQUESTS = 210_000;

export function addDemoCommand(program: Command, connect: Connect, host: CliHost): void {
  program
    .command('demo')
    .description("a made-up company's month on a server of its own, from requests to the bill")
    .option('--requests <count>', 'requests in the month, about', wholeNumber(1_000, 50_000_000), REQUESTS)
    .action(async ({ requests }: { requests: number }, command: Command) => {
      await runDemo(host, connect(command).environment.dataDir, requests);
    });
}
