import type { Command } from 'commander';
import type { Clock } from '#calendar';
import { type ClientEnvironment, EnvironmentError, readClientEnvironment } from '#platform';
import { ApiClient } from './client/api-client.js';
import { findKey } from './client/find-key.js';
import { usageError } from './exit-code.js';
import type { Terminal } from './terminal.js';

/** What the program is given by whoever runs it: the process, or a test. */
export interface CliHost {
  readonly terminal: Terminal;
  /** The environment variables. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

/** What a command works with. */
export interface Connection {
  readonly client: ApiClient;
  readonly terminal: Terminal;
  readonly environment: ClientEnvironment;
  readonly clock: Clock;
}

export type Connect = (command: Command) => Connection;

interface GlobalOptions {
  readonly url?: string;
  readonly key?: string;
}

/** Gives a command its connection, by the options on its line and, below them, the environment. Opens no socket. */
export function connectTo(host: CliHost): Connect {
  return (command) => {
    const { url, key } = command.optsWithGlobals<GlobalOptions>();
    const environment = readSettings({
      ...host.variables,
      ...(url === undefined ? {} : { APPORTION_URL: url }),
      ...(key === undefined ? {} : { APPORTION_API_KEY: key, APPORTION_API_KEY_FILE: '' }),
    });
    let found: Promise<string> | undefined;
    const client = new ApiClient(environment.url, () => (found ??= findKey(environment)));
    return { client, environment, terminal: host.terminal, clock: host.clock };
  };
}

function readSettings(variables: CliHost['variables']): ClientEnvironment {
  try {
    return readClientEnvironment(variables);
  } catch (error) {
    if (error instanceof EnvironmentError) throw usageError(error.message);
    throw error;
  }
}
