import { SECRETS, VARIABLES } from './variables.js';

/**
 * The variables for a server that must have nothing in common with the one these settings are for: each of ours is set, to
 * what `own` says or to nothing, so that neither the environment nor a `.env` file fills it.
 */
export function ownVariables(
  variables: Readonly<Record<string, string | undefined>>,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const names = [...Object.keys(VARIABLES.shape), ...SECRETS.map((secret) => `${secret}_FILE`)];
  const kept = Object.entries(variables).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  return { ...Object.fromEntries(kept), ...Object.fromEntries(names.map((name) => [name, ''])), ...own };
}
