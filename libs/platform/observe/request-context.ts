import { AsyncLocalStorage } from 'node:async_hooks';

/** What log lines say about the request they were written for. */
export interface RequestContext {
  readonly requestId: string;
}

export const requestContext = new AsyncLocalStorage<RequestContext>();
