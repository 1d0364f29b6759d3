import type { IncomingHttpHeaders } from 'node:http';
import { extAuthzHeaders, modelRequestBody } from '#contract';
import { decodeUtf8 } from '#ingest';
import type { AskInput, ReserveInput } from '#quota';

/** Envoy says with it whether it sent only the first part of a body. */
const PARTIAL_BODY = 'x-envoy-auth-partial-body';
const CHARACTERS_MAX = 1_000_000_000;

/** What a body says of the request; nothing, where it is no JSON object. */
interface BodyHints {
  readonly model?: string | undefined;
  readonly maxOutputTokens?: bigint | undefined;
  readonly promptCharacters?: bigint | undefined;
}

/**
 * What a gateway asks of the quotas for its client's request. What its headers say goes before what the body says. Throws a
 * ZodError that names the header, or the member of the body, that cannot be read.
 */
export function askOfGateway(accountId: number, headers: IncomingHttpHeaders, body: unknown): ReserveInput & AskInput {
  const hints = body instanceof Uint8Array && body.length > 0 ? hintsOf(body, headers[PARTIAL_BODY] === 'true') : {};
  const told = extAuthzHeaders.parse({ 'x-apportion-model': hints.model, ...ownHeaders(headers) });
  return {
    accountId,
    subject: {
      team: told['x-apportion-team'],
      project: told['x-apportion-project'] ?? null,
      apiKey: told['x-apportion-key'] ?? null,
      user: told['x-apportion-user'] ?? null,
      provider: told['x-apportion-provider'] ?? null,
      model: told['x-apportion-model'],
      pool: told['x-apportion-pool'] ?? null,
      tier: told['x-apportion-tier'] ?? 'standard',
      tags: told['x-apportion-tags'] ?? {},
    },
    estimate: {
      inputTokens: told['x-apportion-estimate-input-tokens'],
      promptCharacters: hints.promptCharacters,
      maxOutputTokens: told['x-apportion-max-output-tokens'] ?? hints.maxOutputTokens,
    },
    ttlMs: told['x-apportion-ttl-ms'],
  };
}

/** Our headers as text, those that say nothing left out: an unset claim comes as an empty header. */
function ownHeaders(headers: IncomingHttpHeaders): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(extAuthzHeaders.shape).flatMap((header) => {
      const value = headers[header];
      if (value === undefined || value === '') return [];
      // Node gives each byte as a character. What is no UTF-8 is no text, and refused: left out, its quotas would not count.
      return [[header, typeof value === 'string' ? (decodeUtf8(Buffer.from(value, 'latin1')) ?? null) : value]];
    }),
  );
}

function hintsOf(body: Uint8Array, isPartial: boolean): BodyHints {
  const promptCharacters = BigInt(Math.min(body.length, CHARACTERS_MAX));
  // At least so much was asked; the rest of it nobody has seen.
  if (isPartial) return { promptCharacters };
  const content = jsonObject(body);
  if (content === undefined) return {};
  const { model, max_tokens, max_completion_tokens, max_output_tokens } = modelRequestBody.parse(content);
  const most = [max_tokens, max_completion_tokens, max_output_tokens].filter((tokens) => typeof tokens === 'number');
  return {
    model,
    maxOutputTokens: most.length === 0 ? undefined : BigInt(Math.max(...most)),
    promptCharacters,
  };
}

function jsonObject(body: Uint8Array): object | undefined {
  try {
    const content: unknown = JSON.parse(decodeUtf8(body) ?? '');
    return typeof content === 'object' && content !== null && !Array.isArray(content) ? content : undefined;
  } catch {
    return undefined;
  }
}
