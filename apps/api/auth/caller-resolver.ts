import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '#directory';

/** What one way of showing who one is made of a request. */
export type Resolution =
  /** The request does not try this way; another one may know it. */
  | { readonly kind: 'absent' }
  /** The request tries and fails; no other way is tried. */
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'found'; readonly caller: Caller };

/** One way for a request to show whose it is: a machine key, a session. */
export interface CallerResolver {
  /** Its challenge in a `WWW-Authenticate` header (RFC 9110), with a realm and no more parameters. */
  readonly challenge: string;
  resolve(headers: IncomingHttpHeaders): Promise<Resolution>;
  /** The same, where it is known without asking anybody. Undefined says nothing: `resolve` finds out. */
  recall(headers: IncomingHttpHeaders): Resolution | undefined;
}

/** The ways the guard tries, in order: `CallerResolver[]`. */
export const CALLER_RESOLVERS = Symbol('CallerResolvers');

/** The caller the guard would find, where that is known without asking anybody. Undefined says nothing. */
export function recallCaller(resolvers: readonly CallerResolver[], headers: IncomingHttpHeaders): Caller | undefined {
  for (const resolver of resolvers) {
    const resolution = resolver.recall(headers);
    if (resolution?.kind === 'found') return resolution.caller;
    if (resolution?.kind !== 'absent') return undefined;
  }
  return undefined;
}
