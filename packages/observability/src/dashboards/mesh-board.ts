import { percentiles, rates, type Board } from './panel';

const withoutMesh = { emptyWhen: 'there is no mesh' };
export const mesh: Board = {
  uid: 'rentalbook-mesh',
  title: 'rentalbook: Mesh',
  description: 'What the sidecars of Istio counted between the services.',
  rows: [
    {
      title: 'Calls',
      panels: [
        rates(
          { title: 'Calls by answer', description: 'As the sidecar of the caller saw them.', ...withoutMesh },
          'istio_requests_total',
          ['source_workload', 'destination_workload', 'response_code'],
          'reqps',
        ),
        percentiles(
          { title: 'Time of calls', description: 'As the sidecar of the caller saw it.', ...withoutMesh },
          'istio_request_duration_milliseconds',
          ['source_workload', 'destination_workload'],
          'ms',
        ),
      ],
    },
    {
      title: 'What the mesh refused',
      panels: [
        rates(
          {
            title: 'Circuit breakers and ejected replicas',
            description: 'UO: the pool overflowed; UH: no healthy replica; URX: too many attempts; UF: no connection.',
            ...withoutMesh,
          },
          'istio_requests_total{response_flags=~"UO|UH|URX|UF"}',
          ['destination_workload', 'response_flags'],
          'reqps',
        ),
        rates(
          {
            title: 'Refused by policy',
            description: 'Callers that an AuthorizationPolicy does not admit.',
            ...withoutMesh,
          },
          'istio_requests_total{response_code="403"}',
          ['source_workload', 'destination_workload'],
          'reqps',
        ),
        rates(
          { title: 'Calls without mutual TLS', description: 'There should be none.', ...withoutMesh },
          'istio_requests_total{connection_security_policy!="mutual_tls"}',
          ['source_workload', 'destination_workload'],
          'reqps',
        ),
      ],
    },
  ],
};
