import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';

export interface PostLimits {
  /** Until the connection stands, TLS too. */
  readonly connectMs: number;
  /** From the call to the end of the answer. */
  readonly wholeMs: number;
  /** Bytes of the answer's body that are read; what comes after is not waited for. */
  readonly answerBytes: number;
}

export interface PostAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** Its beginning. */
  readonly body: string;
}

export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly lookup: LookupFunction;
  readonly limits: PostLimits;
}

/** Posts once, on a connection of its own; follows nothing. Throws when there is no answer. */
export function postJson({ url, headers, body, lookup, limits }: Post): Promise<PostAnswer> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const length = String(Buffer.byteLength(body));
    const request = send(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-length': length },
      lookup,
      agent: false,
    });
    const over = setTimeout(() => request.destroy(tooLate('no answer', limits.wholeMs)), limits.wholeMs);
    boundConnecting(request, limits.connectMs);
    request.on('close', () => clearTimeout(over));
    request.on('error', reject);
    request.on('response', (response) => {
      // What goes wrong from here on shows in the body.
      request.off('error', reject).on('error', () => undefined);
      void readBeginning(response, limits.answerBytes).then((text) => {
        resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], body: text });
        request.destroy();
      });
    });
    request.end(body);
  });
}

function boundConnecting(request: ClientRequest, connectMs: number): void {
  const over = setTimeout(() => request.destroy(tooLate('no connection', connectMs)), connectMs);
  request.on('close', () => clearTimeout(over));
  request.on('socket', (socket) => {
    const ready = 'encrypted' in socket ? 'secureConnect' : 'connect';
    socket.once(ready, () => clearTimeout(over));
  });
}

/** Of a body that breaks off or never ends what came in time: the status has said what counts. */
async function readBeginning(response: IncomingMessage, bytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let read = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      read += chunk.length;
      if (read >= bytes) break;
    }
  } catch {
    chunks.push(Buffer.from(' (broken off)'));
  }
  return Buffer.concat(chunks).subarray(0, bytes).toString();
}

function tooLate(what: string, ms: number): Error {
  return new Error(`${what} within ${ms} ms`);
}
