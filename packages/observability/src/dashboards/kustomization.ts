import { stringify } from 'yaml';
import { allBoards } from './all-boards';

const HEADER = `# Made by \`npm run observability\`; do not edit.
# The alerts for Prometheus's operator, and the dashboards as Grafana's sidecar finds them. rentalbook.rules.yml is the same rules for
# \`rule_files\` of a Prometheus without the operator.
`;

/** One ConfigMap for each dashboard: `kubectl apply` keeps a copy of an object in an annotation, which holds 256 KiB. */
export const renderKustomization = (): string =>
  HEADER +
  stringify({
    apiVersion: 'kustomize.config.k8s.io/v1alpha1',
    kind: 'Component',
    resources: ['prometheus-rule.yaml'],
    configMapGenerator: allBoards.map(({ uid }) => ({
      name: `dashboard-${uid}`,
      files: [`dashboards/${uid}.json`],
      options: { disableNameSuffixHash: true, labels: { grafana_dashboard: '1' } },
    })),
  });
