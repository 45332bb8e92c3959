/** Every service, once: bundling, composing, launching, CI and tests read this list. */

/** The subgraphs that own an aggregate: they decide commands and publish events. */
export const owners = ['book', 'reserve', 'rental'] as const;
export const subgraphs = [...owners, 'mypage'] as const;
export const services = [...subgraphs, 'router'] as const;
/** Those that sign: identities, events or calls to another service. */
export const signers = ['router', ...owners] as const;
/** The Deployments, by the name of their image; clients know the router's as the gateway. */
export const deployments = [...subgraphs, 'gateway'] as const;
export const images = [...deployments, 'tools'] as const;

export type SubgraphName = (typeof subgraphs)[number];
export type ServiceName = (typeof services)[number];

/** The workspace of a service. */
export const folderOf = (service: ServiceName): string => (service === 'router' ? 'router' : `subgraphs/${service}`);

/** The executables of a service: sources in its `src`. */
export const entriesOf = (service: ServiceName): readonly string[] =>
  service === 'mypage' ? ['main', 'rebuild'] : ['main'];
