import { z } from 'zod';
import { nameText } from './page.js';

/** The one header in which a gateway says whose it is; `Authorization` is its client's. */
export const EXT_AUTHZ_KEY_HEADER = 'x-apportion-authorization';

const NAME_MAX = 255;
const TAGS_MAX = 32;
const TOKENS_MAX = 1_000_000_000;
const TTL_MS_MAX = 86_400_000;

const name = nameText(NAME_MAX);
const whole = z.string().regex(/^\d{1,15}$/, 'must be a whole number');
const tokens = whole.transform(BigInt).refine((count) => count <= TOKENS_MAX, `must not be above ${TOKENS_MAX}`);

/** `k=v,k2=v2`; what has a comma, an equals sign or a per cent sign in it is percent-encoded. */
const tags = z.string().transform((text, context) => {
  const found = text.split(',').map(tagOf);
  const pairs = found.filter((pair) => pair !== undefined);
  if (pairs.length < found.length) context.addIssue('must be k=v,k2=v2');
  const read = Object.fromEntries(pairs);
  const count = Object.keys(read).length;
  if (count > TAGS_MAX) context.addIssue(`must not be more than ${TAGS_MAX}`);
  if (count < pairs.length) context.addIssue('must not say one tag twice');
  return read;
});

/** What a gateway says of a request in headers of the request for authorization. */
export const extAuthzHeaders = z.object({
  'x-apportion-team': name,
  'x-apportion-project': name.optional(),
  'x-apportion-user': name.optional(),
  'x-apportion-key': name.optional(),
  'x-apportion-model': name,
  'x-apportion-provider': name.optional(),
  'x-apportion-pool': name.optional(),
  'x-apportion-tier': name.optional(),
  'x-apportion-tags': tags.optional(),
  'x-apportion-estimate-input-tokens': tokens.optional(),
  'x-apportion-max-output-tokens': tokens.optional(),
  'x-apportion-ttl-ms': whole
    .transform(Number)
    .refine((ms) => ms >= 1 && ms <= TTL_MS_MAX, `must be from 1 to ${TTL_MS_MAX}`)
    .optional(),
});
export type ExtAuthzHeaders = z.output<typeof extAuthzHeaders>;

const most = z.int().min(0).max(TOKENS_MAX).nullish();

/** What is read of the body that a client sends to a model, if the gateway hands it on. */
export const modelRequestBody = z.object({
  model: z.string().optional(),
  max_tokens: most,
  max_completion_tokens: most,
  max_output_tokens: most,
});

function tagOf(text: string): [string, string] | undefined {
  const at = text.indexOf('=');
  const key = at < 0 ? undefined : decoded(text.slice(0, at).trim());
  const value = decoded(text.slice(at + 1).trim());
  if (key === undefined || value === undefined) return undefined;
  const isGood = nameText(64).safeParse(key).success && value.length <= NAME_MAX && !value.includes('\0');
  return isGood ? [key, value] : undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
