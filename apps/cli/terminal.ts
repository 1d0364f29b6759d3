/** Where the program speaks: data on one stream, everything else on the other. */
export interface Terminal {
  /** Writes data; the text brings its own line ends. */
  out(text: string): void;
  /** Writes a line for people. */
  note(line: string): void;
  /** The stream for a progress bar; undefined when nobody watches. */
  readonly watched: NodeJS.WriteStream | undefined;
}

export const processTerminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  note: (line) => void process.stderr.write(`${line}\n`),
  watched: process.stderr.isTTY ? process.stderr : undefined,
};

/** Data for machines, indented for people who look at it. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.out(`${JSON.stringify(value, null, 2)}\n`);
}
