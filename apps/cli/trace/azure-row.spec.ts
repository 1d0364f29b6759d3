import { parseAzureRow } from './azure-row.js';

describe('parseAzureRow', () => {
  it('reads a request of the published traces with all seven digits of its time', () => {
    expect(parseAzureRow('2023-11-16 18:17:03.9799600,4808,10')).toEqual({
      occurredAt: '2023-11-16T18:17:03.9799600Z',
      inputTokens: 4808,
      outputTokens: 10,
    });
  });

  it('reads times without a fraction, with a T, and with the offset that they have', () => {
    for (const time of ['2023-11-16 18:17:03', '2023-11-16T18:17:03Z', '2023-11-16 18:17:03+00:00']) {
      expect(parseAzureRow(`${time},1,0`)).toEqual({
        occurredAt: '2023-11-16T18:17:03Z',
        inputTokens: 1,
        outputTokens: 0,
      });
    }
  });

  it.each([
    ['', /one field/],
    ['2023-11-16 18:17:03,1', /2 fields/],
    ['2023-11-16 18:17:03,1,2,3', /4 fields/],
    ['yesterday,1,2', /TIMESTAMP "yesterday" is not a time/],
    ['2023-02-30 18:17:03,1,2', /date that does not exist/],
    ['2023-11-16 24:00:00,1,2', /hour 24/],
    ['2023-11-16 18:17:60,1,2', /leap second/],
    ['2023-11-16 18:17:03+02:00,1,2', /is not a time/],
    ['2023-11-16 18:17:03,-1,2', /ContextTokens "-1"/],
    ['2023-11-16 18:17:03,1.5,2', /ContextTokens "1.5"/],
    ['2023-11-16 18:17:03,1,NaN', /GeneratedTokens "NaN"/],
    ['2023-11-16 18:17:03,1,1e3', /GeneratedTokens "1e3"/],
    ['2023-11-16 18:17:03,1,99999999999999999', /GeneratedTokens/],
    [`${'x'.repeat(1000)},1,2`, /^TIMESTAMP "x{40}…" is not/],
  ])('says what is wrong with %s', (line, fault) => {
    expect(parseAzureRow(line)).toEqual({ fault: expect.stringMatching(fault) });
  });
});
