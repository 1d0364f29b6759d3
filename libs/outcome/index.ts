export { type ImportRow, RowFailures } from './import-rows.js';
export { type Failure, type FailureKind, type FieldFailure, fail, type Outcome, succeed } from './outcome.js';
export { RowReader } from './row-reader.js';
