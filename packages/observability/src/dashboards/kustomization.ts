import { stringify } from 'yaml';
import { allBoards } from './all-boards';

const HEADER = `# Made by \`npm run observability\`; do not edit.
# The dashboards, for the Grafana of the component \`observability\`, and as Grafana's sidecar finds them.
`;

/** One ConfigMap for each dashboard: `kubectl apply` keeps a copy of an object in an annotation, which holds 256 KiB. */
export const renderKustomization = (): string =>
  HEADER +
  stringify({
    apiVersion: 'kustomize.config.k8s.io/v1alpha1',
    kind: 'Component',
    configMapGenerator: allBoards.map(({ uid }) => ({
      name: `dashboard-${uid}`,
      namespace: 'monitoring',
      files: [`${uid}.json`],
      options: { disableNameSuffixHash: true, labels: { grafana_dashboard: '1' } },
    })),
  });
