// A process that holds the embedded database of a folder until it is told to leave (SIGTERM): for tests that kill it.
const { startEmbeddedPostgres } = require('../../dist/libs/platform/nest.js');

startEmbeddedPostgres(process.argv[2]).then(
  (server) => {
    process.once('SIGTERM', () => server.close().then(() => process.exit(0)));
    setInterval(() => undefined, 60_000);
    process.send({ url: server.url, adopted: server.adopted });
  },
  (error) => {
    process.send({ error: error.message }, () => process.exit(1));
  },
);
