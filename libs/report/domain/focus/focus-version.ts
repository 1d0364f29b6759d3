/** The version of the FOCUS specification whose columns a file has. */
export type FocusVersion = '1.2' | '1.3';
