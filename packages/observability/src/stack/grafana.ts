interface Addresses {
  readonly prometheus: string;
  readonly alertmanager: string;
  readonly jaeger: string;
}

/** Grafana's data sources; the exemplars of Prometheus lead to their trace in Jaeger. */
export const grafanaDatasources = ({ prometheus, alertmanager, jaeger }: Addresses) => ({
  apiVersion: 1,
  datasources: [
    {
      ...{ name: 'Prometheus', uid: 'prometheus', type: 'prometheus', access: 'proxy', url: prometheus },
      isDefault: true,
      jsonData: { exemplarTraceIdDestinations: [{ name: 'trace_id', datasourceUid: 'jaeger' }] },
    },
    { name: 'Jaeger', uid: 'jaeger', type: 'jaeger', access: 'proxy', url: jaeger },
    {
      ...{ name: 'Alertmanager', uid: 'alertmanager', type: 'alertmanager', access: 'proxy', url: alertmanager },
      jsonData: { implementation: 'prometheus' },
    },
  ],
});

/** Where Grafana finds the generated dashboards; what is edited there stays there. */
export const grafanaDashboards = (folder: string) => ({
  apiVersion: 1,
  providers: [{ name: 'rentalbook', folder: 'rentalbook', type: 'file', options: { path: folder } }],
});
