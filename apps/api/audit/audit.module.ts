import { Module } from '@nestjs/common';
import { DirectoryModule } from '#directory/nest';
import { AuditController } from './audit.controller.js';

@Module({ imports: [DirectoryModule], controllers: [AuditController] })
export class AuditModule {}
