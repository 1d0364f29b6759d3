import { Module } from '@nestjs/common';
import { QuotaDefinitionsModule as QuotaDefinitionsStageModule } from '#quota/nest';
import { CsvBodyModule } from '../../tables/csv-body.module.js';
import { QuotaOverridesController } from './quota-overrides.controller.js';
import { QuotaTableController } from './quota-table.controller.js';
import { QuotasController } from './quotas.controller.js';

@Module({
  imports: [QuotaDefinitionsStageModule, CsvBodyModule],
  controllers: [QuotaTableController, QuotasController, QuotaOverridesController],
})
export class QuotaDefinitionsModule {}
