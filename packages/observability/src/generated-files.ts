import { renderKustomization } from './dashboards/kustomization';
import { allBoards } from './dashboards/all-boards';
import { renderDashboard } from './dashboards/grafana';
import { renderPrometheusRule, renderRules } from './alerts/rules';
import { renderMetricsPage } from './docs/metrics-page';
import { configFiles } from './stack/config-files';

const COMPONENT = 'k8s/components/observability';

/** Every file that is generated, by its path in the repository, with what has to be in it. */
export const generatedFiles: Readonly<Record<string, () => string>> = {
  'docs/metrics.md': renderMetricsPage,
  [`${COMPONENT}/dashboards/kustomization.yaml`]: renderKustomization,
  'k8s/components/prometheus-operator/prometheus-rule.yaml': renderPrometheusRule,
  [`${COMPONENT}/rentalbook.rules.yml`]: renderRules,
  ...Object.fromEntries(Object.entries(configFiles).map(([path, content]) => [`${COMPONENT}/config/${path}`, content])),
  ...Object.fromEntries(
    allBoards.map((board) => [`${COMPONENT}/dashboards/${board.uid}.json`, () => renderDashboard(board)]),
  ),
};
