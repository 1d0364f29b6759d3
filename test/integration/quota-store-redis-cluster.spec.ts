import { describeQuotaStore } from '../support/quota/conformance.js';
import { openRedisStores } from '../support/quota/redis-stores.js';
import { startTestCluster } from '../support/redis-cluster.js';

describeQuotaStore('the quota store in a cluster of Redis', async ({ url }) => {
  const redis = await startTestCluster();
  const stores = await openRedisStores(url, redis.url);
  return {
    open: () => stores.open(),
    async close() {
      await stores.close();
      await redis.stop();
    },
  };
});
