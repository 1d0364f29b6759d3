import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { FORBIDDEN, PERMITTED, type Plant } from './plants.js';

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string; readonly severity: string };
}

interface Summary {
  readonly violations: readonly Violation[];
  readonly ruleSetUsed: { readonly forbidden: ReadonlyArray<{ readonly name: string }> };
}

const ROOT = resolve(__dirname, '../..');
const RULES = '.dependency-cruiser.cjs';
const FOLDERS = ['apps', 'libs', 'migrations'];

/** Cruises a copy of the product in which the plants stand beside the real files. */
function cruise(plants: readonly Plant[]): Summary {
  const copy = mkdtempSync(join(tmpdir(), 'apportion-boundaries-'));
  try {
    for (const name of [...FOLDERS, RULES, 'package.json', 'tsconfig.json']) {
      cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'dir');
    for (const { file, text } of plants) {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      writeFileSync(join(copy, file), text);
    }
    const cruiser = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [cruiser, '--config', RULES, '--output-type', 'json', ...FOLDERS],
      { cwd: copy, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
    );
    if (stdout === '') throw new Error(stderr);
    return (JSON.parse(stdout) as { summary: Summary }).summary;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

describe('the boundaries of the house', () => {
  let violations: readonly Violation[];
  let ruleNames: readonly string[];
  const planted = new Set([...FORBIDDEN, ...PERMITTED].map(({ file }) => file));
  beforeAll(() => {
    const summary = cruise([...FORBIDDEN, ...PERMITTED]);
    violations = summary.violations;
    ruleNames = summary.ruleSetUsed.forbidden.map(({ name }) => name);
  });

  it.each(FORBIDDEN.map((plant) => [plant.rule, plant.file, plant]))('%s is enforced on %s', (rule, file) => {
    const caught = violations.filter((violation) => violation.from === file).map((violation) => violation.rule);
    expect(caught).toContainEqual({ name: rule, severity: 'error' });
  });

  it('lets pass what is meant to be possible', () => {
    const files = new Set(PERMITTED.map(({ file }) => file));
    expect(violations.filter(({ from }) => files.has(from))).toEqual([]);
  });

  it('has a plant for every rule', () => {
    const tried = new Set(FORBIDDEN.map(({ rule }) => rule));
    expect(ruleNames.length).toBeGreaterThan(20);
    expect(ruleNames.filter((name) => !tried.has(name))).toEqual([]);
  });

  it('holds in the product', () => {
    const found = violations.filter(({ from }) => !planted.has(from));
    expect(found.map(({ from, rule, to }) => `${from}: ${rule.name}: ${to}`)).toEqual([]);
  });
});
