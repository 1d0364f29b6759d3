/** The part of a Redis client that counts need: of a single server's as of a cluster's. */
export interface RedisCommands {
  evalsha(sha: string, keys: number, ...args: string[]): Promise<unknown>;
  eval(source: string, keys: number, ...args: string[]): Promise<unknown>;
  zadd(key: string, mode: 'XX', score: number, member: string): Promise<unknown>;
  zrangebyscore(
    key: string,
    min: string,
    max: number,
    limit: 'LIMIT',
    offset: number,
    count: number,
  ): Promise<string[]>;
  hscan(key: string, cursor: string, mode: 'COUNT', count: number): Promise<[cursor: string, elements: string[]]>;
  hmget(key: string, ...fields: string[]): Promise<(string | null)[]>;
}
