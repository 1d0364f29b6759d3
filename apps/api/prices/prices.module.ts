import { Module } from '@nestjs/common';
import { PricingModule } from '#pricing/nest';
import { FxRatesController } from '../fx-rates/fx-rates.controller.js';
import { PriceRulesController } from '../price-rules/price-rules.controller.js';
import { CsvBodyModule } from '../tables/csv-body.module.js';
import { PricesController } from './prices.controller.js';

@Module({
  imports: [PricingModule, CsvBodyModule],
  controllers: [PricesController, PriceRulesController, FxRatesController],
})
export class PricesModule {}
