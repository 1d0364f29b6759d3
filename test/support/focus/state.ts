/**
 * What a rule comes to at one place: `silent` where it has nothing to say (its condition is not met, it merely allows), `open`
 * where only a reader can tell.
 */
export type State = 'holds' | 'breaks' | 'open' | 'silent';

const ALL_ORDER: readonly State[] = ['breaks', 'open', 'holds', 'silent'];
const ANY_ORDER: readonly State[] = ['holds', 'open', 'breaks', 'silent'];

export function allOf(states: readonly State[]): State {
  return ALL_ORDER.find((state) => states.includes(state)) ?? 'silent';
}

/** An alternative that has nothing to say is none. */
export function anyOf(states: readonly State[]): State {
  return ANY_ORDER.find((state) => states.includes(state)) ?? 'silent';
}
