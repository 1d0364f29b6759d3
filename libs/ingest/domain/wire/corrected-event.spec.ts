import { readCorrectedEvent } from './corrected-event.js';

const read = (body: string | Uint8Array) =>
  readCorrectedEvent(typeof body === 'string' ? Buffer.from(body) : body, { maxDepth: 2 });

describe('a corrected event', () => {
  it('is what stands under event', () => {
    expect(read('{"event":{"id":"a"}}')).toMatchObject({ ok: true, value: { value: { id: 'a' } } });
    expect(read('{"event":null}')).toMatchObject({ ok: true, value: { value: null } });
    expect(read('{}')).toEqual({ ok: true, value: undefined });
  });

  it('tells of a key that is in it twice, by its place in it', () => {
    const event = read('{"event":{"tokens":{"output":1,"output":2}}}');
    if (!event.ok || !event.value || 'code' in event.value) throw new Error('not read');
    expect(event.value.duplicateKey()).toBe('/tokens/output');
  });

  it('may not nest deeper than others', () => {
    expect(read('{"event":{"a":{}}}')).toMatchObject({ ok: true, value: { value: { a: {} } } });
    expect(read('{"event":{"a":[[]]}}')).toMatchObject({ ok: true, value: { code: 'event.too_deep' } });
  });

  it.each<[string, string | Uint8Array, string, string | undefined]>([
    ['no JSON', '{"event":', 'ingest.malformed_json', undefined],
    ['not UTF-8', Uint8Array.from([0x22, 0xff, 0x22]), 'ingest.invalid_utf8', undefined],
    ['an array', '[{"event":{}}]', 'request.invalid', ''],
    ['no object', '1', 'request.invalid', ''],
    ['an event twice', '{"event":{},"event":{}}', 'request.invalid', '/event'],
    ['something else besides', '{"event":{},"by":"me"}', 'request.invalid', '/by'],
  ])('is not read from a body that is %s', (_, body, code, pointer) => {
    expect(read(body)).toMatchObject({
      ok: false,
      failure: { code, ...(pointer === undefined ? {} : { errors: [{ pointer }] }) },
    });
  });
});
