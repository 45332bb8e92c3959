export type { EngineSettings } from './engine-settings';
export { connectEngines, type Engines } from './engines';
export { parkedKeysIn } from './parked-keys';
