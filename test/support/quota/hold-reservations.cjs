// A process that reserves without end and ends nothing: for tests that kill it in the middle of a decision.
const { DataSource } = require('typeorm');
const { Redis } = require('ioredis');
const { RedisQuotaStore } = require('../../../dist/libs/quota/adapter/redis/redis-quota-store.js');

const revive = ({ claims, ...order }) => ({
  ...order,
  claims: claims.map(({ amount, ceiling, ...claim }) => ({
    ...claim,
    amount: BigInt(amount),
    ceiling: BigInt(ceiling),
  })),
});

process.once('message', async (asked) => {
  const { databaseUrl, redisUrl, orders } = JSON.parse(asked);
  const dataSource = await new DataSource({ type: 'postgres', url: databaseUrl, poolSize: 4 }).initialize();
  const store = new RedisQuotaStore(dataSource, new Redis(redisUrl));
  const waiting = orders.map(revive);
  const lane = async () => {
    for (let order = waiting.pop(); order; order = waiting.pop()) {
      const [{ outcome }] = await store.reserve([order]);
      process.send(outcome);
    }
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
});
