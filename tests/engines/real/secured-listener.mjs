// A listener of Apache Kafka with TLS and every SASL mechanism; its certificates and secrets last as long as its folder.
import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { services } from '../../../tools/build/services.mjs';

const USER = 'reader';
const PASSWORD = 'secret-of-the-reader';
const base64 = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Writes ca.pem, client.pem, client.key, password and token into the folder; false where there is no openssl. */
export function makeSecrets(folder) {
  const at = (name) => join(folder, name);
  const openssl = (...args) => execFileSync('openssl', args, { stdio: 'ignore' });
  try {
    openssl('version');
  } catch {
    return false;
  }
  const newKey = (name, ...more) =>
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${name}`, '-keyout', at(`${name}.key`), ...more);
  newKey('ca', '-x509', '-days', '2', '-out', at('ca.pem'));
  writeFileSync(at('names'), 'subjectAltName=DNS:kafka.test,DNS:localhost,IP:127.0.0.1');
  for (const name of ['broker', 'client']) {
    newKey(name, '-out', at(`${name}.csr`));
    const signer = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2'];
    openssl('x509', '-req', '-in', at(`${name}.csr`), ...signer, '-extfile', at('names'), '-out', at(`${name}.pem`));
  }
  writeFileSync(at('keystore.pem'), readFileSync(at('broker.key'), 'utf8') + readFileSync(at('broker.pem'), 'utf8'));
  writeFileSync(at('password'), `${PASSWORD}\n`);
  const now = Math.floor(Date.now() / 1_000);
  writeFileSync(at('token'), `${base64({ alg: 'none' })}.${base64({ sub: USER, iat: now, exp: now + 86_400 })}.`);
  return true;
}

/** Those of our services and commands, which have the rights of k8s/components/kafka-auth; the reader may do everything. */
const SERVICES = [...services, 'operator'];

/** The users that the storage of the broker is formatted with, all with one password. */
export const scramUsers = [USER, ...SERVICES].flatMap((name) =>
  ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=${name},password=${PASSWORD}]`,
  ]),
);

const security = 'org.apache.kafka.common.security';
export const securedProperties = (folder) => `
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:${USER}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL
ssl.keystore.type=PEM
ssl.keystore.location=${join(folder, 'keystore.pem').replaceAll('\\', '/')}
ssl.truststore.type=PEM
ssl.truststore.location=${join(folder, 'ca.pem').replaceAll('\\', '/')}
ssl.client.auth=requested
listener.name.sasl_ssl.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER
listener.name.sasl_ssl.plain.sasl.jaas.config=${security}.plain.PlainLoginModule required user_${USER}="${PASSWORD}";
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=${security}.scram.ScramLoginModule required;
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=${security}.scram.ScramLoginModule required;
listener.name.sasl_ssl.oauthbearer.sasl.jaas.config=${security}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="${USER}";
`;
