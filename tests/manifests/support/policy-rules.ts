import type { Container, Manifest, Workload } from './manifest';

/** One thing that holds for every workload, and the smallest change that breaks it. */
export interface PolicyRule {
  readonly sentence: string;
  /** Whether it holds for a pod that ends, too, which has no probes. */
  readonly ofJobs?: true;
  readonly holds: (workload: Workload, all: readonly Manifest[]) => boolean;
  /** Where in the workload the control breaks the rule, and with what; undefined takes the field away. */
  readonly control: { readonly path: string; readonly value: unknown };
}

const pod = '/spec/template/spec';
const first = `${pod}/containers/0`;
const podOf = (workload: Workload) => workload.spec.template.spec;
const everyContainer = (workload: Workload, holds: (container: Container) => boolean): boolean =>
  podOf(workload).containers.length > 0 && podOf(workload).containers.every(holds);

export const policyRules: readonly PolicyRule[] = [
  {
    sentence: 'runs as an unprivileged user',
    ofJobs: true,
    holds: (workload) =>
      podOf(workload).securityContext?.runAsNonRoot === true && (podOf(workload).securityContext?.runAsUser ?? 0) > 0,
    control: { path: `${pod}/securityContext/runAsUser`, value: 0 },
  },
  {
    sentence: 'keeps to the system calls of the default profile',
    ofJobs: true,
    holds: (workload) => podOf(workload).securityContext?.seccompProfile?.type === 'RuntimeDefault',
    control: { path: `${pod}/securityContext/seccompProfile`, value: { type: 'Unconfined' } },
  },
  {
    sentence: 'cannot gain rights that it did not start with',
    ofJobs: true,
    holds: (workload) =>
      everyContainer(
        workload,
        ({ securityContext }) =>
          securityContext?.allowPrivilegeEscalation === false && securityContext.privileged !== true,
      ),
    control: { path: `${first}/securityContext/privileged`, value: true },
  },
  {
    sentence: 'drops every capability and adds none',
    ofJobs: true,
    holds: (workload) =>
      everyContainer(
        workload,
        ({ securityContext }) =>
          securityContext?.capabilities?.drop?.includes('ALL') === true &&
          securityContext.capabilities.add === undefined,
      ),
    control: { path: `${first}/securityContext/capabilities`, value: { drop: ['ALL'], add: ['NET_RAW'] } },
  },
  {
    sentence: 'cannot write into its image, but for Kafka, which writes its configuration there',
    ofJobs: true,
    holds: (workload) =>
      everyContainer(
        workload,
        ({ name, securityContext }) => securityContext?.readOnlyRootFilesystem === (name !== 'kafka'),
      ),
    control: { path: `${first}/securityContext/readOnlyRootFilesystem`, value: undefined },
  },
  {
    sentence: 'holds no token for the API server',
    ofJobs: true,
    holds: (workload) => podOf(workload).automountServiceAccountToken === false,
    control: { path: `${pod}/automountServiceAccountToken`, value: true },
  },
  {
    sentence: 'sees neither files nor network of its node',
    ofJobs: true,
    holds: (workload) =>
      podOf(workload).hostNetwork !== true && (podOf(workload).volumes ?? []).every((volume) => !volume.hostPath),
    control: { path: `${pod}/hostNetwork`, value: true },
  },
  {
    sentence: 'says how much processor and memory it asks for',
    ofJobs: true,
    holds: (workload) =>
      everyContainer(
        workload,
        ({ resources }) => resources?.requests?.cpu !== undefined && resources.requests.memory !== undefined,
      ),
    control: { path: `${first}/resources/requests/memory`, value: undefined },
  },
  {
    sentence: 'says how much processor and memory it takes at most',
    ofJobs: true,
    holds: (workload) =>
      everyContainer(
        workload,
        ({ resources }) => resources?.limits?.cpu !== undefined && resources.limits.memory !== undefined,
      ),
    control: { path: `${first}/resources/limits/cpu`, value: undefined },
  },
  {
    sentence: 'may take its time to start',
    holds: (workload) => everyContainer(workload, ({ startupProbe }) => startupProbe !== undefined),
    control: { path: `${first}/startupProbe`, value: undefined },
  },
  {
    sentence: 'gets no request before it can answer, and is asked for that apart from whether it lives',
    holds: (workload) =>
      everyContainer(
        workload,
        ({ readinessProbe, livenessProbe }) =>
          readinessProbe !== undefined &&
          (readinessProbe.httpGet === undefined || readinessProbe.httpGet.path !== livenessProbe?.httpGet?.path),
      ),
    control: { path: `${first}/readinessProbe`, value: undefined },
  },
  {
    sentence: 'is restarted when it hangs, as seen on a port that it listens on',
    holds: (workload) =>
      everyContainer(workload, ({ livenessProbe, ports = [] }) => {
        const port = livenessProbe?.httpGet?.port ?? livenessProbe?.tcpSocket?.port;
        return ports.some(({ name, containerPort }) => port === name || port === containerPort);
      }),
    control: { path: `${first}/livenessProbe`, value: { httpGet: { path: '/healthz', port: 8090 } } },
  },
  {
    sentence: 'has time to end what it began',
    holds: (workload) => {
      const grace = podOf(workload).terminationGracePeriodSeconds ?? 0;
      const stopDeadline = 8;
      return everyContainer(
        workload,
        ({ lifecycle }) => grace >= (lifecycle?.preStop?.sleep?.seconds ?? 0) + stopDeadline,
      );
    },
    control: { path: `${pod}/terminationGracePeriodSeconds`, value: 2 },
  },
  {
    sentence: 'is pulled under a name that says which version it is',
    ofJobs: true,
    holds: (workload) =>
      everyContainer(
        workload,
        ({ image, imagePullPolicy }) =>
          imagePullPolicy === 'IfNotPresent' &&
          (/@sha256:[0-9a-f]{64}$/.test(image) || /:(?!latest$)[^/:]+$/.test(image)),
      ),
    control: { path: `${first}/image`, value: 'rentalbook/book:latest' },
  },
  {
    sentence: 'is selected by the labels that its own pods carry',
    holds: ({ spec }) => {
      const selected = Object.entries(spec.selector?.matchLabels ?? {});
      return selected.length > 0 && selected.every(([label, value]) => spec.template.metadata.labels[label] === value);
    },
    control: { path: '/spec/selector/matchLabels', value: { app: 'another-app' } },
  },
];

/** The workload with one field put in place of another; the original stays as it is. */
export function broken(workload: Workload, { path, value }: PolicyRule['control']): Workload {
  const copy = structuredClone(workload);
  const keys = path.split('/').slice(1);
  const last = keys.pop() ?? '';
  const parent = keys.reduce<Record<string, unknown>>(
    (object, key) => (object[key] ??= {}) as Record<string, unknown>,
    copy as unknown as Record<string, unknown>,
  );
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else parent[last] = value;
  return copy;
}
