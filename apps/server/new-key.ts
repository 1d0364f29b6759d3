import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { systemClock } from '#calendar';
import { ACCOUNT_READER, type AccountReader, KEYS, type Keys, SCOPES } from '#directory';
import { DirectoryModule } from '#directory/nest';
import { readEnvironment } from '#platform';
import { migrate, openDatabase, PlatformModule, type PlatformOptions } from '#platform/nest';

/**
 * Makes a machine key with all scopes, prints it and leaves: the way back in when every key is lost. Who can do this can
 * reach the database, and so needs no key.
 */
export async function newKey(variables: Parameters<typeof readEnvironment>[0]): Promise<void> {
  const environment = readEnvironment(variables);
  const database = await openDatabase(environment, (why) => process.stderr.write(`waiting for the database: ${why}\n`));
  try {
    await migrate(database.url);
    process.stdout.write(`${await makeKey({ environment, databaseUrl: database.url, clock: systemClock })}\n`);
  } finally {
    await database.close();
  }
}

async function makeKey(options: PlatformOptions): Promise<string> {
  const imports = [PlatformModule.forRoot(options), DirectoryModule];
  const context = await NestFactory.createApplicationContext({ module: NewKeyModule, imports }, { logger: false });
  try {
    const [account] = await context.get<AccountReader>(ACCOUNT_READER, { strict: false }).list();
    if (!account) throw new Error('the database has no billing account');
    const author = { accountId: account.accountId, apiKeyId: null, scopes: new Set(SCOPES) };
    const made = await context.get<Keys>(KEYS, { strict: false }).create(author, { name: 'recovery', scopes: SCOPES });
    if (!made.ok) throw new Error(made.failure.detail);
    return made.value.key;
  } finally {
    await context.close();
  }
}

@Module({})
class NewKeyModule {}
