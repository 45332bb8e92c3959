// One file for all that is about answers: to load the gateway takes longer than most of these cases.
import './caller-share.cases';
import './refused-requests.cases';
import './gateway.cases';
import './ide.cases';
import './introspection.cases';
import './plan-budget.cases';
import './low-priority.cases';
import './queue-delay.cases';
