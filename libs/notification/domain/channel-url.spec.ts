import { parseChannelUrl, shownUrl } from './channel-url.js';

const strict = { allowHttp: false };

describe('the URL of a channel', () => {
  it('is https', () => {
    expect(parseChannelUrl('https://hooks.example.com/a?b=c', strict)).toBeInstanceOf(URL);
    expect(parseChannelUrl('http://hooks.example.com/', strict)).toEqual({ fault: 'must begin with https://' });
    expect(parseChannelUrl('http://hooks.example.com/', { allowHttp: true })).toBeInstanceOf(URL);
    for (const text of ['file:///etc/passwd', 'ftp://example.com/', 'gopher://example.com/', 'javascript:1'])
      expect(parseChannelUrl(text, { allowHttp: true })).toEqual({ fault: 'must begin with https://' });
  });

  it.each([
    ['https://user@example.com/', 'user'],
    ['https://user:secret@example.com/', 'user'],
    ['https://:secret@example.com/', 'user'],
    ['https://example.com/#part', 'fragment'],
    ['example.com', 'not a URL'],
    ['https://', 'not a URL'],
    [`https://example.com/${'a'.repeat(2_048)}`, 'longer'],
  ])('is refused when it is %s, and none of it repeated', (text, fault) => {
    const parsed = parseChannelUrl(text, strict);
    expect(parsed).toEqual({ fault: expect.stringContaining(fault) });
    expect(JSON.stringify(parsed)).not.toContain('secret');
  });

  it('is shown without what may be secret', () => {
    const slack = new URL('https://hooks.slack.com/services/T000/B000/abcdefghWXYZ');
    expect(shownUrl('slack', slack)).toBe('https://hooks.slack.com/…WXYZ');
    expect(shownUrl('webhook', new URL('https://example.com/in?token=secret'))).toBe('https://example.com/in?…');
    expect(shownUrl('webhook', new URL('https://example.com/in'))).toBe('https://example.com/in');
  });
});
