/** The sizes of input at which some price of the book changes, ascending: the size class of a request is the largest it reached. */
export interface ContextBreakpointReader {
  load(accountId: number): Promise<readonly bigint[]>;
}

export const CONTEXT_BREAKPOINT_READER = Symbol('ContextBreakpointReader');
