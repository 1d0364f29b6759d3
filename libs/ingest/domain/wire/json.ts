import { checkEvent } from '../check-event.js';
import type { WireFormat } from '../received-batch.js';
import { readDocument } from './json-document.js';

/** `application/json`: one native event, or an array of them. */
export const readJson: WireFormat = (body, rules) => readDocument(body, rules, (raw) => checkEvent(raw, rules));
