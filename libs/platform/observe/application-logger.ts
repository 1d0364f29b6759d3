import { ConsoleLogger, type LogLevel as NestLogLevel } from '@nestjs/common';
import type { LogFormat, LogLevel } from '../environment/environment.js';

const NEST_LEVELS: readonly (readonly [LogLevel, readonly NestLogLevel[]])[] = [
  ['trace', ['verbose']],
  ['debug', ['debug']],
  ['info', ['log']],
  ['warn', ['warn']],
  ['error', ['error', 'fatal']],
];

const FRAMEWORK = new Set<unknown>([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/** Keys whose values are never logged, at any depth. */
const REDACTED = ['authorization', 'password', 'secret', 'apiKey', 'databaseUrl', 'redisUrl', 'quotaRedisUrl'];

/** Nest's level as LOG_LEVEL and everybody else calls it. */
const SPOKEN_LEVELS = new Map<unknown, string>([
  ['log', 'info'],
  ['verbose', 'trace'],
]);

/** One line an entry, as JSON or for people. */
export class ApplicationLogger extends ConsoleLogger {
  constructor(level: LogLevel, format: LogFormat) {
    super({
      json: format === 'json',
      colors: format === 'text' && process.stdout.isTTY,
      prefix: 'apportion',
      logLevels: levelsFrom(level),
      structuredParams: true,
      flattenParams: true,
      redact: REDACTED,
    });
  }

  /** What Nest tells of its own set-up interests those who debug it. */
  override log(message: unknown, ...rest: unknown[]): void {
    if (FRAMEWORK.has(rest.at(-1))) super.debug(message, ...rest);
    else super.log(message, ...rest);
  }

  protected override stringifyJsonLogObject(line: Record<string, unknown>): string {
    const { level, timestamp, ...rest } = line;
    return super.stringifyJsonLogObject({
      level: SPOKEN_LEVELS.get(level) ?? level,
      time: new Date(Number(timestamp)).toISOString(),
      ...rest,
    });
  }
}

function levelsFrom(level: LogLevel): NestLogLevel[] {
  const first = NEST_LEVELS.findIndex(([name]) => name === level);
  return NEST_LEVELS.slice(first).flatMap(([, levels]) => levels);
}
