/**
 * The database refuses what an event says: a value it cannot hold, a constraint broken. To try the same again would be in
 * vain. Adapters throw it for SQLSTATE classes 22 (data exception), 23 (integrity) and 54 (program limit), never for an
 * outage or a fault in the schema, after which the same events may well be stored.
 */
export class UnstorableError extends Error {
  override readonly name = 'UnstorableError';
}
