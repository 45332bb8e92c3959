import { readFileSync } from 'node:fs';

/** Clock ticks a second that Linux counts processor time in. */
const TICKS_PER_SECOND = 100;

export interface ProcessUse {
  /** Milliseconds of processor time since the process began, in user and kernel mode. */
  readonly cpuMs: number;
  /** Bytes of memory that are resident. */
  readonly rssBytes: number;
}

/** What a process used until now, from /proc (Linux). Source: proc_pid_stat(5), fields utime, stime and rss. */
export function useOf(pid: number): ProcessUse {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  // The name of the process, in brackets, may have spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system, pages] = [fields[11], fields[12], fields[21]].map(Number);
  return {
    cpuMs: (((user ?? 0) + (system ?? 0)) * 1_000) / TICKS_PER_SECOND,
    rssBytes: (pages ?? 0) * 4_096,
  };
}
