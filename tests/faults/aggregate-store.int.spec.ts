// In one file, because jest loads mongoose and the engine anew for each.
import './event-log.cases';
import './idempotency.cases';
import './replayed-requests.cases';
import './long-queue.cases';
import './lost-connections.cases';
import './rotated-passwords.cases';
import './relay.cases';
import './store.cases';
import './traces.cases';
