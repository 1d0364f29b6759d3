const URL_MAX = 2_048;

export interface UrlRules {
  /** Also http, for tests and closed networks. */
  readonly allowHttp: boolean;
}

/** The URL that a text means, or what is wrong with it. Names no part of it: some are secret. */
export function parseChannelUrl(text: string, { allowHttp }: UrlRules): URL | { readonly fault: string } {
  if (text.length > URL_MAX) return { fault: `is longer than ${URL_MAX} characters` };
  if (!URL.canParse(text)) return { fault: 'is not a URL' };
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:'))
    return { fault: 'must begin with https://' };
  if (url.username !== '' || url.password !== '') return { fault: 'must not have a user or a password in it' };
  if (url.hash !== '') return { fault: 'must not have a fragment' };
  return url;
}

/**
 * A URL as it may be shown. Of Slack's the path is the secret; of a webhook's, what stands in the query may be one. Enough is left
 * to tell which it is.
 */
export function shownUrl(kind: 'webhook' | 'slack', url: URL): string {
  if (kind === 'slack') return `${url.origin}/…${url.pathname.slice(-4)}`;
  return `${url.origin}${url.pathname}${url.search === '' ? '' : '?…'}`;
}
