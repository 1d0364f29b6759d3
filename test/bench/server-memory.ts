import { readFileSync } from 'node:fs';

/** The most memory a process has held since it started, in MiB; undefined where the system does not tell (no Linux). */
export function peakRssMib(pid: number): number | undefined {
  try {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match ? Math.round(Number(match[1]) / 1024) : undefined;
  } catch {
    return undefined;
  }
}
