import { Module } from '@nestjs/common';
import { ENVIRONMENT, type Environment } from '#platform';
import { SPOOL, Spool } from './spool.js';

@Module({
  providers: [
    { provide: SPOOL, useFactory: (environment: Environment) => new Spool(environment), inject: [ENVIRONMENT] },
  ],
  exports: [SPOOL],
})
export class SpoolModule {}
