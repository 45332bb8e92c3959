import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runCommand, UsageError } from './command';

const TOOLS = ['dead-letters', 'rebuild', 'backup', 'restore', 'seed', 'demo'];
const HELP = `The operator's commands, in one image.

  dead-letters …   show and settle the messages that a consumer could not apply
  rebuild …        build MyPage anew from the events, beside the live one
  backup …         write the databases of one moment into a file
  restore …        put them back, with a topic of their own
  seed             add a few classics to an empty catalogue
  demo             play the story through the running system

Each has --help. The system is named by KAFKA_BROKERS, MONGO_URL and ROUTER_URL.
`;

const [name = ''] = process.argv.slice(2);
if (TOOLS.includes(name)) {
  // The command reads what is left of the arguments.
  process.argv.splice(2, 1);
  createRequire(__filename)(join(__dirname, `${name}.bundle.js`));
} else
  runCommand(HELP, () => {
    throw new UsageError(`There is no tool "${name}"; use ${TOOLS.join(', ')}, or see --help.`);
  });
