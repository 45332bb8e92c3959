import { DashboardBuilder, DatasourceVariableBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as NumberBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as GraphBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Board, Panel, Query } from './panel';

/** Each installation chooses its data source at the head of the dashboard. */
const SOURCE = { type: 'prometheus', uid: '${prometheus}' };

/** A dashboard as Grafana imports it. */
export function renderDashboard({ uid, title, description, rows }: Board): string {
  // Version 2 of the schema is read by Grafana 12 and later alone.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const dashboard = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['rentalbook'])
    .refresh('10s')
    .time({ from: 'now-1h', to: 'now' })
    .withVariable(new DatasourceVariableBuilder('prometheus').type('prometheus'));
  for (const row of rows) {
    dashboard.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) dashboard.withPanel(builderOf(panel));
  }
  return `${JSON.stringify(dashboard.build(), null, 2)}\n`;
}

const query = ({ expr, legend }: Query) => new DataqueryBuilder().expr(expr).legendFormat(legend).datasource(SOURCE);

function builderOf(panel: Panel): GraphBuilder | NumberBuilder {
  const { title, description, unit, queries } = panel;
  if (panel.kind === 'number') {
    const builder = new NumberBuilder().title(title).description(description).unit(unit).datasource(SOURCE);
    for (const one of queries) builder.withTarget(query(one).instant());
    return builder.height(4).span(6);
  }
  const builder = new GraphBuilder().title(title).description(description).unit(unit).datasource(SOURCE);
  for (const one of queries) builder.withTarget(one.expr.includes('_bucket') ? query(one).exemplar(true) : query(one));
  return builder.height(8).span(12);
}
