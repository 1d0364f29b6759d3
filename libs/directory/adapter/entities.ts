import { ApiKeyEntity } from './api-key.entity.js';
import { BillingAccountEntity } from './billing-account.entity.js';
import { TeamEntity } from './team.entity.js';
import { TeamVersionEntity } from './team-version.entity.js';

export const DIRECTORY_ENTITIES = [BillingAccountEntity, TeamEntity, TeamVersionEntity, ApiKeyEntity];
