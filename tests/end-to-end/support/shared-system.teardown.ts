import { runningSystem } from './shared-system';

export default async function tearDown(): Promise<void> {
  await runningSystem()?.stop();
}
