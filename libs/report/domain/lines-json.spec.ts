import { parsePicos } from '#money';
import { correctedDraft, mixedDraft } from './focus/testing.js';
import { chargebackJsonOf } from './lines-json.js';
import { readFile, sourceOf } from './testing.js';

interface Document {
  readonly team: string | null;
  readonly lines: readonly Readonly<Record<string, string | null>>[];
}

async function read(draft = mixedDraft(), team: string | null = null) {
  const { text, manifest } = await readFile(chargebackJsonOf(sourceOf(draft, team)));
  const document: Document = JSON.parse(text);
  return { document, manifest };
}

describe('the chargeback as JSON', () => {
  it('has the lines of the statement with exact amounts', async () => {
    const draft = correctedDraft();
    const { document, manifest } = await read(draft);
    const sum = (name: string) =>
      document.lines.reduce((total, of) => total + (parsePicos(of[name] ?? '0') ?? -1n), 0n);
    expect(sum('effectiveCost')).toBe(draft.summary.total.effective);
    expect(sum('billedAmount')).toBe(draft.summary.total.billed * 10n ** 10n);
    expect(document.lines).toHaveLength(draft.teams.flatMap(({ lines }) => lines).length);
    expect(manifest).toMatchObject({ rows: document.lines.length, total: { billed: draft.summary.total.billed } });
    expect(document).toMatchObject({
      ...{
        state: 'draft',
        close: null,
        account: 'default',
        currency: 'USD',
        billingPeriod: '2023-11',
        timeZone: 'UTC',
      },
      ...{ start: '2023-11-01T00:00:00Z', end: '2023-12-01T00:00:00Z' },
    });
    expect(new Set(document.lines.flatMap((line) => Object.values(line).map((value) => typeof value)))).toEqual(
      new Set(['string', 'object']),
    );
  });

  it('has names as they are', async () => {
    const { document } = await read();
    expect(document.lines.some(({ team }) => team === '=b')).toBe(true);
    expect(Object.keys(document.lines[0] ?? {}).join()).toBe(
      'team,costCenter,project,model,provider,pool,chargeKind,tokenClass,requests,quantity,unit,listCost,effectiveCost,' +
        'billedAmount,priceVersion,policyVersion,chargeClass,correctsPeriod,correctionCause,lineId,modality,priceRules',
    );
  });

  it('is an empty list for a month without lines', async () => {
    const { document, manifest } = await read({ ...mixedDraft(), teams: [] });
    expect(document.lines).toEqual([]);
    expect(manifest.rows).toBe(0);
  });
});
