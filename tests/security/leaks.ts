/** What stands only inside a process: hosts, stacks, paths, names of parts and of their errors. */
const INSIDE = [
  /\bat .+:\d+:\d+/,
  /node_modules|\.bundle\.js|\/(src|dist|app|home|work|tmp)\//,
  /127\.0\.0\.1|localhost|::1\b/,
  /mongo|kafka|fastify|\bjose\b/i,
  /ECONN|EPIPE|ENOENT|ETIMEDOUT|EAI_AGAIN|TypeError|RangeError|SyntaxError|stacktrace/,
  /x-rentalbook-identity|identity-secret/,
];

/** What a text shows of the inside of the system, with some of the text around it; undefined when it is nothing. */
export function leakIn(text: string): string | undefined {
  for (const pattern of INSIDE) {
    const found = pattern.exec(text);
    if (found) return text.slice(Math.max(0, found.index - 40), found.index + 120);
  }
  return undefined;
}
