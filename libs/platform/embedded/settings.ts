import { totalmem } from 'node:os';

const MIB = 1024 * 1024;

/** Server settings of the embedded database: durable above all, and sized for a machine it shares with the product. */
export function serverSettings(port: number): Record<string, string> {
  const memoryMib = Math.floor(totalmem() / MIB);
  return {
    port: String(port),
    listen_addresses: '127.0.0.1',
    // No socket: its folder may not be writable for the database's user, and two copies must not meet there.
    unix_socket_directories: '',
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    max_connections: '100',
    shared_buffers: `${clamp(memoryMib / 16, 64, 512)}MB`,
    effective_cache_size: `${clamp(memoryMib / 4, 128, 8_192)}MB`,
    work_mem: '16MB',
    maintenance_work_mem: '64MB',
    wal_compression: 'on',
    min_wal_size: '128MB',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    random_page_cost: '1.1',
    // Compiling a plan takes longer than most of ours run.
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // A week of logs, each day's file overwritten a week later.
    logging_collector: 'on',
    log_directory: 'log',
    log_filename: 'postgres-%a.log',
    log_truncate_on_rotation: 'on',
    log_rotation_age: '1d',
    log_rotation_size: '0',
  };
}

/** As one argument of `pg_ctl --options`, which a shell takes apart. */
export function asServerOptions(settings: Record<string, string>): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

function clamp(value: number, min: number, max: number): number {
  return Math.floor(Math.min(Math.max(value, min), max));
}
