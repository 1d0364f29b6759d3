import { z } from 'zod';
import { EARLIEST_INSTANT, LATEST_INSTANT } from '#calendar';

export const PAGE_LIMIT_MAX = 1000;

/** Text that a column holds and a log shows: no controls, no halves of surrogate pairs, no blanks at its ends. */
export const nameText = (maxLength: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(maxLength, `must not be longer than ${maxLength} characters`)
    .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), 'must be text without control characters')
    .refine((text) => text === text.trim(), 'must not begin or end with blanks');

/** What no column holds: keys are made of columns. */
const UNSTORABLE = /[\0\p{Cs}]/u;

/** A name to look for, whatever it is: it need not be one that would be taken. */
export const soughtText = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .refine((text) => !UNSTORABLE.test(text), 'must be text without NUL');

/** A place in a list: the key of the last item seen, as a cursor that callers only hand back. */
export function toCursor(key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** Undefined for what no list of keys of that length made. */
export function fromCursor(cursor: string, length: number): readonly string[] | undefined {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (!Array.isArray(key) || key.length !== length) return undefined;
    return key.every((part) => typeof part === 'string' && !UNSTORABLE.test(part)) ? key : undefined;
  } catch {
    return undefined;
  }
}

/** `limit` and `cursor` of a list whose items are known by that many texts, which `isKey` may look at more closely. */
export const pageQuery = (keyLength: number, isKey: (key: readonly string[]) => boolean = () => true) => ({
  limit: z
    .string()
    .regex(/^[0-9]{1,4}$/, `must be a whole number from 1 to ${PAGE_LIMIT_MAX}`)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= PAGE_LIMIT_MAX, `must be a whole number from 1 to ${PAGE_LIMIT_MAX}`)
    .default(100),
  cursor: z
    .string()
    .max(4096)
    .transform((cursor, context) => {
      const key = fromCursor(cursor, keyLength);
      if (key && isKey(key)) return key;
      context.addIssue({ code: 'custom', message: 'is not a cursor of this list' });
      return z.NEVER;
    })
    .optional(),
});

/** Of a list whose items are known by a number that the database gave them. */
export const numberedPageQuery = pageQuery(1, ([id = '']) => /^\d{1,18}$/.test(id));

const isPosition = ([, validFrom = '', id = '']: readonly string[]) => {
  const at = /^-?\d{1,15}$/.test(validFrom) ? Number(validFrom) : Number.NaN;
  return at >= EARLIEST_INSTANT && at <= LATEST_INSTANT && z.guid().safeParse(id).success;
};
/** Of a list that is ordered by pool, start and id. */
export const costPageQuery = pageQuery(3, isPosition);

export interface Page<T> {
  readonly data: readonly T[];
  /** Null: that was all. */
  readonly nextCursor: string | null;
}

/** A page of what was read with one item more than the limit, which tells whether there is another page. */
export function toPage<T, U>(
  items: readonly T[],
  limit: number,
  keyOf: (item: T) => readonly string[],
  toApi: (item: T) => U,
): Page<U> {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  return {
    data: shown.map(toApi),
    nextCursor: items.length > limit && last !== undefined ? toCursor(keyOf(last)) : null,
  };
}

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable() });
