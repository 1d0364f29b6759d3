import { notificationFault } from './notification.js';
import { notificationWith } from './testing.js';

describe('a notification', () => {
  it('is stored as it is when nothing is wrong with it', () => {
    expect(notificationFault(notificationWith())).toBeUndefined();
    expect(notificationFault(notificationWith({ team: null, text: '', payload: {} }))).toBeUndefined();
    expect(notificationFault(notificationWith({ text: 'two\nlines', title: 'x'.repeat(300) }))).toBeUndefined();
  });

  it.each([
    [{ topic: 'quota' }, 'is no topic'],
    [{ topic: 'Quota.reached' }, 'is no topic'],
    [{ topic: `quota.${'x'.repeat(100)}` }, 'is no topic'],
    [{ deduplicationKey: '' }, 'the key'],
    [{ deduplicationKey: 'k'.repeat(501) }, 'the key'],
    [{ team: '' }, 'the team'],
    [{ title: 'two\nlines' }, 'the title'],
    [{ title: 'half \ud800' }, 'the title'],
    [{ text: 'nul \0' }, 'the text'],
    [{ text: 'x'.repeat(8_001) }, 'the text'],
    [{ payload: { nul: '\0' } }, 'the payload'],
    [{ payload: { half: '\udc00' } }, 'the payload'],
    [{ payload: { long: 'x'.repeat(16_384) } }, 'the payload'],
  ])('says what keeps %j from being stored', (more, fault) => {
    expect(notificationFault(notificationWith(more))).toContain(fault);
  });
});
