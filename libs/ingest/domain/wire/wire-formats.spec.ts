import type { ReceivedBatch } from '../received-batch.js';
import { bytesOf, nativeEvent, RULES } from '../testing.js';
import { WIRE_FORMATS } from './index.js';

const read = (mediaType: string, body: string | Uint8Array, rules = RULES) => {
  const format = WIRE_FORMATS[mediaType];
  if (!format) throw new Error(`no format ${mediaType}`);
  return format(typeof body === 'string' ? bytesOf(body) : body, rules);
};
const batchOf = (mediaType: string, body: string | Uint8Array): ReceivedBatch => {
  const outcome = read(mediaType, body);
  if (!outcome.ok) throw new Error(outcome.failure.detail);
  return outcome.value;
};
const json = JSON.stringify;
const good = json(nativeEvent());
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describe('application/json', () => {
  it('reads one event and a list, each in its place', () => {
    expect(batchOf('application/json', good)).toMatchObject({ count: 1, indexes: [0], refused: [] });
    const batch = batchOf(
      'application/json',
      ` [ ${good} , {"id":"x","source":"s"}, ${json(nativeEvent({ id: 'two' }))}]\n`,
    );
    expect(batch).toMatchObject({ count: 3, indexes: [0, 2], events: [{ id: 'req_01' }, { id: 'two' }] });
    expect(batch.refused).toMatchObject([{ index: 1, id: 'x', source: 's', refusal: { code: 'event.field_missing' } }]);
    expect(text(batch.refused[0]?.raw)).toBe('{"id":"x","source":"s"}');
  });

  it('refuses only the event that has a key twice', () => {
    const twice = good.replace('"team":"search"', '"team":"search","te\\u0061m":"ads"');
    const batch = batchOf('application/json', `[${twice},${good}]`);
    expect(batch).toMatchObject({ count: 2, indexes: [1] });
    expect(batch.refused).toMatchObject([{ index: 0, refusal: { code: 'event.duplicate_key', pointer: '/team' } }]);
    expect(text(batch.refused[0]?.raw)).toBe(twice);
  });

  it('refuses only the event that nests too deep', () => {
    const deep = good.replace('"search"', `${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    expect(batchOf('application/json', `[${good},${deep}]`)).toMatchObject({
      indexes: [0],
      refused: [{ index: 1, refusal: { code: 'event.too_deep', pointer: '' } }],
    });
  });

  it.each<[string, string | Uint8Array, string, string]>([
    ['malformed', `[${good},{]`, 'ingest.malformed_json', `at byte ${good.length + 3} it has ] where`],
    ['cut off', good.slice(0, -1), 'ingest.malformed_json', `at byte ${good.length - 1} it ends`],
    ['empty', '', 'ingest.empty_batch', 'no event'],
    ['blank', ' \n', 'ingest.empty_batch', 'no event'],
    ['an empty list', '[]', 'ingest.empty_batch', 'no event'],
    ['too many', `[${Array(101).fill('1').join()}]`, 'ingest.too_many_events', 'more than 100 events'],
    ['not UTF-8', Uint8Array.from([0x5b, 0x22, 0xc3, 0x28, 0x22, 0x5d]), 'ingest.invalid_utf8', 'from byte 3 on'],
  ])('takes nothing of a body that is %s', (_, body, code, detail) => {
    expect(read('application/json', body)).toMatchObject({
      ok: false,
      failure: { code, detail: expect.stringContaining(detail) },
    });
  });
});

describe('application/x-ndjson', () => {
  it('breaks no line for another', () => {
    const lines = [good, '', '{"id":', json(nativeEvent({ id: 'three' })), '[]', ' \t', '{"id":1}\r'];
    const batch = batchOf('application/x-ndjson', lines.join('\n'));
    expect(batch).toMatchObject({ count: 5, indexes: [0, 2] });
    expect(batch.refused).toMatchObject([
      {
        index: 1,
        refusal: { code: 'event.malformed_json', detail: expect.stringContaining('at byte 6 the line ends') },
      },
      { index: 3, refusal: { code: 'event.not_an_object' } },
      { index: 4, refusal: { code: 'event.field_missing' } },
    ]);
    expect(text(batch.refused[2]?.raw)).toBe('{"id":1}');
  });

  it('refuses a line that is not UTF-8 and keeps its bytes', () => {
    const bad = Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    const batch = batchOf('application/x-ndjson', Uint8Array.from([...bytesOf(`${good}\n`), ...bad]));
    expect(batch).toMatchObject({ indexes: [0], refused: [{ index: 1, refusal: { code: 'event.invalid_utf8' } }] });
    expect(batch.refused[0]?.raw).toEqual(bad);
  });

  it('refuses a batch without a line, and one with too many', () => {
    expect(read('application/ndjson', '\n \r\n')).toMatchObject({ failure: { code: 'ingest.empty_batch' } });
    expect(read('application/ndjson', '1\n'.repeat(101))).toMatchObject({
      failure: { code: 'ingest.too_many_events' },
    });
  });
});

describe('CloudEvents', () => {
  const { source, id, occurredAt, ...rest } = nativeEvent();
  const envelope = (more: object = {}, data: object = rest) => ({
    specversion: '1.0',
    type: 'usage',
    id,
    source,
    time: occurredAt,
    data,
    ...more,
  });
  const one = (value: object) => batchOf('application/cloudevents+json', json(value));

  it('fill what data leaves out', () => {
    const [plain] = batchOf('application/json', good).events;
    expect(one(envelope({ subject: 'x', traceparent: 'y' })).events).toEqual([plain]);
    expect(one(envelope({}, nativeEvent())).events).toEqual([plain]);
    expect(one(envelope({ time: '2026-11-01T13:00:00.123+01:00' }, nativeEvent())).events).toEqual([plain]);
    expect(one(envelope({ time: undefined }, nativeEvent())).events).toEqual([plain]);
  });

  it('come in batches', () => {
    const batch = batchOf(
      'application/cloudevents-batch+json',
      json([envelope(), envelope({ id: 'b' }), envelope({ type: '' })]),
    );
    expect(batch).toMatchObject({
      events: [{ id }, { id: 'b' }],
      refused: [{ index: 2, refusal: { code: 'event.envelope_invalid', pointer: '/type' } }],
    });
    expect(read('application/cloudevents-batch+json', json(envelope()))).toMatchObject({
      failure: { code: 'ingest.not_an_array' },
    });
  });

  it.each<[string, object, string, string]>([
    ['another version', envelope({ specversion: '0.3' }), 'event.envelope_invalid', '/specversion'],
    ['no id', envelope({ id: '' }), 'event.envelope_invalid', '/id'],
    ['binary data', { ...envelope(), data_base64: 'e30=' }, 'event.envelope_invalid', '/data_base64'],
    ['no data', envelope({ data: undefined }), 'event.envelope_invalid', '/data'],
    ['an extension that is no scalar', envelope({ x: {} }), 'event.envelope_invalid', '/x'],
    ['another id within', envelope({}, { ...rest, id: 'other' }), 'event.envelope_contradicts', '/data/id'],
    ['another source within', envelope({}, { ...rest, source: 'other' }), 'event.envelope_contradicts', '/data/source'],
    [
      'another time within',
      envelope({}, { ...rest, occurredAt: '2026-11-01T12:00:01Z' }),
      'event.envelope_contradicts',
      '/data/occurredAt',
    ],
    ['a time that is none', envelope({ time: 'now' }), 'event.time_invalid', '/time'],
    ['no time anywhere', envelope({ time: undefined }), 'event.field_missing', '/time'],
    ['an id too long', envelope({ id: 'x'.repeat(257) }), 'event.text_too_long', '/id'],
    ['an unknown field within', envelope({}, { ...rest, cost: 1 }), 'event.unknown_field', '/data/cost'],
    [
      'a bad count within',
      envelope({}, { ...rest, tokens: { output: -1 } }),
      'event.tokens_negative',
      '/data/tokens/output',
    ],
  ])('are refused with %s', (_, value, code, pointer) => {
    expect(one(value).refused).toMatchObject([{ refusal: { code, pointer } }]);
  });

  it('are refused with a key twice, in the envelope and within', () => {
    const refusalOf = (body: string) => batchOf('application/cloudevents+json', body).refused[0]?.refusal;
    const body = json(envelope());
    expect(refusalOf(body.replace('"type":"usage"', '"type":"usage","type":"other"'))).toMatchObject({
      code: 'event.duplicate_key',
      pointer: '/type',
    });
    expect(refusalOf(body.replace('"team":"search"', '"team":"search","team":"ads"'))).toMatchObject({
      code: 'event.duplicate_key',
      pointer: '/data/team',
    });
  });
});
