import { type DynamicModule, Module } from '@nestjs/common';
import { PlatformModule, type PlatformOptions } from '#platform/nest';
import { ApiModule } from '../api/api.module.js';
import { EdgeModule } from '../api/edge.module.js';
import { WorkerModule } from '../worker/worker.module.js';

/** The parts of the product that a process of a role has. */
@Module({})
export class ServerModule {
  static forRoot(options: PlatformOptions): DynamicModule {
    const { role } = options.environment;
    return {
      module: ServerModule,
      imports: [
        PlatformModule.forRoot(options),
        EdgeModule,
        ...(role === 'worker' ? [] : [ApiModule]),
        ...(role === 'api' ? [] : [WorkerModule]),
      ],
    };
  }
}
