import { spawnSync } from 'node:child_process';

/** Debian's package `prometheus` has it. */
export const promtool = process.env['PROMTOOL'] ?? 'promtool';
export const hasPromtool = spawnSync(promtool, ['--version'], { stdio: 'ignore' }).status === 0;
if (!hasPromtool)
  process.stderr.write(
    'Alerts and queries are not tried out: promtool is not in PATH; install Prometheus, or set PROMTOOL.\n',
  );
