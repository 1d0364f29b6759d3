import { ConsoleLogger, type LogLevel as NestLogLevel } from '@nestjs/common';
import type { LogFormat, LogLevel } from '../environment/environment.js';

const NEST_LEVELS: readonly (readonly [LogLevel, readonly NestLogLevel[]])[] = [
  ['trace', ['verbose']],
  ['debug', ['debug']],
  ['info', ['log']],
  ['warn', ['warn']],
  ['error', ['error', 'fatal']],
];

const FRAMEWORK = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

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
    const context = rest.at(-1);
    if (typeof context === 'string' && FRAMEWORK.has(ownName(context))) super.debug(message, ...rest);
    else super.log(message, ...rest);
  }

  protected override printMessages(
    messages: unknown[],
    context = '',
    level?: NestLogLevel,
    stream?: 'stdout' | 'stderr',
    stack?: unknown,
    params?: Record<string, unknown>,
  ): void {
    super.printMessages(messages, ownName(context), level, stream, stack, params);
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

/** Nest calls itself by the names of its classes, and in the bundle a class that speaks of itself has an underscore before its own. */
function ownName(context: string): string {
  return context.replace(/^_/, '');
}

function levelsFrom(level: LogLevel): NestLogLevel[] {
  const first = NEST_LEVELS.findIndex(([name]) => name === level);
  return NEST_LEVELS.slice(first).flatMap(([, levels]) => levels);
}
