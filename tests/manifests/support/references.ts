import { asJob, isWorkload, nameOf, runsPods, type Container, type Manifest, type Workload } from './manifest';
import { subgraphs } from '../../../tools/services';

/** Those that log in to the engines: the services, and the operator's commands. */
const USERS = [...subgraphs, 'operator'];
const secretsOf = (names: readonly string[], keys: readonly string[]): Record<string, readonly string[]> =>
  Object.fromEntries(names.map((name) => [name, keys]));

/** What the operator of a cluster makes, because no other person may know it: see k8s/overlays/production. */
export const OPERATORS_SECRETS: Readonly<Record<string, readonly string[]>> = {
  'book-keys': ['signing-key.pem', 'cursor-secret'],
  'reserve-keys': ['signing-key.pem', 'cursor-secret'],
  'rental-keys': ['signing-key.pem', 'cursor-secret'],
  'mypage-keys': ['cursor-secret'],
  'gateway-keys': ['signing-key.pem'],
  jwks: ['jwks.json'],
  issuer: ['signing-key.json'],
  mongo: ['url'],
  ...secretsOf(
    // The router's, for its cache.
    [...USERS, 'router'].map((user) => `kafka-auth-${user}`),
    ['ca.crt', 'username', 'password', 'tls.crt', 'tls.key', 'token'],
  ),
  ...secretsOf(
    USERS.map((user) => `mongo-auth-${user}`),
    ['ca.crt', 'username', 'password', 'tls.crt', 'tls.key'],
  ),
  'mongo-server': ['keyfile', 'tls.pem', 'ca.crt'],
};

/** The same for what is no secret. */
const OPERATORS_CONFIG_MAPS: Readonly<Record<string, readonly string[]>> = {
  'service-keys': ['router.pem', 'book.pem', 'reserve.pem', 'rental.pem'],
  'identity-provider': ['JWT_JWKS_URL', 'JWT_ISSUER', 'JWT_AUDIENCE'],
};

/** Everything that one object says about another which is not so, one sentence each. */
export function brokenReferences(all: readonly Manifest[]): string[] {
  return [
    ...all
      .map(asJob)
      .filter(runsPods)
      .flatMap((workload) => ofPods(workload, all)),
    ...all.filter(isWorkload).flatMap(ofProbes),
    ...all.flatMap((manifest) => [
      ...ofSelectors(manifest, all),
      ...ofScaling(manifest, all),
      ...ofMesh(manifest, all),
    ]),
  ];
}

const find = (all: readonly Manifest[], kind: string, name: string, namespace: string | undefined) =>
  all.find((one) => one.kind === kind && one.metadata.name === name && one.metadata.namespace === namespace);

/** The keys of a ConfigMap or Secret; undefined when it is not there. */
function keysIn(all: readonly Manifest[], kind: string, name: string, namespace: string | undefined) {
  const given = find(all, kind, name, namespace);
  if (given) return Object.keys(given.data ?? {});
  return (kind === 'Secret' ? OPERATORS_SECRETS : OPERATORS_CONFIG_MAPS)[name];
}

function ofPods(workload: Workload, all: readonly Manifest[]): string[] {
  const { namespace } = workload.metadata;
  const { spec } = workload.spec.template;
  const faults: string[] = [];
  const needs = (kind: 'ConfigMap' | 'Secret', name: string, keys: readonly string[]): void => {
    const known = keysIn(all, kind, name, namespace);
    if (known === undefined) faults.push(`${nameOf(workload)} needs the ${kind} ${name}, which is not there.`);
    else
      for (const key of keys.filter((one) => !known.includes(one)))
        faults.push(`${nameOf(workload)} needs the key ${key} of the ${kind} ${name}, which is not there.`);
  };
  const account = spec.serviceAccountName;
  if (account !== undefined && !find(all, 'ServiceAccount', account, namespace))
    faults.push(`${nameOf(workload)} runs as ${account}, which is not there.`);
  const keysOf = (items: readonly { readonly key: string }[] | undefined): string[] =>
    (items ?? []).map(({ key }) => key);
  for (const { env = [], envFrom = [] } of [...spec.containers, ...(spec.initContainers ?? [])]) {
    for (const { configMapRef } of envFrom) if (configMapRef) needs('ConfigMap', configMapRef.name, []);
    for (const { valueFrom } of env) {
      if (valueFrom?.secretKeyRef && !valueFrom.secretKeyRef.optional)
        needs('Secret', valueFrom.secretKeyRef.name, [valueFrom.secretKeyRef.key]);
      if (valueFrom?.configMapKeyRef && !valueFrom.configMapKeyRef.optional)
        needs('ConfigMap', valueFrom.configMapKeyRef.name, [valueFrom.configMapKeyRef.key]);
    }
  }
  for (const { configMap, secret, projected } of spec.volumes ?? []) {
    if (secret) needs('Secret', secret.secretName, keysOf(secret.items));
    for (const source of [{ configMap }, ...(projected?.sources ?? [])])
      if (source.configMap) needs('ConfigMap', source.configMap.name, keysOf(source.configMap.items));
  }
  return [...faults, ...ofMounts(workload), ...ofFiles(workload, all)];
}

