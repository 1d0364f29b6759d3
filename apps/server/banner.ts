import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '#platform';
import type { ApplicationLogger } from '#platform/nest';

/** Says where the server is: to a person as a few lines, to a log as one. */
export function announce(environment: Environment, url: string, logger: ApplicationLogger): void {
  const keyFile = join(environment.dataDir, 'bootstrap-key');
  const bootstrapKeyFile = existsSync(keyFile) ? keyFile : undefined;
  if (environment.logFormat === 'json') {
    logger.log('listening', { url, role: environment.role, dataDir: environment.dataDir, bootstrapKeyFile }, 'Server');
    return;
  }
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['listening on', url],
    ['API', environment.role === 'worker' ? undefined : `${url}/openapi.json`],
    ['health', `${url}/health/ready`],
    ['data folder', environment.dataDir],
    ['bootstrap key', bootstrapKeyFile],
  ];
  const lines = rows.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name.padEnd(14)} ${value}`]));
  process.stdout.write(`\n  Apportion (${environment.role})\n\n${lines.join('\n')}\n\n`);
}
