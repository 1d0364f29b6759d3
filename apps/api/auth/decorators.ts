import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Caller as CallerType, Scope } from '#directory';

export const SCOPES_KEY = 'apportion:scopes';
export const PUBLIC_KEY = 'apportion:public';
export const KEY_HEADER_KEY = 'apportion:key-header';

/** The scopes a caller must have, all of them. A route with neither this nor `Public` is refused to everybody. */
export const Scopes = (...scopes: Scope[]) => SetMetadata(SCOPES_KEY, scopes);

/** Open to callers without a key: health and metrics. */
export const Public = () => SetMetadata(PUBLIC_KEY, true);

/**
 * The one header that says whose a request is, in the place of `Authorization`: where that one is not the caller's own but was
 * handed on by it. Lower case.
 */
export const KeyHeader = (name: string) => SetMetadata(KEY_HEADER_KEY, name);

/** The caller the guard found, for a handler's parameter. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): CallerType => {
  const { caller } = context.switchToHttp().getRequest<{ caller?: CallerType }>();
  if (!caller) throw new Error('the guard let a request through without a caller');
  return caller;
});
