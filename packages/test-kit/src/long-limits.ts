/** Settings with which no time limit of a call or an operation runs out, however slow the machine of a test is. */
export const LONG_LIMITS = {
  SUBGRAPH_TIMEOUT_MS: '30000',
  OPERATION_TIMEOUT_MS: '60000',
  QUEUE_TARGET_MS: '60000',
  RENT_DECISION_WAIT_MS: '20000',
  RETURN_DEADLINE_MS: '20000',
};
