import { Controller, Get, Headers, Inject, Param } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type BatchPath, type BatchWire, batchPath, batchWire } from '#contract';
import type { Caller as CallerType } from '#directory';
import { BATCHES, type Batches } from '#ingest';
import { ENVIRONMENT, type Environment } from '#platform';
import { Caller, Scopes } from '../auth/decorators.js';
import { preferredWaitMs } from '../events/prefer-wait.js';
import { unwrap } from '../problem/failure.exception.js';
import { toApi } from './batch-wire.js';

@ApiTags('events')
@Controller('v1/batches')
export class BatchesController {
  constructor(
    @Inject(BATCHES) private readonly batches: Batches,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  @Get(':batchId')
  @Scopes('events:write')
  @ApiOperation({ summary: 'What became of the events of a request' })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description: '`wait=N`: answer when it is done, after N seconds at most',
  })
  @ApiResponse({ status: 200, standardSchema: batchWire })
  @ApiResponse({ status: 404, description: 'ingest.batch_not_found' })
  async find(
    @Param({ schema: batchPath }) { batchId }: BatchPath,
    @Headers('prefer') prefer: string | undefined,
    @Caller() { accountId }: CallerType,
  ): Promise<BatchWire> {
    const waitMs = preferredWaitMs(prefer, this.environment.maxWaitMs);
    const found = waitMs > 0 ? this.batches.wait(accountId, batchId, waitMs) : this.batches.find(accountId, batchId);
    return toApi(unwrap(await found));
  }
}
