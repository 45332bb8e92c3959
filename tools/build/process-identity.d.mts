export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string | undefined;
}
export function startTimeOf(pid: number): string | undefined;
export function isRunning(identity: ProcessIdentity): boolean;
export function identityOf(pid: number): ProcessIdentity;
