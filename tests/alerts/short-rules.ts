import { ruleGroups } from '@rentalbook/observability/rules';

const MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d+)([smhd])$/;
const WINDOW = /\[(\d+[smhd])\]/g;
/** Rates per second are made numbers of a window by its seconds. */
const WINDOW_SECONDS = / \* (3600|21600|86400|259200) > /g;

/** A duration of Prometheus, divided. */
export function shortened(duration: string, factor: number): string {
  const [, count, unit] = DURATION.exec(duration) ?? [];
  if (count === undefined) throw new Error(`"${duration}" is no duration like 5m.`);
  return `${String(Math.round((Number(count) * MS[unit as keyof typeof MS]) / factor))}ms`;
}

/** An expression whose windows are divided; thresholds stay, and so do the names of recorded ratios. */
export const shortenedExpression = (expr: string, factor: number): string =>
  expr
    .replaceAll(WINDOW, (_, duration: string) => `[${shortened(duration, factor)}]`)
    .replaceAll(WINDOW_SECONDS, (_, seconds: string) => ` * ${String(Number(seconds) / factor)} > `);

interface Rule {
  readonly expr: string;
  readonly alert?: string;
  readonly for?: string;
}

/** Alerts that look back over days burn slowly: their times are divided by so much more. */
export const SLOW_TIMES = 24;
export const isSlow = (alert: string): boolean => alert.endsWith('BurnsSlowly');

/** The rules for each Prometheus. One alone has them in their true times; divided by one number, the slow ones would still take hours. */
export const rulesIn = (factor: number): readonly object[] =>
  factor === 1
    ? [shortRules(1, () => true)]
    : [shortRules(factor, (alert) => !isSlow(alert)), shortRules(factor * SLOW_TIMES, isSlow)];

/** The generated rules with every time divided by `factor`; 1 leaves them as they are. Alerts that are not `wanted` are left out. */
export const shortRules = (factor: number, wanted: (alert: string) => boolean) => ({
  groups: ruleGroups.map(({ name, rules }) => ({
    name,
    rules: (rules as readonly Rule[])
      .filter(({ alert }) => alert === undefined || wanted(alert))
      .map((rule) => ({
        ...rule,
        expr: shortenedExpression(rule.expr, factor),
        ...(rule.for !== undefined && { for: shortened(rule.for, factor) }),
      })),
  })),
});
