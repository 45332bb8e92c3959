import type { Alert, Course } from './alert';

const DAY = 86_400;
const HOUR = 3_600;
const ours = 'min by (service, certificate) (rentalbook_certificate_expiry_timestamp_seconds) - time()';
const LOOK = ['Which file: docs/deploy.md says who issues it, and where it is mounted.'];
const REMEDY = [
  'kubectl -n rentalbook get secret kafka-auth-SERVICE -o jsonpath="{.data[\'tls\\.crt\']}" | base64 -d | openssl x509 -noout -enddate',
  'kubectl -n rentalbook rollout restart deployment/SERVICE    # once the Secret holds the new one',
];
/** Tests begin at the second 0 of 1970, and the fault after an hour. */
const expiresIn = (days: number): Course => ({ is: days * DAY });
const test = (faultyDays: number, summary: string): Alert['test'] => ({
  series: {
    'rentalbook_certificate_expiry_timestamp_seconds{service="book",certificate="kafka_ca"}': {
      healthy: expiresIn(90),
      faulty: expiresIn(faultyDays),
    },
  },
  firesWithin: 1,
  clearsWithin: 1,
  labels: { service: 'book', certificate: 'kafka_ca' },
  summary,
});

/**
 * Certificates that are about to expire, and the keys of members' tokens, which are used for twelve hours without their issuer. The Ed25519
 * keys of the services, cursor secrets and keys in a file have no end.
 */
export const certificateAlerts: readonly Alert[] = [
  {
    name: 'RentalbookCertificateExpires',
    severity: 'ticket',
    expr: `${ours} < ${String(21 * DAY)}`,
    summary: 'The certificate {{ $labels.certificate }} of {{ $labels.service }} expires within three weeks',
    meaning: 'Once it has expired the service cannot connect to the engine any more. Renew it; files are read again.',
    look: LOOK,
    remedy: REMEDY,
    test: test(14, 'The certificate kafka_ca of book expires within three weeks'),
  },
  {
    name: 'RentalbookCertificateExpiresNow',
    severity: 'page',
    expr: `${ours} < ${String(2 * DAY)}`,
    summary: 'The certificate {{ $labels.certificate }} of {{ $labels.service }} expires within two days',
    meaning:
      'Within two days the service cannot connect to the engine any more: commands fail and MyPage stands still.',
    look: LOOK,
    remedy: REMEDY,
    test: test(1, 'The certificate kafka_ca of book expires within two days'),
  },
  {
    name: 'RentalbookTokenKeysExpire',
    severity: 'page',
    expr: `min by (service) (rentalbook_token_keys_left_seconds) < ${String(6 * HOUR)}`,
    summary: 'Members’ tokens can be checked for {{ $value | humanizeDuration }} more',
    meaning:
      'The issuer of members’ tokens has not answered for hours. The router uses the last keys until twelve hours are over; then no member is let in.',
    look: ['The log of the router: "the keys that tokens are checked with cannot be fetched" names the reason.'],
    remedy: [
      'kubectl -n rentalbook logs deployment/gateway --since=1h | grep "cannot be fetched"',
      'kubectl -n rentalbook set env deployment/gateway --list | grep JWT_    # JWT_JWKS_FILE takes a file instead, see docs/identity-providers.md',
    ],
    test: {
      series: {
        'rentalbook_token_keys_left_seconds{service="router"}': {
          healthy: { is: 12 * HOUR },
          faulty: { is: 5 * HOUR },
        },
      },
      firesWithin: 1,
      clearsWithin: 1,
      labels: { service: 'router' },
      summary: 'Members’ tokens can be checked for 5h 0m 0s more',
    },
  },
  {
    name: 'RentalbookEntranceCertificateExpires',
    severity: 'page',
    expr: `min by (name) (certmanager_certificate_expiration_timestamp_seconds{namespace=~"rentalbook|istio-system"}) - time() < ${String(7 * DAY)}`,
    summary: 'The certificate {{ $labels.name }} of the entrance expires within a week',
    meaning:
      'Its issuer, cert-manager, should have renewed it by now. Once it has expired no browser reaches the library.',
    look: ['What cert-manager says of the certificate and of its last order.'],
    remedy: ['kubectl get certificate -A', 'kubectl -n NAMESPACE describe certificate NAME'],
    test: {
      series: {
        'certmanager_certificate_expiration_timestamp_seconds{namespace="rentalbook",name="entrance"}': {
          healthy: expiresIn(60),
          faulty: expiresIn(5),
        },
      },
      firesWithin: 1,
      clearsWithin: 1,
      labels: { name: 'entrance' },
      summary: 'The certificate entrance of the entrance expires within a week',
    },
  },
];
