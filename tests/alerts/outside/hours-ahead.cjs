// Loaded before a service: its monotonic clock is ahead by as many milliseconds as the file says, which only grow. Its date is not.
const { readFileSync } = require('node:fs');
const REREAD_AFTER_MS = 100;
const now = performance.now.bind(performance);
let ahead = 0;
let readAt = -Infinity;
performance.now = () => {
  const real = now();
  if (real - readAt > REREAD_AFTER_MS) {
    readAt = real;
    ahead = Math.max(ahead, Number(readFileSync(process.env.AHEAD_FILE, 'utf8')));
  }
  return real + ahead;
};
