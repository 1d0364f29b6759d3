import type { Command } from 'commander';
import { type ExplanationWire, explanationWire, type LineEventsWire, lineEventsWire } from '#contract';
import type { ApiClient } from '../client/api-client.js';
import type { Connect } from '../connection.js';
import { billingMonth } from '../parse/billing-month.js';
import { lineIdOf, lineName } from '../parse/line-name.js';
import { wholeNumber } from '../parse/whole-number.js';
import { renderExplanation } from '../render/explanation.js';
import { renderLineEvents } from '../render/line-events.js';
import { printJson } from '../terminal.js';

const PAGE = 500;
const ITEMS = 100;

interface ExplainOptions {
  readonly period?: string;
  readonly events?: true;
  readonly limit: number;
  readonly json?: true;
}

export function addExplainCommand(program: Command, connect: Connect): void {
  program
    .command('explain')
    .description("say how a statement's line came about, so that it can be added up by hand")
    .argument('<line>', 'the line: its id, or the digits that `bill` shows, with --period', lineName)
    .option('--period <month>', 'the month, where the line is named by its digits alone', billingMonth)
    .option('--events', 'list the usage events behind the line instead')
    .option('--limit <count>', 'at most so many charges or events', wholeNumber(1, 1_000_000), ITEMS)
    .option('--json', 'print JSON, with full precision')
    .action(async (line: string, { period, events, limit, json }: ExplainOptions, command: Command) => {
      const { client, terminal } = connect(command);
      if (events) {
        const listed = await fetchEvents(client, lineIdOf(line, period), limit);
        if (json) return printJson(terminal, listed);
        return terminal.out(renderLineEvents(listed));
      }
      const explanation = await fetchExplanation(client, lineIdOf(line, period), limit);
      if (json) return printJson(terminal, explanation);
      terminal.out(renderExplanation(explanation));
    });
}

/** The explanation with so many of its charges, page by page. */
async function fetchExplanation(client: ApiClient, id: string, atMost: number): Promise<ExplanationWire> {
  const ask = (limit: number, cursor?: string) =>
    client.get(`/v1/charges/${id}/explanation`, explanationWire, { limit, cursor });
  const first = await ask(Math.min(PAGE, atMost));
  const charges = first.own?.charges;
  if (!first.own || !charges) return first;
  const data = [...charges.data];
  let { nextCursor } = charges;
  while (nextCursor !== null && data.length < atMost) {
    const { own } = await ask(Math.min(PAGE, atMost - data.length), nextCursor);
    data.push(...(own?.charges.data ?? []));
    nextCursor = own?.charges.nextCursor ?? null;
  }
  return { ...first, own: { ...first.own, charges: { data, nextCursor } } };
}

/** So many of a line's events, page by page. */
async function fetchEvents(client: ApiClient, id: string, atMost: number): Promise<LineEventsWire> {
  const ask = (limit: number, cursor?: string) =>
    client.get(`/v1/charges/${id}/events`, lineEventsWire, { limit, cursor });
  const first = await ask(Math.min(PAGE, atMost));
  const data = [...first.data];
  let { nextCursor } = first;
  while (nextCursor !== null && data.length < atMost) {
    const page = await ask(Math.min(PAGE, atMost - data.length), nextCursor);
    data.push(...page.data);
    ({ nextCursor } = page);
  }
  return { ...first, data, nextCursor };
}
