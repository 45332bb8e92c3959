// One file for all that is about requests: to load the gateway takes longer than most of these cases.
import './alarms.cases';
import './answer-types.cases';
import './bad-input.cases';
import './graphql-over-http.cases';
import './http.cases';
import './language.cases';
import './list-limits.cases';
import './safelist.cases';
