import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Scope } from '#directory';
import { FailureException } from '../problem/failure.exception.js';
import { AuthGuard } from './auth.guard.js';
import type { CallerResolver, Resolution } from './caller-resolver.js';
import { Public, Scopes } from './decorators.js';

class Routes {
  @Public()
  open(): void {}

  @Scopes('costs:read', 'costs:write')
  costs(): void {}

  forgotten(): void {}
}
const routes = new Routes();

function contextOf(handler: () => void) {
  const headers: Record<string, string> = {};
  const request: Record<string, unknown> = { headers: {} };
  const reply = { header: (name: string, value: string) => (headers[name] = value) };
  const context = {
    getHandler: () => handler,
    getClass: () => Routes,
    switchToHttp: () => ({ getRequest: () => request, getResponse: () => reply }),
  };
  return { context: context as unknown as ExecutionContext, request, headers };
}

const resolver = (challenge: string, resolution: Resolution): CallerResolver => ({
  challenge,
  resolve: () => Promise.resolve(resolution),
  recall: () => undefined,
});
const found = (...scopes: Scope[]): Resolution => ({
  kind: 'found',
  caller: { accountId: 1, apiKeyId: 'k', scopes: new Set(scopes) },
});
const guard = (...resolvers: readonly CallerResolver[]) => new AuthGuard(new Reflector(), resolvers);

async function codeOf(attempt: Promise<unknown>): Promise<string | undefined> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof FailureException ? error.failure.code : undefined;
}

describe('AuthGuard', () => {
  it('lets anybody into what is public', async () => {
    expect(await guard().canActivate(contextOf(routes.open).context)).toBe(true);
  });

  it('takes the caller of the first resolver that knows the credentials', async () => {
    const { context, request } = contextOf(routes.costs);
    const first = resolver('Session', { kind: 'absent' });
    const second = resolver('Bearer', found('costs:read', 'costs:write'));
    const third = resolver('Other', { kind: 'refused', detail: 'never asked' });
    expect(await guard(first, second, third).canActivate(context)).toBe(true);
    expect(request.caller).toMatchObject({ apiKeyId: 'k' });
  });

  it('offers every way in where none was tried', async () => {
    const { context, headers } = contextOf(routes.costs);
    const attempt = guard(resolver('A', { kind: 'absent' }), resolver('B', { kind: 'absent' })).canActivate(context);
    expect(await codeOf(attempt)).toBe('auth.no_key');
    expect(headers['www-authenticate']).toBe('A, B');
  });

  it('tries no other way after one was refused', async () => {
    const { context } = contextOf(routes.costs);
    const refused = resolver('A', { kind: 'refused', detail: 'no' });
    expect(await codeOf(guard(refused, resolver('B', found('costs:read', 'costs:write'))).canActivate(context))).toBe(
      'auth.invalid_key',
    );
  });

  it('asks for all the scopes of a route', async () => {
    const { context, headers } = contextOf(routes.costs);
    expect(await codeOf(guard(resolver('A', found('costs:read'))).canActivate(context))).toBe('auth.missing_scope');
    expect(headers['www-authenticate']).toContain('scope="costs:read costs:write"');
  });

  it('lets nobody into a route whose scopes were forgotten', async () => {
    const { context, request } = contextOf(routes.forgotten);
    await expect(guard(resolver('A', found('keys:write'))).canActivate(context)).rejects.toThrow('names no scopes');
    expect(request.caller).toBeUndefined();
  });
});
