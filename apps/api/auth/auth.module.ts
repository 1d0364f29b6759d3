import { Inject, Logger, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  ACCOUNT_READER,
  type AccountReader,
  ENSURE_BOOTSTRAP_KEY,
  type EnsureBootstrapKey,
  KEY_AUTHENTICATOR,
  type KeyAuthenticator,
} from '#directory';
import { DirectoryModule } from '#directory/nest';
import { AuthGuard } from './auth.guard.js';
import { CALLER_RESOLVERS } from './caller-resolver.js';
import { MachineKeyResolver } from './machine-key.resolver.js';

/** The guard before all routes, and the first key of an account that has none. */
@Module({
  imports: [DirectoryModule],
  providers: [
    {
      provide: CALLER_RESOLVERS,
      useFactory: (authenticator: KeyAuthenticator) => [new MachineKeyResolver(authenticator)],
      inject: [KEY_AUTHENTICATOR],
    },
    { provide: APP_GUARD, useClass: AuthGuard },
  ],
})
export class AuthModule implements OnApplicationBootstrap {
  private readonly logger = new Logger('Auth');

  constructor(
    @Inject(ENSURE_BOOTSTRAP_KEY) private readonly ensureBootstrapKey: EnsureBootstrapKey,
    @Inject(ACCOUNT_READER) private readonly accounts: AccountReader,
  ) {}

  /** Nest runs this before the application listens, so nobody can ask for a key that is not there yet. */
  async onApplicationBootstrap(): Promise<void> {
    for (const { accountId } of await this.accounts.list()) {
      const made = await this.ensureBootstrapKey.run(accountId);
      if (made) this.logger.warn(`First key, all scopes, shown this once: ${made.key} (kept in ${made.path})`);
    }
  }
}
