import { Module } from '@nestjs/common';

/** The HTTP API: one module for each area of it. */
@Module({
  imports: [],
})
export class ApiModule {}
