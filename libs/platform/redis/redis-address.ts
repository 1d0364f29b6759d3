export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

interface Credentials {
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: boolean;
}

/** Where a Redis is. */
export type RedisAddress =
  | { readonly kind: 'single'; readonly url: string }
  | (Credentials & {
      readonly kind: 'sentinel';
      readonly sentinels: readonly HostAndPort[];
      /** By which the sentinels know it. */
      readonly master: string;
      readonly database: number;
    })
  | (Credentials & { readonly kind: 'cluster'; readonly nodes: readonly HostAndPort[] });

const SINGLE = /^rediss?:\/\//;
const SEVERAL =
  /^(?<scheme>rediss?)\+(?<kind>sentinel|cluster):\/\/(?:(?<username>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<hosts>[^@/?#]+)(?:\/(?<path>[^?#]*))?$/;
const HOST = /^(?<host>\[[\da-f:.]+\]|[\w.-]+)(?::(?<port>\d{1,5}))?$/i;
const PATH = /^(?<master>[\w.-]+)(?:\/(?<database>\d{1,4}))?$/;
const PORTS = { sentinel: 26_379, cluster: 6_379 } as const;

/**
 * Reads `redis://…` and `rediss://…` (one server), `redis+sentinel://[user:password@]host:port,…/master[/database]` and
 * `redis+cluster://[user:password@]host:port,…`; `rediss+…` for TLS. Undefined when it is none of them.
 */
export function parseRedisAddress(text: string): RedisAddress | undefined {
  if (SINGLE.test(text))
    return URL.canParse(text) && new URL(text).hostname !== '' ? { kind: 'single', url: text } : undefined;
  const parts = SEVERAL.exec(text)?.groups;
  if (!parts) return undefined;
  const kind = parts.kind === 'sentinel' ? 'sentinel' : 'cluster';
  const hosts = parts.hosts?.split(',').map((each) => parseHost(each, PORTS[kind])) ?? [];
  const known = hosts.filter((host) => host !== undefined);
  if (known.length < hosts.length) return undefined;
  const credentials = {
    username: decoded(parts.username),
    password: decoded(parts.password),
    tls: parts.scheme === 'rediss',
  };
  if (kind === 'cluster') return parts.path ? undefined : { kind, nodes: known, ...credentials };
  const path = PATH.exec(parts.path ?? '')?.groups;
  if (path?.master === undefined) return undefined;
  return { kind, sentinels: known, master: path.master, database: Number(path.database ?? 0), ...credentials };
}

function parseHost(text: string, defaultPort: number): HostAndPort | undefined {
  const parts = HOST.exec(text)?.groups;
  const port = Number(parts?.port ?? defaultPort);
  if (parts?.host === undefined || port < 1 || port > 65_535) return undefined;
  return { host: parts.host.replace(/^\[|\]$/g, ''), port };
}

function decoded(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
