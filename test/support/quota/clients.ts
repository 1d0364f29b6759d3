import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface ClientsOrder {
  readonly urls: readonly string[];
  readonly key: string;
  readonly clients: number;
  /** Processes that the clients are spread over. */
  readonly processes: number;
  /** Reservations asked for, of all clients together. */
  readonly rounds: number;
  /** They go on for so long, also when all rounds are over. */
  readonly atLeastMs: number;
  readonly subject: Readonly<Record<string, string>>;
  readonly users: number;
  /** For how long what is left alone is held, and what is ended. */
  readonly shortMs: number;
  readonly longMs: number;
  /** How long each fourth admission is held before it is ended. */
  readonly holdMs: number;
}

/** An admission: surely held from its answer until its end was asked for or its time was over; null: for good. */
type Span = readonly [from: number, until: number | null, amount: number];

interface Report {
  readonly spans: readonly Span[];
  /** Of settled reservations, together. */
  readonly settledFor: number;
  readonly admitted: number;
  readonly refused: number;
  readonly unanswered: number;
  readonly left: number;
}

export type ClientsReport = Omit<Report, 'spans'> & {
  /** The most that was surely held and used at one moment. */
  readonly most: number;
};

/** Runs clients in processes of their own until all their rounds are over. */
export async function runClients({ processes, ...order }: ClientsOrder): Promise<ClientsReport> {
  const share = order.clients / processes;
  const reports = await Promise.all(
    Array.from({ length: processes }, (_, i) =>
      report({ ...order, clients: share, first: i * share, rounds: Math.ceil(order.rounds / processes) }),
    ),
  );
  const sum = (of: (one: Report) => number) => reports.reduce((total, one) => total + of(one), 0);
  return {
    most: mostAtOnce(reports.flatMap(({ spans }) => spans)),
    settledFor: sum(({ settledFor }) => settledFor),
    admitted: sum(({ admitted }) => admitted),
    refused: sum(({ refused }) => refused),
    unanswered: sum(({ unanswered }) => unanswered),
    left: sum(({ left }) => left),
  };
}

async function report(order: object): Promise<Report> {
  const child = fork(join(__dirname, 'client.cjs'), [JSON.stringify(order)], { execArgv: [] });
  const failed = once(child, 'exit').then(([code]: unknown[]): never => {
    throw new Error(`the clients ended (${String(code)})`);
  });
  failed.catch(() => undefined);
  const [message] = (await Promise.race([once(child, 'message'), failed])) as [Report];
  return message;
}

function mostAtOnce(spans: readonly Span[]): number {
  const changes = spans.flatMap(([from, until, amount]) =>
    until === null
      ? [{ at: from, by: amount }]
      : [
          { at: from, by: amount },
          { at: until, by: -amount },
        ],
  );
  // At the same time, ends come first: what is not surely at once is not counted so.
  changes.sort((a, b) => a.at - b.at || a.by - b.by);
  let held = 0;
  let most = 0;
  for (const { by } of changes) {
    held += by;
    if (held > most) most = held;
  }
  return most;
}
