import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LoadOrder, LoadReport } from './load.js';

/** A load generator with everything rendered; `go` fires and gives the seconds until the last answer. */
export interface Load {
  go(): Promise<{ seconds: number; pushedBack: number }>;
}

/** Starts the load generator in a process of its own and waits until it has rendered its requests. */
export async function prepareLoad(order: LoadOrder): Promise<Load> {
  const child = fork(join(__dirname, 'load.js'), [JSON.stringify(order)], { execArgv: ['--max-old-space-size=4096'] });
  const next = async (): Promise<LoadReport> => {
    const failed = once(child, 'exit').then(([code]: unknown[]): never => {
      throw new Error(`the load generator ended (${String(code)})`);
    });
    failed.catch(() => undefined);
    const [message] = (await Promise.race([once(child, 'message'), failed])) as [LoadReport];
    return message;
  };
  await next();
  return {
    async go() {
      child.send('go');
      const report = await next();
      if (report.state !== 'sent') throw new Error('the load generator said something else');
      return report;
    },
  };
}
