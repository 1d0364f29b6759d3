export { BinaryCopy } from './database/binary-copy.js';
export { isOutOfReach, wasNotConnected } from './database/out-of-reach.js';
export { pgClientOf } from './database/pg-client.js';
export { type PreparedStatement, runPrepared } from './database/prepared.js';
export { beginReading, readingAt } from './database/reading-at.js';
export { sqlStateOf, withTransaction } from './database/with-transaction.js';
export { cloneFolder } from './environment/clone-folder.js';
export type {
  ClientEnvironment,
  Environment,
  LogFormat,
  LogLevel,
  Role,
  SmtpSettings,
} from './environment/environment.js';
export { ownVariables } from './environment/own-variables.js';
export {
  EnvironmentError,
  processVariables,
  readClientEnvironment,
  readEnvironment,
  unknownVariables,
} from './environment/read-environment.js';
export { errorCode, errorText } from './error-code.js';
export { onceAtATime } from './observe/once-at-a-time.js';
export type { Check, CheckState, Readiness, ReadinessReport } from './observe/readiness.js';
export type { QueueJob, QueuePort } from './queue/queue-port.js';
export { CLOCK, DATABASE_URL, ENVIRONMENT, METRICS, QUEUE, READINESS, UUIDV7 } from './tokens.js';
export { createUuidv7 } from './uuidv7.js';
