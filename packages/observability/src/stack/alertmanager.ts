/** Alerts are shown on Alertmanager's page alone: who is notified, and how, is for an installation to say. */
export const alertmanagerConfig = () => ({
  route: {
    receiver: 'page',
    group_by: ['alertname', 'service'],
    group_wait: '10s',
    group_interval: '1m',
    repeat_interval: '4h',
  },
  receivers: [{ name: 'page' }],
});
