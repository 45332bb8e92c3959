import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Breaking } from './breaking';
import { nameOf, type Manifest } from './manifest';

const DNS = 53;
/** The one place where the host name is. */
const HOST_FILE = join(__dirname, '..', '..', '..', 'k8s/base/entrance.yaml');
const host = (parse(readFileSync(HOST_FILE, 'utf8')) as Manifest).data?.['host'];

const ofKind = (all: readonly Manifest[], kind: string): readonly Manifest[] => all.filter((one) => one.kind === kind);

/** One thing that holds wherever the component is, as sentences about what breaks it, and an edit of the text that breaks it. */
export interface EntranceRule {
  readonly sentence: string;
  readonly component: string;
  readonly faults: (all: readonly Manifest[]) => readonly string[];
  readonly control: Breaking;
}

const onlyHost = (all: readonly Manifest[]): readonly string[] =>
  [
    ...ofKind(all, 'Gateway').flatMap(({ spec }) => spec?.servers?.map(({ hosts }) => hosts) ?? []),
    ...ofKind(all, 'VirtualService')
      .filter(({ spec }) => spec?.gateways?.includes('entrance'))
      .map(({ spec }) => spec?.hosts ?? []),
    ...ofKind(all, 'Ingress').flatMap(({ spec }) => [
      (spec?.tls ?? []).flatMap(({ hosts = [] }) => hosts),
      (spec?.rules ?? []).map((rule) => rule.host ?? ''),
    ]),
    ...ofKind(all, 'Gateway').flatMap(({ spec }) => (spec?.listeners ?? []).map(({ hostname }) => [hostname ?? ''])),
    ...ofKind(all, 'HTTPRoute').map(({ spec }) => spec?.hostnames ?? []),
  ].flatMap((hosts) => (hosts.length === 1 && hosts[0] === host ? [] : [hosts.join() || 'no host']));

export const entranceRules: readonly EntranceRule[] = [
  {
    sentence: 'HTTP is answered by a redirect, and HTTPS with the deployer’s certificate, from TLS 1.2 on',
    component: 'istio',
    faults(all) {
      const servers = ofKind(all, 'Gateway').flatMap(({ spec }) => spec?.servers ?? []);
      const isHttps = ({ port, tls }: (typeof servers)[number]): boolean =>
        port.protocol === 'HTTPS' &&
        tls?.mode === 'SIMPLE' &&
        tls.credentialName === 'rentalbook-entrance' &&
        tls.minProtocolVersion === 'TLSV1_2';
      return [
        ...(servers.some(isHttps) ? [] : ['no HTTPS']),
        ...servers
          .filter((server) => !isHttps(server) && server.tls?.httpsRedirect !== true)
          .map(({ port }) => `${port.protocol} at ${String(port.number)}`),
      ];
    },
    control: ['"httpsRedirect":true', '"httpsRedirect":false'],
  },
  {
    sentence: 'the mesh’s entrance answers for the name of k8s/base/entrance.yaml alone',
    component: 'istio',
    faults: onlyHost,
    control: [`"hosts":["${String(host)}"]`, '"hosts":["*"]'],
  },
  {
    sentence: 'an Ingress answers for the name of k8s/base/entrance.yaml alone, with the deployer’s certificate',
    component: 'ingress',
    faults: (all) => [
      ...onlyHost(all),
      ...ofKind(all, 'Ingress')
        .filter(({ spec }) => spec?.tls?.[0]?.secretName !== 'rentalbook-entrance')
        .map(nameOf),
    ],
    control: ['"secretName":"rentalbook-entrance"', '"secretName":"another"'],
  },
  {
    sentence: 'a Gateway of the Gateway API answers for that name alone, over HTTPS with the deployer’s certificate',
    component: 'gateway-api',
    faults(all) {
      const listeners = ofKind(all, 'Gateway').flatMap(({ spec }) => spec?.listeners ?? []);
      const isHttps = ({ protocol, tls }: (typeof listeners)[number]): boolean =>
        protocol === 'HTTPS' && tls?.mode === 'Terminate' && tls.certificateRefs?.[0]?.name === 'rentalbook-entrance';
      return [...onlyHost(all), ...(listeners.some(isHttps) ? [] : ['no HTTPS'])];
    },
    control: ['"name":"rentalbook-entrance"', '"name":"another"'],
  },
  {
    sentence: 'a Gateway of the Gateway API redirects what comes by HTTP',
    component: 'gateway-api',
    faults(all) {
      const redirects = ofKind(all, 'HTTPRoute')
        .flatMap(({ spec }) => spec?.rules ?? [])
        .flatMap(({ filters = [] }) => filters)
        .filter(({ requestRedirect }) => requestRedirect?.scheme === 'https');
      return redirects.length === 1 ? [] : [`${String(redirects.length)} redirects to HTTPS`];
    },
    control: ['"scheme":"https"', '"scheme":"http"'],
  },
  {
    sentence:
      'the Envoy that Istio makes for such a Gateway in its namespace is reached, and reaches the router and its control plane',
    component: 'gateway-api',
    faults(all) {
      const [gateway] = ofKind(all, 'Gateway');
      const portsOf = (rules: readonly { readonly ports?: readonly { readonly port: unknown }[] }[] = []): string =>
        rules
          .flatMap(({ ports = [] }) => ports.map(({ port }) => String(port)))
          .sort()
          .join();
      return ofKind(all, 'NetworkPolicy').some(
        ({ spec }) =>
          spec?.podSelector?.matchLabels?.['gateway.networking.k8s.io/gateway-name'] === gateway?.metadata.name &&
          portsOf(spec?.ingress) === '443,80' &&
          portsOf(spec?.egress) === '15012,8080',
      )
        ? []
        : ['no policy for the pods of the Gateway'];
    },
    control: ['"gateway.networking.k8s.io/gateway-name":"entrance"', '"app":"entrance"'],
  },
  {
    sentence: 'names are asked of kube-dns alone, from every namespace that denies by default',
    component: 'network-policies',
    faults(all) {
      const mayAsk = ofKind(all, 'NetworkPolicy').flatMap((policy) =>
        (policy.spec?.egress ?? [])
          .filter(({ ports = [] }) => ports.length === 0 || ports.some(({ port }) => port === DNS))
          .map(({ to = [] }) => ({ policy, to })),
      );
      const isKubeDns = ({ namespaceSelector, podSelector }: (typeof mayAsk)[number]['to'][number]): boolean =>
        namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'] === 'kube-system' &&
        podSelector?.matchLabels?.['k8s-app'] === 'kube-dns';
      return [
        ...(mayAsk.length > 0 ? [] : ['no names at all']),
        ...mayAsk.filter(({ to }) => to.length === 0 || !to.every(isKubeDns)).map(({ policy }) => nameOf(policy)),
      ];
    },
    control: ['"k8s-app":"kube-dns"', '"k8s-app":"any"'],
  },
];
