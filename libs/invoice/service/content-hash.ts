import { hash } from 'node:crypto';

const MODULUS = 1n << 256n;

/**
 * A hash of a lot of texts in whatever order: the sum of their SHA-256 modulo 2^256. Exports of the same bill come with their
 * rows in another order each time; nobody gains by forging one, for whoever sends a bill may say in it what he likes.
 */
export class ContentHash {
  private sum = 0n;

  add(text: string): void {
    this.sum = (this.sum + BigInt(`0x${hash('sha256', text, 'hex')}`)) % MODULUS;
  }

  hex(): string {
    return this.sum.toString(16).padStart(64, '0');
  }
}
