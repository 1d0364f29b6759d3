import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { IngestModule } from '#ingest/nest';
import { BatchesController } from '../batches/batches.controller.js';
import { QuarantineController } from '../quarantine/quarantine.controller.js';
import { EventsController } from './events.controller.js';
import { parseRawBodies } from './raw-body.js';

@Module({ imports: [IngestModule], controllers: [EventsController, BatchesController, QuarantineController] })
export class EventsModule implements OnModuleInit {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    parseRawBodies(this.host.httpAdapter.getInstance<FastifyInstance>());
  }
}
