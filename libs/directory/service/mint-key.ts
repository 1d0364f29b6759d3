import { randomBytes } from 'node:crypto';
import type { EpochMs } from '#calendar';
import { type NewMachineKey, type Scope, sha256 } from '../domain/index.js';

export interface MintKeyInput {
  readonly accountId: number;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdBy: string | null;
}

export interface MintedKey {
  readonly record: NewMachineKey;
  /** The whole key. Show it once, keep it nowhere. */
  readonly key: string;
}

/** Makes a key of 256 random bits. Stores nothing. */
export function mintKey(input: MintKeyInput, now: EpochMs): MintedKey {
  const apiKeyId = randomBytes(6).toString('hex');
  const key = `apk_${apiKeyId}_${randomBytes(32).toString('hex')}`;
  const scopes = [...new Set(input.scopes)];
  return { key, record: { ...input, scopes, apiKeyId, digest: sha256(key), createdAt: now, revokedAt: null } };
}
