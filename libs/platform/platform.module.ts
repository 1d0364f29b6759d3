import { BullModule } from '@nestjs/bullmq';
import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import type { Clock } from '#calendar';
import { dataSourceOptions } from './database/data-source.js';
import type { Environment } from './environment/environment.js';
import { Readiness } from './observe/readiness.js';
import { createQueuePool, installBackends, type QueueBackend, workerConnection } from './queue/backend.js';
import { BullQueues } from './queue/bull-queues.js';
import type { QueuePort } from './queue/queue-port.js';
import { QueueWorkers } from './queue/queue-workers.js';
import { CLOCK, DATABASE_URL, ENVIRONMENT, METRICS, QUEUE, READINESS, UUIDV7 } from './tokens.js';
import { createUuidv7 } from './uuidv7.js';

export interface PlatformOptions {
  readonly environment: Environment;
  /** Of a migrated database. */
  readonly databaseUrl: string;
  readonly clock: Clock;
}

/** What every part of the application stands on; global. Its exports are the tokens of `#platform` and the `DataSource`. */
@Module({})
export class PlatformModule {
  static forRoot(options: PlatformOptions): DynamicModule {
    const { environment, databaseUrl, clock } = options;
    installBackends();
    const backend: QueueBackend =
      environment.redisUrl === undefined
        ? { kind: 'postgres', pool: createQueuePool(databaseUrl) }
        : { kind: 'redis', url: environment.redisUrl };
    return {
      global: true,
      module: PlatformModule,
      imports: [
        DiscoveryModule,
        TypeOrmModule.forRoot({
          ...dataSourceOptions({
            url: databaseUrl,
            poolSize: environment.databasePoolSize,
            applicationName: `apportion-${environment.role}`,
            statementTimeoutMs: environment.statementTimeoutMs,
          }),
          autoLoadEntities: true,
          retryAttempts: 0,
        }),
        BullModule.forRoot({ connection: workerConnection(backend) }),
        // Of no queue: for the explorer, which finds the processors.
        BullModule.registerQueue(),
      ],
      providers: [
        { provide: CLOCK, useValue: clock },
        { provide: ENVIRONMENT, useValue: environment },
        { provide: DATABASE_URL, useValue: databaseUrl },
        { provide: UUIDV7, useFactory: () => createUuidv7(clock) },
        { provide: METRICS, useFactory: createMetricsRegistry },
        { provide: QUEUE, useFactory: () => new BullQueues(backend, environment.redisAllowUnsafe) },
        {
          provide: QueueWorkers,
          useFactory: (discovery: DiscoveryService, queue: QueuePort) => new QueueWorkers(discovery, queue),
          inject: [DiscoveryService, QUEUE],
        },
        {
          provide: READINESS,
          useFactory: (dataSource: DataSource, queue: QueuePort) => new Readiness(dataSource, queue),
          inject: [DataSource, QUEUE],
        },
      ],
      exports: [CLOCK, ENVIRONMENT, DATABASE_URL, UUIDV7, METRICS, QUEUE, READINESS, TypeOrmModule],
    };
  }
}

function createMetricsRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
