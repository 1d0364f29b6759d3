import type { z } from 'zod';
import { errorText } from '#platform';
import { CliError } from '../exit-code.js';
import { toApiError, UnreachableError } from './api-error.js';

export type Query = Readonly<Record<string, string | number | undefined>>;

export interface RequestOptions {
  readonly query?: Query;
  /** A string, bytes or a stream of them are sent as they are, with the content type of `headers`; anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The HTTP API of one server with one key. Throws {@link ApiError} and {@link UnreachableError}. */
export class ApiClient {
  constructor(
    readonly url: string,
    private readonly key: () => Promise<string>,
  ) {}

  /** The answer's body, checked. */
  async request<T>(method: string, path: string, answer: z.ZodType<T>, options: RequestOptions = {}): Promise<T> {
    const response = await this.open(method, path, options);
    const parsed = answer.safeParse(parseJson(await this.text(response)));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const where = issue ? `${issue.path.join('.')}: ${issue.message}` : '';
    throw new CliError(`${method} ${path} answered what this version of apportion does not understand (${where})`);
  }

  get<T>(path: string, answer: z.ZodType<T>, query: Query = {}): Promise<T> {
    return this.request('GET', path, answer, { query });
  }

  /** The answer itself, its body unread. */
  async open(method: string, path: string, { query = {}, body, headers = {} }: RequestOptions = {}): Promise<Response> {
    const raw = typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream;
    const sent = raw || body === undefined ? body : JSON.stringify(body);
    const type = sent === undefined ? {} : { 'content-type': 'application/json' };
    const key = await this.key();
    const response = await this.fetch(`${this.url}${path}${toSearch(query)}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...type, ...headers },
      ...(sent === undefined ? {} : { body: sent, duplex: 'half' }),
    });
    if (response.ok) return response;
    throw await toApiError(response);
  }

  /** The body of an answer, piece by piece. */
  async *bytes(response: Response): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of response.body ?? []) yield chunk;
    } catch (error) {
      throw new UnreachableError(this.url, reasonOf(error));
    }
  }

  private async fetch(url: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(url, init);
    } catch (error) {
      throw new UnreachableError(this.url, reasonOf(error));
    }
  }

  /** The body, which a server that dies half-way leaves off. */
  private async text(response: Response): Promise<string> {
    try {
      return await response.text();
    } catch (error) {
      throw new UnreachableError(this.url, reasonOf(error));
    }
  }
}

function toSearch(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? '' : `?${search.toString()}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `connect ECONNREFUSED 127.0.0.1:3000`: fetch hides it in the cause, of several addresses in the first one's. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0]);
  return errorText(cause);
}