function ofMounts(workload: Workload): string[] {
  const { containers, initContainers = [], volumes = [] } = workload.spec.template.spec;
  const made = (workload.spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata);
  const known = new Set([...volumes, ...made].map(({ name }) => name));
  return [...containers, ...initContainers].flatMap(({ volumeMounts = [] }) =>
    volumeMounts
      .filter(({ name }) => !known.has(name))
      .map(({ name }) => `${nameOf(workload)} mounts ${name}, which is no volume of it.`),
  );
}

/** The settings of a container that have a value: those of its ConfigMaps, and its own. */
export function settingsOf({ env = [], envFrom = [] }: Container, { metadata }: Workload, all: readonly Manifest[]) {
  const configMaps = envFrom.flatMap(({ configMapRef }) =>
    configMapRef ? [find(all, 'ConfigMap', configMapRef.name, metadata.namespace)?.data ?? {}] : [],
  );
  const own = env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
  return Object.assign({}, ...configMaps, Object.fromEntries(own)) as Readonly<Record<string, string>>;
}

/** A setting that names a file names a key of a Secret that the container mounts. */
function ofFiles(workload: Workload, all: readonly Manifest[]): string[] {
  const { containers, volumes = [] } = workload.spec.template.spec;
  return containers.flatMap((container) => {
    const isMounted = (path: string): boolean =>
      (container.volumeMounts ?? []).some(({ name, mountPath }) => {
        const secret = volumes.find((volume) => volume.name === name)?.secret?.secretName;
        const keys = secret === undefined ? [] : keysIn(all, 'Secret', secret, workload.metadata.namespace);
        return (keys ?? []).some((key) => path === `${mountPath}/${key}`);
      });
    return Object.entries(settingsOf(container, workload, all))
      .filter(([setting, path]) => setting.endsWith('_FILE') && !isMounted(path))
      .map(([setting, path]) => `${nameOf(workload)} has no file ${path} for ${setting}.`);
  });
}

const hasPort = ({ ports = [] }: Container, port: string | number | undefined): boolean =>
  ports.some(({ name, containerPort }) => port === name || port === containerPort);

function ofProbes(workload: Workload): string[] {
  return workload.spec.template.spec.containers.flatMap((container) =>
    [container.startupProbe, container.readinessProbe, container.livenessProbe]
      .map((probe) => probe?.httpGet?.port ?? probe?.tcpSocket?.port)
      .filter((port) => port !== undefined && !hasPort(container, port))
      .map((port) => `${nameOf(workload)} is asked on port ${String(port)}, where it does not listen.`),
  );
}

const matches = (labels: Readonly<Record<string, string>>, selector: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(selector).every(([label, value]) => labels[label] === value);

function ofSelectors(manifest: Manifest, all: readonly Manifest[]): string[] {
  const { kind, metadata, spec } = manifest;
  if (kind !== 'Service' && kind !== 'PodDisruptionBudget') return [];
  const selector = kind === 'Service' ? spec?.selector : spec?.selector?.matchLabels;
  const chosen = all.filter(
    (one): one is Workload =>
      isWorkload(one) &&
      one.metadata.namespace === metadata.namespace &&
      matches(one.spec.template.metadata.labels, selector ?? {}),
  );
  if (chosen.length !== 1) return [`${nameOf(manifest)} selects ${String(chosen.length)} workloads instead of one.`];
  if (kind !== 'Service') return [];
  return (spec?.ports ?? [])
    .filter(({ targetPort }) => !chosen[0]?.spec.template.spec.containers.some((one) => hasPort(one, targetPort)))
    .map(({ targetPort }) => `${nameOf(manifest)} leads to port ${String(targetPort)}, where nothing listens.`);
}

function ofScaling(manifest: Manifest, all: readonly Manifest[]): string[] {
  const target = manifest.spec?.scaleTargetRef;
  if (target === undefined) return [];
  const scaled = find(all, target.kind, target.name, manifest.metadata.namespace);
  if (scaled === undefined) return [`${nameOf(manifest)} scales ${target.name}, which is not there.`];
  return scaled.spec?.replicas === undefined
    ? []
    : [`${nameOf(manifest)} scales ${target.name}, which fixes its number of pods itself.`];
}

function ofMesh(manifest: Manifest, all: readonly Manifest[]): string[] {
  if (manifest.kind !== 'DestinationRule') return [];
  const [name = '', namespace] = (manifest.spec?.host ?? '').split('.');
  return find(all, 'Service', name, namespace) ? [] : [`${nameOf(manifest)} is about ${name}, which is no Service.`];
}
