export * from './cost-record.js';
export * from './directory.js';
export * from './events.js';
export * from './page.js';
export * from './pricing.js';
export * from './statement.js';
export * from './statement-close.js';
export * from './unit-costs.js';
