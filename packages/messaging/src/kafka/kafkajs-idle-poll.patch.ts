import RequestQueue from 'kafkajs/src/network/requestQueue';

const { prototype } = RequestQueue;
const schedule = prototype.scheduleCheckPendingRequests;

/**
 * Stops the idle polling of a connection. From its first response on, kafkajs 2.2.4 checks its queue of requests once a
 * millisecond for ever (https://github.com/tulios/kafkajs/issues/1704); a request that is queued schedules the check itself.
 */
prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
  if (this.pending.length > 0) schedule.call(this);
};
