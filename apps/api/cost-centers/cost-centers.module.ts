import { Module } from '@nestjs/common';
import { DirectoryModule } from '#directory/nest';
import { CostCentersController } from './cost-centers.controller.js';

@Module({ imports: [DirectoryModule], controllers: [CostCentersController] })
export class CostCentersModule {}
