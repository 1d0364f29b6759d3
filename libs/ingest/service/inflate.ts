import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { fail, type Outcome, succeed } from '#outcome';

const gunzipAsync = promisify(gunzip);

/**
 * The body without its content encoding. What it inflates to is bounded while it inflates, so a small body cannot fill
 * the memory.
 */
export async function inflate(
  body: Uint8Array,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Outcome<Uint8Array>> {
  const coding = encoding?.trim().toLowerCase() ?? '';
  if (coding === '' || coding === 'identity') return succeed(body);
  if (coding !== 'gzip' && coding !== 'x-gzip') {
    const detail = `The content encoding ${coding} is not read; send gzip or none.`;
    return fail({ kind: 'unsupported', code: 'ingest.unsupported_encoding', detail });
  }
  try {
    return succeed(await gunzipAsync(body, { maxOutputLength: maxBytes }));
  } catch (error) {
    return fail(faultOf(error, maxBytes));
  }
}

function faultOf(error: unknown, maxBytes: number) {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'ERR_BUFFER_TOO_LARGE') {
    const detail = `The body inflates to more than ${maxBytes} bytes. Send it in parts.`;
    return { kind: 'too_large', code: 'ingest.inflated_too_large', detail } as const;
  }
  if (code === 'Z_BUF_ERROR') {
    return { kind: 'invalid', code: 'ingest.gzip_truncated', detail: 'The gzip body ends too early.' } as const;
  }
  return { kind: 'invalid', code: 'ingest.gzip_invalid', detail: 'The body is not gzip, or is damaged.' } as const;
}
