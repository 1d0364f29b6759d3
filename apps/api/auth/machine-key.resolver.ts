import type { IncomingHttpHeaders } from 'node:http';
import type { KeyAuthenticator } from '#directory';
import type { CallerResolver, Resolution } from './caller-resolver.js';

/** RFC 6750: the scheme's name in any case, then spaces, then the token. */
const BEARER = /^bearer +(\S+) *$/i;

/** How nearly everybody writes it. */
const USUAL = 'Bearer ';

/** `Authorization: Bearer apk_<id>_<secret>`. */
export class MachineKeyResolver implements CallerResolver {
  readonly challenge = 'Bearer realm="apportion"';

  constructor(private readonly authenticator: KeyAuthenticator) {}

  async resolve({ authorization }: IncomingHttpHeaders): Promise<Resolution> {
    const key = BEARER.exec(authorization ?? '')?.[1];
    if (key === undefined) return { kind: 'absent' };
    const caller = await this.authenticator.authenticate(key);
    return caller
      ? { kind: 'found', caller }
      : { kind: 'refused', detail: 'The key is not known or has been revoked.' };
  }

  recall({ authorization }: IncomingHttpHeaders): Resolution | undefined {
    if (authorization === undefined) return { kind: 'absent' };
    if (!authorization.startsWith(USUAL)) return undefined;
    const caller = this.authenticator.recall(authorization.slice(USUAL.length));
    return caller && { kind: 'found', caller };
  }
}
