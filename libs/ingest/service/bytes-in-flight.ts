import { fail, type Outcome, succeed } from '#outcome';

/** One request's share of the bytes in flight. */
export interface HeldBytes {
  /** The request now has that many bytes in memory. Fails with `ingest.overloaded`; what it held before it holds still. */
  resize(bytes: number): Outcome<void>;
  /** Once, when nothing of the request is in memory any more. */
  release(): void;
}

/**
 * Bounds what the bodies of all requests at work take in memory together. A request alone is let in whatever its size, for
 * that has a bound of its own and it would else never be.
 */
export class BytesInFlight {
  private held = 0;

  constructor(private readonly maxBytes: number) {}

  /** Fails with `ingest.overloaded`. */
  hold(bytes: number): Outcome<HeldBytes> {
    let own = 0;
    const resize = (wanted: number): Outcome<void> => {
      const others = this.held - own;
      if (others > 0 && others + wanted > this.maxBytes) return overloaded(others);
      this.held = others + wanted;
      own = wanted;
      return succeed(undefined);
    };
    const release = () => {
      this.held -= own;
      own = 0;
    };
    const admitted = resize(bytes);
    return admitted.ok ? succeed({ resize, release }) : admitted;
  }
}

function overloaded(bytes: number): Outcome<never> {
  return fail({
    kind: 'busy',
    code: 'ingest.overloaded',
    detail: `Requests of ${bytes} bytes together are being taken in. Nothing of this one was taken.`,
    retryAfterSeconds: 1,
  });
}
