export { CLOCK, ENVIRONMENT } from './tokens.js';
