/** Nest injection tokens of what the platform provides to all. */
export const CLOCK = Symbol('Clock');
export const ENVIRONMENT = Symbol('Environment');
