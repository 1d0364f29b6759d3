import { receives } from './channel.js';

const reached = { topic: 'quota.threshold_reached', team: 'search' };

describe('a channel', () => {
  it.each([
    [['quota.*'], true],
    [['*'], true],
    [['quota.threshold_reached'], true],
    [['close.*', '*.threshold_*'], true],
    [['quota'], false],
    [['quota.forecast'], false],
    [['close.*'], false],
  ])('of the topics %j receives what they mean: %s', (topics, expected) => {
    expect(receives({ topics, teams: null }, reached)).toBe(expected);
  });

  it('of some teams receives what is theirs, and nothing that is no team’s', () => {
    const channel = { topics: ['*'], teams: ['search', 'ads'] };
    expect(receives(channel, reached)).toBe(true);
    expect(receives(channel, { ...reached, team: 'docs' })).toBe(false);
    expect(receives(channel, { ...reached, team: null })).toBe(false);
    expect(receives({ topics: ['*'], teams: null }, { ...reached, team: null })).toBe(true);
  });
});
