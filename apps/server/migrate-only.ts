import { readEnvironment } from '#platform';
import { ApplicationLogger, migrate, openDatabase } from '#platform/nest';

/** Brings the database up to date and leaves, for deployments that do so before anything starts. */
export async function migrateOnly(variables: Parameters<typeof readEnvironment>[0]): Promise<void> {
  const environment = readEnvironment(variables);
  const logger = new ApplicationLogger(environment.logLevel, environment.logFormat);
  const database = await openDatabase(environment, (why) => logger.warn(`waiting for the database: ${why}`, 'Server'));
  try {
    const { ran } = await migrate(database.url);
    logger.log(ran.length === 0 ? 'the database is up to date' : `migrations run: ${ran.join(', ')}`, 'Server');
  } finally {
    await database.close();
  }
}
