import { Module, StandardSchemaValidationPipe } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { HealthController } from './health/health.controller.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { FailureException } from './problem/failure.exception.js';
import { ProblemFilter } from './problem/problem.filter.js';
import { failureOfIssues } from './problem/schema-issues.js';

/** What every process serves, whatever its role: health, metrics, and problems instead of errors. */
@Module({
  controllers: [HealthController, MetricsController],
  providers: [
    { provide: APP_FILTER, useClass: ProblemFilter },
    {
      provide: APP_PIPE,
      useFactory: () =>
        new StandardSchemaValidationPipe({
          exceptionFactory: (issues) => new FailureException(failureOfIssues(issues)),
        }),
    },
  ],
})
export class EdgeModule {}
