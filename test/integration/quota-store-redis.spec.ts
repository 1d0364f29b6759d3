import { describeQuotaStore } from '../support/quota/conformance.js';
import { openRedisStores } from '../support/quota/redis-stores.js';
import { startTestRedis } from '../support/redis.js';

describeQuotaStore('the quota store in Redis', async ({ url }) => {
  const redis = await startTestRedis({ appendonly: 'no' });
  const stores = await openRedisStores(url, redis.url);
  return {
    open: () => stores.open(),
    async close() {
      await stores.close();
      await redis.stop();
    },
  };
});
