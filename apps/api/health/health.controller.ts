import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { READINESS, type Readiness, type ReadinessReport } from '#platform';
import { Public } from '../auth/decorators.js';

@ApiTags('operations')
@Public()
@Controller('health')
export class HealthController {
  constructor(@Inject(READINESS) private readonly readiness: Readiness) {}

  @Get('live')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Whether the server runs at all' })
  @ApiResponse({ status: 200, description: 'It does' })
  live(): { state: 'up' } {
    return { state: 'up' };
  }

  @Get('ready')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Whether the server can serve requests now',
    description:
      'A queue out of reach makes it degraded, not down: events are still accepted, and metered by the sweeper.',
  })
  @ApiResponse({ status: 200, description: 'It can; `state` is `up` or `degraded`' })
  @ApiResponse({ status: 503, description: 'It cannot; the check that failed says why' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessReport> {
    const report = await this.readiness.report();
    void reply.status(report.state === 'down' ? 503 : 200);
    return report;
  }
}
