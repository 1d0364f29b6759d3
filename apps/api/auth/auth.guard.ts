import type { IncomingHttpHeaders } from 'node:http';
import { type CanActivate, type ExecutionContext, Inject } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller, Scope } from '#directory';
import { FailureException } from '../problem/failure.exception.js';
import { CALLER_RESOLVERS, type CallerResolver } from './caller-resolver.js';
import { KEY_HEADER_KEY, PUBLIC_KEY, SCOPES_KEY } from './decorators.js';

interface RouteRule {
  readonly isPublic: boolean;
  readonly scopes: readonly Scope[] | undefined;
  /** Undefined: `Authorization`, or whatever else the resolvers know. */
  readonly keyHeader: string | undefined;
}

/**
 * Stands before every route. Finds the caller by the first resolver that knows the request's credentials and checks the
 * route's scopes. A route that names no scopes and is not public lets nobody in: forgetting them must not open it.
 */
export class AuthGuard implements CanActivate {
  /** By controller and handler: what a route asks of its callers never changes. */
  private readonly rules = new Map<unknown, Map<unknown, RouteRule>>();

  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(CALLER_RESOLVERS) private readonly resolvers: readonly CallerResolver[],
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { isPublic, scopes, keyHeader } = this.ruleOf(context);
    if (isPublic) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest & { caller?: Caller }>();
    const reply = http.getResponse<FastifyReply>();
    const caller = await this.findCaller(credentialsOf(request.headers, keyHeader), reply);
    this.checkScopes(caller, scopes, reply);
    request.caller = caller;
    return true;
  }

  private ruleOf(context: ExecutionContext): RouteRule {
    const handler = context.getHandler();
    const controller = context.getClass();
    const ofController = this.rules.get(controller) ?? new Map<unknown, RouteRule>();
    const known = ofController.get(handler);
    if (known) return known;
    const targets = [handler, controller];
    const rule: RouteRule = {
      isPublic: this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC_KEY, targets) ?? false,
      scopes: this.reflector.getAllAndOverride<readonly Scope[] | undefined>(SCOPES_KEY, targets),
      keyHeader: this.reflector.getAllAndOverride<string | undefined>(KEY_HEADER_KEY, targets),
    };
    this.rules.set(controller, ofController.set(handler, rule));
    return rule;
  }

  private async findCaller(headers: IncomingHttpHeaders, reply: FastifyReply): Promise<Caller> {
    for (const resolver of this.resolvers) {
      const resolution = await resolver.resolve(headers);
      if (resolution.kind === 'found') return resolution.caller;
      if (resolution.kind === 'refused') {
        reply.header('www-authenticate', `${resolver.challenge}, error="invalid_token"`);
        throw unauthenticated('auth.invalid_key', resolution.detail);
      }
    }
    reply.header('www-authenticate', this.resolvers.map(({ challenge }) => challenge).join(', '));
    throw unauthenticated('auth.no_key', 'Give a machine key: Authorization: Bearer apk_<id>_<secret>.');
  }

  private checkScopes(caller: Caller, required: readonly Scope[] | undefined, reply: FastifyReply): void {
    const missing = required?.filter((scope) => !caller.scopes.has(scope));
    if (missing?.length === 0) return;
    if (!missing || !required) throw new Error('the route names no scopes and is not public');
    reply.header(
      'www-authenticate',
      `Bearer realm="apportion", error="insufficient_scope", scope="${required.join(' ')}"`,
    );
    const detail = `The key lacks the scope ${missing.join(', ')}.`;
    throw new FailureException({ kind: 'forbidden', code: 'auth.missing_scope', detail });
  }
}

/** The headers that show whose a request is. */
function credentialsOf(headers: IncomingHttpHeaders, keyHeader: string | undefined): IncomingHttpHeaders {
  if (keyHeader === undefined) return headers;
  const key = headers[keyHeader];
  return typeof key === 'string' ? { authorization: key } : {};
}

function unauthenticated(code: string, detail: string): FailureException {
  return new FailureException({ kind: 'unauthenticated', code, detail });
}
