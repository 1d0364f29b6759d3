import type { DeliveryWire, Page } from '#contract';
import { ask, query } from '../support/billing.js';
import { eventually } from '../support/eventually.js';
import { type House, openHouse } from '../support/house.js';
import { NOTIFY_ENV } from '../support/notifications.js';
import { type Receiver, startReceiver } from '../support/receiver.js';

describe('kill -9 of the worker in the middle of a delivery', () => {
  let house: House;
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
    house = await openHouse('Postgres', NOTIFY_ENV);
  });
  afterEach(async () => {
    await receiver.close();
    await house.close();
  });

  it('leaves nothing lost: another one delivers it, under the same id', async () => {
    const { api, worker, database } = house;
    const channel = { name: 'ops', kind: 'webhook', url: `${receiver.url}/`, topics: ['quota.*'] };
    await ask(api, 'POST', '/v1/notification-channels', channel);
    receiver.answer = () => undefined;
    await query(
      database.url,
      `insert into notification (account_id, notification_id, deduplication_key, topic, title, text, payload, occurred_at, appended_at)
       values (1, gen_random_uuid(), 'k', 'quota.threshold_reached', 'It was reached', '', '{"b":1,"a":2}', now(), now())`,
    );
    await eventually(() => expect(receiver.received).toHaveLength(1));
    await worker.kill();
    receiver.answer = undefined;
    // As if nobody had heard of the dead one for longer than it may be silent.
    await query(database.url, `update notification_delivery set leased_until = now() - interval '1 second'`);
    await worker.start();
    await eventually(async () => {
      const { data } = await ask<Page<DeliveryWire>>(api, 'GET', '/v1/notification-deliveries');
      expect(data.map(({ state, attempts }) => [state, ...attempts.map(({ outcome }) => outcome)])).toEqual([
        ['delivered', 'interrupted', 'delivered'],
      ]);
    });
    const [before, after] = receiver.received;
    expect(receiver.received).toHaveLength(2);
    expect(after?.headers['webhook-id']).toBe(before?.headers['webhook-id']);
    expect(after?.body).toBe(before?.body);
  }, 300_000);
});
