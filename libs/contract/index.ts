export * from './cost-record.js';
export * from './directory.js';
export * from './page.js';
