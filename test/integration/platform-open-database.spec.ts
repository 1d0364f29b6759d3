import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { openDatabase } from '#platform/nest';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

/** As Postgres says it, message by message: severity, SQLSTATE, text. */
function refusal(sqlState: string, text: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0M${text}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

describe('a database that takes no connections yet', () => {
  let database: TestDatabase;
  let server: Server;
  let refusals: Buffer[] = [];
  let url = '';
  beforeAll(async () => {
    database = await createTestDatabase({ migrated: false });
    const behind = new URL(database.url);
    // Stands before the server and refuses as one does that recovers.
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      const no = refusals.shift();
      if (no) {
        socket.once('data', () => socket.end(no));
        return;
      }
      const through = connect(Number(behind.port), behind.hostname);
      through.on('error', () => socket.destroy());
      socket.pipe(through).pipe(socket);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    url = Object.assign(new URL(database.url), { host: `127.0.0.1:${port}` }).href;
  });
  afterAll(async () => {
    server.close();
    await database.drop();
  });

  const open = async (): Promise<string[]> => {
    const said: string[] = [];
    await openDatabase({ databaseUrl: url, dataDir: '/nowhere' }, (why) => said.push(why));
    return said;
  };

  it('is waited for, and the reason said once', async () => {
    refusals = [
      refusal('57P03', 'the database system is in recovery mode'),
      refusal('57P03', 'the database system is not yet accepting connections'),
    ];
    expect(await open()).toEqual(['the database system is in recovery mode']);
    expect(refusals).toEqual([]);
  });

  it('is not waited for when it is open', async () => expect(await open()).toEqual([]));

  it('is told from one that will never take ours', async () => {
    refusals = [refusal('28P01', 'password authentication failed for user "apportion"')];
    await expect(open()).rejects.toThrow('password authentication failed');
  });
});
