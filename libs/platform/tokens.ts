/** Nest injection tokens of what the platform provides to all. */
export const CLOCK = Symbol('Clock');
export const ENVIRONMENT = Symbol('Environment');
/** `() => string`: a new UUID of version 7, by the application's clock. */
export const UUIDV7 = Symbol('Uuidv7');
/** The way work is handed to the worker: `QueuePort`. */
export const QUEUE = Symbol('QueuePort');
/** The registry of prom-client that `/metrics` shows; add metrics with `registers: [registry]`. */
export const METRICS = Symbol('MetricsRegistry');
/** URL of the database the application uses, for connections outside TypeORM's pool. */
export const DATABASE_URL = Symbol('DatabaseUrl');
/** Whether the application can serve requests: `Readiness`. */
export const READINESS = Symbol('Readiness');
