import { hash } from 'node:crypto';
import type { EpochMs } from '#calendar';
import type { Scope } from './scope.js';

/** What is kept of a machine key. The key itself is shown once and kept nowhere. */
export interface MachineKey {
  readonly accountId: number;
  /** The public part: names the key in lists, logs and records. */
  readonly apiKeyId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: EpochMs;
  /** The `apiKeyId` of who made it; null for the product itself. */
  readonly createdBy: string | null;
  readonly revokedAt: EpochMs | null;
}

export interface NewMachineKey extends MachineKey {
  /** SHA-256 of the whole key. The secret has 256 bits of entropy, so a slow hash would protect nothing more. */
  readonly digest: Buffer;
}

/** `apk_<id>_<secret>`: 12 and 64 hexadecimal digits. */
const MACHINE_KEY = /^apk_([0-9a-f]{12})_[0-9a-f]{64}$/;

/** The public id of a text that has the form of a machine key; undefined when it has not. */
export function parseMachineKey(text: string): { readonly apiKeyId: string } | undefined {
  const apiKeyId = MACHINE_KEY.exec(text)?.[1];
  return apiKeyId === undefined ? undefined : { apiKeyId };
}

export function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
