import type { Alert } from './alert';
import { counted, DEAD_LETTER_COMMANDS, increased } from './counted-alert';

/** Events that arrived and were not applied. */
export const eventAlerts: readonly Alert[] = [
  {
    name: 'RentalbookBlockedKey',
    severity: 'page',
    expr: 'max by (service) (rentalbook_parked_keys) > 0',
    summary: '{{ $value }} keys of {{ $labels.service }} are blocked',
    meaning:
      'A message of each of these books could not be applied. It and all later messages of the book became dead letters, in their order; other books go on.',
    look: ['`npm run dead-letters -- list` names the books, the cause and the error.'],
    remedy: DEAD_LETTER_COMMANDS,
    test: {
      series: {
        'rentalbook_parked_keys{service="mypage",instance="a"}': { healthy: { is: 0 }, faulty: { is: 2 } },
        'rentalbook_parked_keys{service="mypage",instance="b"}': { healthy: { is: 0 }, faulty: { is: 2 } },
      },
      firesWithin: 1,
      clearsWithin: 1,
      labels: { service: 'mypage' },
      summary: '2 keys of mypage are blocked',
    },
  },
  {
    name: 'RentalbookDeadLetters',
    severity: 'ticket',
    expr: increased('rentalbook_dead_letters_total{cause=~"malformed|undecodable|gap|failing|behind"}', 'cause'),
    summary: '{{ $labels.service }} wrote dead letters ({{ $labels.cause }})',
    meaning:
      'Messages were not applied and are kept in the dead-letter topic. "behind" ones are well and wait behind another one of their book.',
    look: ['`npm run dead-letters -- list` names the cause of each, and the message.'],
    remedy: DEAD_LETTER_COMMANDS,
    test: counted(
      'rentalbook_dead_letters_total{service="book",cause="malformed"}',
      { service: 'book', cause: 'malformed' },
      'book wrote dead letters (malformed)',
    ),
  },
  {
    name: 'RentalbookForgedEvent',
    severity: 'page',
    expr: increased('rentalbook_dead_letters_total{cause="forged"}', 'cause'),
    summary: '{{ $labels.service }} refused an event without a valid signature of its source',
    meaning:
      'A client wrote to the topic in the name of a service, or a public key is missing from SERVICE_KEYS_DIR. Nothing of the event was applied; its book is blocked.',
    look: [
      '`npm run dead-letters -- list`: the reason names the key id.',
      'Whether keys were rotated lately: see docs/upgrading.md.',
    ],
    remedy: [
      ...DEAD_LETTER_COMMANDS,
      'kubectl -n rentalbook get configmap service-keys -o yaml    # the keys that are accepted',
      'Take the rights to write from the client that is not ours: see docs/deploy.md.',
    ],
    test: counted(
      'rentalbook_dead_letters_total{service="mypage",cause="forged"}',
      { service: 'mypage', cause: 'forged' },
      'mypage refused an event without a valid signature of its source',
    ),
  },
  {
    name: 'RentalbookStreamGap',
    severity: 'page',
    expr: increased('rentalbook_stream_gaps_total', 'source'),
    summary: '{{ $labels.service }} misses an event of {{ $labels.source }}',
    meaning:
      'An event came whose predecessor did not: one was lost, or was in a batch that cannot be decoded. Its book is blocked in this service.',
    look: [
      'Whether the topic lost data: retention, a broker that lost its disk.',
      'Whether the source was set back to an older backup.',
    ],
    remedy: [...DEAD_LETTER_COMMANDS, 'npm run rebuild -- --help    # MyPage anew from the event logs of the services'],
    test: counted(
      'rentalbook_stream_gaps_total{service="mypage",source="rental"}',
      { service: 'mypage', source: 'rental' },
      'mypage misses an event of rental',
    ),
  },
  {
    name: 'RentalbookStreamConflict',
    severity: 'page',
    expr: increased('rentalbook_stream_conflicts_total', 'source'),
    summary: '{{ $labels.service }} got two events of {{ $labels.source }} with one number',
    meaning:
      'The source numbers its events anew, because its database was set back, or another program publishes in its name. The second event was not applied.',
    look: [
      'The log of the service names both: "another one of its source has its number".',
      'Whether the database of the source was restored lately.',
    ],
    remedy: [
      'kubectl -n rentalbook logs deployment/SERVICE | grep "has its number"',
      'kubectl -n rentalbook scale deployment/SOURCE --replicas=0    # until its database is the newest again',
    ],
    test: counted(
      'rentalbook_stream_conflicts_total{service="reserve",source="book"}',
      { service: 'reserve', source: 'book' },
      'reserve got two events of book with one number',
    ),
  },
  {
    name: 'RentalbookHandlerFailure',
    severity: 'page',
    expr: 'sum by (service) (increase(rentalbook_handler_failures_total[15m])) > 0',
    summary: 'A handler of events of {{ $labels.service }} has a bug',
    meaning:
      'Applying an event failed in a way that waiting does not heal. The process ends and tries again; after three times the book is blocked.',
    look: ['The log of the service: the error, with the key and the event.', 'Whether it began with a roll-out.'],
    remedy: [
      'kubectl -n rentalbook rollout undo deployment/SERVICE    # if it began with a roll-out',
      ...DEAD_LETTER_COMMANDS,
    ],
    test: counted(
      'rentalbook_handler_failures_total{service="rental"}',
      { service: 'rental' },
      'A handler of events of rental has a bug',
    ),
  },
];
