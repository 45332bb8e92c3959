import { escapeUnprintable } from '@rentalbook/event-contracts/printable-text';

/** One line style for all processes: time, service, level, message and fields. */
export interface LogLines {
  /** Shows a line that a process printed: JSON is made readable, anything else is shown as it is. */
  show(service: string, line: string): void;
  print(service: string, level: string, message: string): void;
}

const SERVICE_WIDTH = 14;
const colours: Readonly<Record<string, number>> = { fatal: 31, error: 31, warn: 33, info: 32, debug: 90, trace: 90 };
/** Fields of every log line that the printed line shows already, or that are the same in all of them. */
const SHOWN_ELSEWHERE = new Set(['level', 'time', 'service', 'version', 'msg', 'pid', 'hostname']);

export function createLogLines(out: NodeJS.WritableStream & { isTTY?: boolean }): LogLines {
  const paint = (level: string, text: string): string =>
    out.isTTY === true ? `\u001b[${String(colours[level] ?? 0)}m${text}\u001b[0m` : text;
  const write = (at: Date, service: string, level: string, text: string): void => {
    const clock = at.toISOString().slice(11, 23);
    const printed = escapeUnprintable(text);
    out.write(`${clock} ${service.padEnd(SERVICE_WIDTH)} ${paint(level, level.padEnd(5))} ${printed}\n`);
  };
  return {
    print(service, level, message) {
      write(new Date(), service, level, message);
    },
    show(service, line) {
      const entry = parse(line);
      if (!entry) {
        write(new Date(), service, 'info', line);
        return;
      }
      const fields = Object.entries(entry).filter(([name]) => !SHOWN_ELSEWHERE.has(name));
      const message = [
        typeof entry['msg'] === 'string' ? entry['msg'] : '',
        ...fields.map(([name, value]) => `${name}=${brief(value)}`),
      ];
      write(new Date(String(entry['time'])), service, String(entry['level']), message.join(' '));
    },
  };
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry = JSON.parse(line) as Record<string, unknown>;
    return Number.isNaN(Date.parse(String(entry['time']))) ? undefined : entry;
  } catch {
    return undefined;
  }
}

/** An error by its message, for its stack is in the service's own JSON at debug; the rest as short as it can be read. */
function brief(value: unknown): string {
  if (typeof value === 'string') return /\s/.test(value) ? JSON.stringify(value) : value;
  if (typeof value === 'object' && value !== null && 'message' in value) return JSON.stringify(value.message);
  return JSON.stringify(value);
}
