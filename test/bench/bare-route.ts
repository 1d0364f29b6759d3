import Fastify from 'fastify';

// The least an HTTP server in this stack can do with a body: parse the JSON and answer. It is what the ingest route is
// measured beside. It prints its address and serves until it is killed.
const server = Fastify({ bodyLimit: 16 * 1024 * 1024 });
server.post('/events', (_, reply) => reply.code(202).send({ accepted: true }));
server.listen({ port: 0, host: '127.0.0.1' }).then(
  (url) => process.send?.(url),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
