/** Where messages may go at all. */
export interface UrlGuard {
  /** What speaks against a URL by itself, such as a private address in it; undefined: nothing. A name is looked up when sending. */
  refusal(url: URL): string | undefined;
}
