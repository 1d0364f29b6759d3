import { Module } from '@nestjs/common';

/** The queue's work: one module for each stage that has some. */
@Module({
  imports: [],
})
export class WorkerModule {}
