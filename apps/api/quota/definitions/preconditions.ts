import type { IncomingHttpHeaders } from 'node:http';
import { fail, type Outcome, succeed } from '#outcome';
import type { Expectation } from '#quota';

/** An entity tag is the number of the latest version: `"3"`. */
export function etagOf({ version }: { readonly version: number }): string {
  return `"${version}"`;
}

/**
 * What `If-Match` and `If-None-Match` say of a quota that is to be changed. Tags that are none of ours match nothing. Fails with
 * `request.bad_precondition`.
 */
export function expectationOf(headers: IncomingHttpHeaders): Outcome<Expectation> {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  if (match !== undefined && noneMatch !== undefined) return bad('If-Match and If-None-Match cannot both be so');
  if (noneMatch !== undefined) return noneMatch.trim() === '*' ? succeed('absent') : bad('If-None-Match must be *');
  if (match === undefined) return succeed('nothing_said');
  if (match.trim() === '*') return succeed('present');
  const tags = match.split(',').map((tag) => /^\s*(W\/)?"([^"]*)"\s*$/.exec(tag));
  if (tags.some((tag) => tag === null)) return bad('If-Match must be * or entity tags such as "3"');
  // A weak tag is never the same as ours.
  const versions = tags.flatMap((tag) =>
    tag?.[1] === undefined && /^\d{1,9}$/.test(tag?.[2] ?? '') ? [Number(tag?.[2])] : [],
  );
  return succeed(versions);
}

function bad(detail: string): Outcome<never> {
  return fail({ kind: 'invalid', code: 'request.bad_precondition', detail: `${detail}.` });
}
