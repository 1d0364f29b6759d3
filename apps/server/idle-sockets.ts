import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The connections of a server on which no request is under way. Node's own `closeIdleConnections` leaves alone those that
 * never had one, which browsers, load balancers and connection pools open in advance: each would keep the server from
 * closing until its header time-out, a minute later.
 */
export class IdleSockets {
  /** Each open connection, with the number of its requests that have no whole answer yet. */
  private readonly open = new Map<Socket, number>();

  constructor(server: Server) {
    server.on('connection', (socket) => {
      this.open.set(socket, 0);
      socket.once('close', () => this.open.delete(socket));
    });
    server.on('request', ({ socket }, response) => {
      this.change(socket, 1);
      response.once('close', () => this.change(socket, -1));
    });
  }

  /** Hangs up on all of them; a client sees a connection that was closed before it sent anything. */
  hangUp(): void {
    for (const [socket, requests] of this.open) if (requests === 0) socket.destroy();
  }

  private change(socket: Socket, by: 1 | -1): void {
    const requests = this.open.get(socket);
    if (requests !== undefined) this.open.set(socket, requests + by);
  }
}
