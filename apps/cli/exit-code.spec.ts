import { CliError, EXIT, exitCodeOfStatus, usageError } from './exit-code.js';

describe('exit codes', () => {
  it.each([
    [400, EXIT.failed],
    [401, EXIT.auth],
    [403, EXIT.auth],
    [404, EXIT.failed],
    [409, EXIT.conflict],
    [412, EXIT.conflict],
    [422, EXIT.failed],
    [428, EXIT.conflict],
    [429, EXIT.failed],
    [500, EXIT.failed],
  ])('a status of %i is %i', (status, exitCode) => expect(exitCodeOfStatus(status)).toBe(exitCode));

  it('are part of the failures', () => {
    expect(new CliError('no').exitCode).toBe(1);
    expect(usageError('no').exitCode).toBe(2);
  });
});
