import fc from 'fast-check';
import { fitted, isTopic, type Notification } from './notification.js';
import { notificationWith } from './testing.js';

const fit = (more: Partial<Notification>) => fitted(notificationWith(more));

describe('a topic', () => {
  it.each(['quota.threshold_reached', 'notification.test', 'a.b.c', 'q1.x2'])('is %s', (text) => {
    expect(isTopic(text)).toBe(true);
  });

  it.each(['quota', 'Quota.reached', 'quota.*', 'quota.', '.quota', `quota.${'x'.repeat(100)}`])(
    'is not %s',
    (text) => {
      expect(isTopic(text)).toBe(false);
    },
  );
});

describe('a notification', () => {
  it('stays as it is when nothing is wrong with it', () => {
    const notification = notificationWith({
      text: 'two\nlines, \\u0000 spelt out',
      payload: { at: ['\\ud800', null, 1] },
    });
    expect(fitted(notification)).toEqual(notification);
    expect(fit({ team: null, text: '', payload: {} })).toMatchObject({ team: null, text: '', payload: {} });
  });

  it('has one line as its title, whatever names are in it', () => {
    expect(fit({ title: 'two\r\nlines\tand \0 \ud800' }).title).toBe('two lines and \ufffd \ufffd');
    expect(fit({ title: ' \n ' }).title).toBe('quota.threshold_reached');
    const { title } = fit({ title: `${'x'.repeat(298)}😀y` });
    expect(title).toBe(`${'x'.repeat(298)}…`);
  });

  it('is cut where it is too long', () => {
    expect(fit({ text: 'x'.repeat(8_001) }).text).toBe(`${'x'.repeat(7_999)}…`);
    expect(fit({ payload: { long: 'x'.repeat(16_384) } }).payload).toEqual({ omitted: 16_395 });
  });

  it('has a key that tells others apart, however long they are', () => {
    const long = 'k'.repeat(501);
    expect(fit({ deduplicationKey: 'k'.repeat(500) }).deduplicationKey).toBe('k'.repeat(500));
    expect(fit({ deduplicationKey: long }).deduplicationKey).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(fit({ deduplicationKey: long })).toEqual(fit({ deduplicationKey: long }));
    const keys = [`${long}a`, `${long}b`, 'a\0', 'a\ud800', 'a\udc00'].map(
      (key) => fit({ deduplicationKey: key }).deduplicationKey,
    );
    expect(new Set(keys).size).toBe(5);
  });

  it('can be stored, whatever was in it', () => {
    const text = fc.string({ unit: 'binary', maxLength: 400 });
    fc.assert(
      fc.property(text, text, text, fc.dictionary(text, fc.array(text)), (title, body, key, payload) => {
        const one = fit({ title, text: body, deduplicationKey: key, payload });
        expect(JSON.stringify(one)).not.toMatch(/(?<!\\)(\\\\)*\\u(0000|d[89a-f])/);
        expect(one.title).not.toMatch(/\p{Cc}/u);
        expect(one.title).not.toBe('');
      }),
    );
  });
});
