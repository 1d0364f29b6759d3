export { CHARGE_KINDS, type Charge, type ChargeKind, type ChargeOrigin } from './charge.js';
