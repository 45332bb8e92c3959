import type { Alert } from './alert';
import { allAlerts } from './all-alerts';

const SEVERITIES = { page: 'Wakes a person', ticket: 'Can wait for the next working day' } as const;

/** The chapter of docs/runbook.md about alerts: a section for each, which its notification links to. */
export const renderAlertsChapter = (): string => `## Alerts

What each alert of [the rules](../k8s/components/observability/rentalbook.rules.yml) means, where to look first, and what helps. Names in capitals stand
for what the alert names. [metrics.md](metrics.md) says what the metrics are.

${allAlerts.map(section).join('\n')}`;

const section = ({ name, severity, meaning, look, remedy }: Alert): string => `### ${name}

${SEVERITIES[severity]}. ${meaning}

First look:

${look.map((line) => `- ${line}`).join('\n')}

Remedy:

${remedy.map((line) => `    ${line}`).join('\n')}
`;
