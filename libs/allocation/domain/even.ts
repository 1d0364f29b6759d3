import type { TeamBasis } from './team-basis.js';

/**
 * `even`: each of the n teams that used the pool in the charge period pays 1/n of its cost, one request or a million. A
 * failed request is use. Right where access is what costs, such as of a model that must be loaded to be there at all.
 */
export const even: TeamBasis = (users) => users.map((team) => ({ key: team, weight: 1n }));
