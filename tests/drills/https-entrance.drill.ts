import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { certificateOf } from '../harness/certificate';
import { bar, type Drill, type Figures } from './support/drill';
import { askOverHttp, askOverHttps, type Asked } from './support/entrance';
import { inTheMesh, lacksMesh, withHttps } from './support/mesh';
import { EXTRA } from './support/restoring';
import type { Stage } from './support/stage';

const HTTP = 80;
const HTTPS = 443;
const ANOTHER_HOST = 'another.example.org';
const ENTRANCE_NAMESPACE = 'istio-system';
const SECRET = 'rentalbook-entrance';
/** Where the manifests have the entrance's name from. */
const HOST_FILE = 'k8s/base/entrance.yaml';
const OPERATION = '{"query":"{ books(first: 1) { edges { node { id } } } }"}';

async function addressOf({ cluster }: Stage, port: number): Promise<string> {
  const address = await cluster.entrance(port);
  bar(address !== undefined, `the entrance has no port ${String(port)}`);
  return address;
}

/** The entrance redirects from HTTP, and serves its own name by HTTPS with the certificate of the Secret. */
async function tryEntrance(stage: Stage): Promise<Figures> {
  const { host } = (parse(readFileSync(HOST_FILE, 'utf8')) as { readonly data: { readonly host: string } }).data;
  const { certificate, privateKey } = certificateOf(host);
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: SECRET, namespace: ENTRANCE_NAMESPACE, labels: { [EXTRA]: '' } },
    type: 'kubernetes.io/tls',
    stringData: { 'tls.crt': certificate, 'tls.key': privateKey },
  };
  await stage.cluster.kubectl.run(['apply', '--filename', '-'], JSON.stringify(secret));
  const http = await addressOf(stage, HTTP);
  const https = await addressOf(stage, HTTPS);
  const becomes = async (what: string, wanted: string, ask: () => Promise<Asked>): Promise<void> => {
    let seen = '';
    await stage.until(
      async () => {
        const { status, location } = await ask();
        seen = [status, location].filter(Boolean).join(' ');
        return seen === wanted;
      },
      { withinMs: stage.patienceMs / 2, what: () => `that ${what} with ${wanted} (it was ${seen})` },
    );
  };
  const redirected = `301 https://${host}/graphql`;
  await becomes('HTTP is answered', redirected, () => askOverHttp(http, host, OPERATION));
  await becomes('HTTPS is answered', '200', () => askOverHttps(https, host, OPERATION, certificate));
  const { body, strictTransport } = await askOverHttps(https, host, OPERATION, certificate);
  bar(body.includes('"data":{"books"'), `HTTPS answered ${body.slice(0, 200)}`);
  bar(strictTransport !== '', 'an answer over HTTPS has no Strict-Transport-Security');
  await becomes('another name over HTTP is answered', '404', () => askOverHttp(http, ANOTHER_HOST, OPERATION));
  await becomes('another name over HTTPS is answered', 'none', () =>
    askOverHttps(https, ANOTHER_HOST, OPERATION, certificate),
  );
  return {
    'answer over HTTP': redirected,
    'answer over HTTPS, its certificate checked': 200,
    'Strict-Transport-Security': strictTransport,
    'another name, over HTTP and over HTTPS': '404 and none',
  };
}

export const httpsEntrance: Drill = {
  name: 'https-entrance',
  heading: 'HTTPS entrance (Istio)',
  proves:
    'The entrance answers HTTP by a redirect, HTTPS with the certificate of the Secret and the answer of the router, and no other name.',
  async lacks(cluster) {
    const lack = await lacksMesh(cluster);
    if (lack !== undefined || (await cluster.entrance(HTTPS)) !== undefined) return lack;
    return `the ingress gateway's Service has no port ${String(HTTPS)}`;
  },
  byHand: [
    'curl -sD- -o /dev/null --resolve HOST:80:ADDRESS http://HOST/graphql',
    'curl -sD- --cacert entrance.crt --resolve HOST:443:ADDRESS https://HOST/graphql -H \'content-type: application/json\' -d \'{"query":"{ __typename }"}\'',
  ],
  startsFrom: inTheMesh,
  async prove(stage) {
    await stage.apply(withHttps);
    return tryEntrance(stage);
  },
  control: {
    takenAway: 'with the original’s entrance of plain HTTP',
    async prove(stage) {
      await stage.apply(inTheMesh);
      return tryEntrance(stage);
    },
  },
};
