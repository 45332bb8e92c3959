import { hasKubectl, openWorkbench } from './support/kustomize';
import { type Manifest } from './support/manifest';

export const workbench = openWorkbench();

export const overlays = new Map<string, Manifest[]>(
  hasKubectl ? workbench.overlays.map((name) => [name, workbench.overlay(name)]) : [],
);

export const described = hasKubectl ? describe : describe.skip;
