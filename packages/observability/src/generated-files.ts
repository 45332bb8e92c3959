import { renderMetricsPage } from './docs/metrics-page';

/** Every file that is generated, by its path in the repository, with what has to be in it. */
export const generatedFiles: Readonly<Record<string, () => string>> = {
  'docs/metrics.md': renderMetricsPage,
};
