import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The connections of a server on which nothing was ever asked. Node's own `closeIdleConnections` leaves them alone; browsers, load
 * balancers and connection pools open them in advance, and each would keep the server from closing until its header time-out, a
 * minute later.
 */
export class IdleSockets {
  private readonly open = new Set<Socket>();

  constructor(server: Server) {
    server.on('connection', (socket) => {
      this.open.add(socket);
      socket.once('close', () => this.open.delete(socket));
    });
  }

  /** Hangs up on all of them; a client sees a connection that was closed before it sent anything. */
  hangUp(): void {
    for (const socket of this.open) if (socket.bytesRead === 0) socket.destroy();
  }
}
