import { z } from 'zod';
import { SCOPES } from '#directory/domain';
import { instant, instantOut } from './instant.js';
import { nameText, pageOf, pageQuery } from './page.js';

const NAME_MAX = 255;

export const teamName = nameText(NAME_MAX);

const teamFields = {
  displayName: nameText(NAME_MAX).nullable().optional().describe('How the team is shown; null for its name'),
  costCenter: nameText(NAME_MAX).nullable().optional().describe('Null: none from `validFrom` on; left out: as it is'),
  validFrom: instant
    .optional()
    .describe(
      'From when on the cost centre holds; left out: from the beginning for the first, from now for later ones',
    ),
};

export const createTeamBody = z.strictObject({ team: teamName, ...teamFields });
export type CreateTeamBody = z.output<typeof createTeamBody>;

export const setTeamBody = z.strictObject(teamFields);
export type SetTeamBody = z.output<typeof setTeamBody>;

export const teamPath = z.object({ team: teamName });
export type TeamPath = z.output<typeof teamPath>;

export const namedPageQuery = z.strictObject(pageQuery(1));
export type NamedPageQuery = z.output<typeof namedPageQuery>;

export const teamWire = z.object({
  team: z.string(),
  displayName: z.string().nullable(),
  costCenter: z.string().nullable().describe('As of now'),
  registeredBy: z.enum(['admin', 'event']),
  createdAt: instantOut,
  versions: z.array(
    z.object({
      version: z.int(),
      validFrom: instantOut,
      costCenter: z.string().nullable(),
      recordedAt: instantOut,
      recordedBy: z.string().nullable(),
    }),
  ),
});
export type TeamWire = z.output<typeof teamWire>;
export const teamPage = pageOf(teamWire);

export const costCenterPath = z.object({ costCenter: nameText(NAME_MAX) });
export type CostCenterPath = z.output<typeof costCenterPath>;

export const setCostCenterBody = z.strictObject({
  businessUnit: nameText(NAME_MAX).nullable().describe('Null: none from `validFrom` on'),
  validFrom: instant
    .optional()
    .describe('From when on; left out: from the beginning for the first, from now for later ones'),
});
export type SetCostCenterBody = z.output<typeof setCostCenterBody>;

export const costCenterWire = z.object({
  costCenter: z.string(),
  businessUnit: z.string().nullable().describe('As of now'),
  versions: z.array(
    z.object({
      version: z.int(),
      validFrom: instantOut,
      businessUnit: z.string().nullable(),
      recordedAt: instantOut,
      recordedBy: z.string().nullable(),
    }),
  ),
});
export type CostCenterWire = z.output<typeof costCenterWire>;
export const costCenterPage = pageOf(costCenterWire);

export const createKeyBody = z.strictObject({
  name: nameText(NAME_MAX).describe('What the key is for'),
  scopes: z.array(z.enum(SCOPES)).min(1, 'must name at least one scope').max(SCOPES.length),
});
export type CreateKeyBody = z.output<typeof createKeyBody>;

export const keyPath = z.object({ apiKeyId: z.string().regex(/^[0-9a-f]{12}$/, 'is not the id of a key') });
export type KeyPath = z.output<typeof keyPath>;

export const keyWire = z.object({
  apiKeyId: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  createdAt: instantOut,
  createdBy: z.string().nullable().describe('The id of the key that made it; null for the first one'),
  revokedAt: instantOut.nullable(),
});
export type KeyWire = z.output<typeof keyWire>;
export const keyPage = pageOf(keyWire);

export const createdKeyWire = keyWire.extend({ key: z.string().describe('The whole key. No other answer shows it') });
export type CreatedKeyWire = z.output<typeof createdKeyWire>;
