import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { systemClock } from '#calendar';
import { type Environment, errorText, readEnvironment, unknownVariables } from '#platform';
import {
  ApplicationLogger,
  assertClocksAgree,
  assertQuotaRedisIsSafe,
  assertRedisIsSafe,
  migrate,
  type OpenDatabase,
  openDatabase,
} from '#platform/nest';
import { closeApplication, createApplication } from './application.js';
import { announce } from './banner.js';
import { onStopSignal, within } from './stop.js';

/** Starts the server and returns when it listens; a signal stops it. Throws what keeps it from starting. */
export async function serve(variables: Parameters<typeof readEnvironment>[0]): Promise<void> {
  const environment = readEnvironment(variables);
  const logger = new ApplicationLogger(environment.logLevel, environment.logFormat);
  Logger.overrideLogger(logger);
  for (const name of unknownVariables(variables)) logger.warn(`${name} is no setting of this version`, 'Server');
  if (environment.dataDirReason)
    logger.warn(`data folder: ${environment.dataDir}, for ${environment.dataDirReason}`, 'Server');

  const running: Running = { app: undefined, database: undefined };
  const started = start(running, environment, logger);
  onStopSignal(async (signal, hurry) => {
    logger.log(`${signal}: finishing what is in flight`, 'Server');
    // A start cut off half-way could leave the embedded database behind.
    const closed = started.catch(() => undefined).then(() => closeAll(running));
    if (await within(environment.shutdownTimeoutMs, closed, hurry)) {
      logger.log('stopped', 'Server');
      return 0;
    }
    logger.error('stopping with work in flight', 'Server');
    await running.database?.close();
    return 1;
  });
  try {
    await started;
  } catch (error) {
    await closeAll(running);
    throw error;
  }
}

/** What has been opened so far. */
interface Running {
  app: NestFastifyApplication | undefined;
  database: OpenDatabase | undefined;
}

async function start(running: Running, environment: Environment, logger: ApplicationLogger): Promise<void> {
  running.database = await openDatabase(environment, (why) =>
    logger.warn(`waiting for the database: ${why}`, 'Server'),
  );
  const { url: databaseUrl, embedded } = running.database;
  if (embedded?.adopted) logger.log('joined the embedded database that was running on the data folder', 'Server');
  const { ran } = await migrate(databaseUrl);
  if (ran.length > 0) logger.log(`migrations run: ${ran.join(', ')}`, 'Server');
  await assertClocksAgree(databaseUrl, systemClock);
  await assertRedisesAreSafe(environment);

  running.app = await createApplication({ environment, databaseUrl, clock: systemClock }, logger);
  await running.app.listen(environment.port, environment.host);
  announce(environment, await running.app.getUrl(), logger);
}

async function assertRedisesAreSafe({ redisUrl, quotaRedisUrl, redisAllowUnsafe }: Environment): Promise<void> {
  if (redisUrl !== undefined) await assertRedisIsSafe(redisUrl, redisAllowUnsafe);
  if (quotaRedisUrl !== undefined && quotaRedisUrl !== redisUrl) {
    await assertQuotaRedisIsSafe(quotaRedisUrl, redisAllowUnsafe);
  }
}

/** The database last: everything else still needs it. */
async function closeAll({ app, database }: Running): Promise<void> {
  try {
    if (app) await closeApplication(app);
  } catch (error) {
    Logger.error(`closing: ${errorText(error)}`, 'Server');
  } finally {
    await database?.close();
  }
}
