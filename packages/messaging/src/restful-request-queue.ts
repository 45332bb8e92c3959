import RequestQueue from 'kafkajs/src/network/requestQueue';

const { prototype } = RequestQueue;
const schedule = prototype.scheduleCheckPendingRequests;

/**
 * Lets a connection without requests in line rest. From its first answer on, kafkajs 2.2.4 looks for such requests once a
 * millisecond for ever (https://github.com/tulios/kafkajs/issues/1704); one that joins the line plans that look itself.
 */
prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
  if (this.pending.length > 0) schedule.call(this);
};
