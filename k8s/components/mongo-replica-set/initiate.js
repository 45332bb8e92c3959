/* global connect, print, require */
const { readFileSync } = require('fs');

const NOT_YET_INITIALIZED = 94;
const SERVER = '/etc/rentalbook/mongo-server';
const HOSTS = [0, 1, 2].map((_id) => `mongo-${_id}.mongo.rentalbook.svc.cluster.local:27017`);
const SERVICES = ['book', 'reserve', 'rental', 'mypage'];

const read = (file) => readFileSync(file, 'utf8').replace(/\r?\n$/, '');
// White space is no part of the key. Who has it is a member, and may make the first users.
const key = encodeURIComponent(read(`${SERVER}/keyfile`).replace(/\s/g, ''));
const connectTo = (hosts, more) =>
  connect(
    `mongodb://__system:${key}@${hosts.join()}/admin?authSource=local&authMechanism=SCRAM-SHA-256&tls=true` +
      `&tlsCAFile=${encodeURIComponent(`${SERVER}/ca.crt`)}&${more}`,
  );
const databaseOf = (service) => `rentalbook-${service}`;
const rolesOf = (user) =>
  (user === 'operator' ? SERVICES : [user]).map((service) => ({ role: 'readWrite', db: databaseOf(service) }));

const first = connectTo(HOSTS.slice(0, 1), 'directConnection=true');
try {
  const { set } = first.adminCommand({ replSetGetStatus: 1 });
  print(`The set ${set} exists.`);
} catch (error) {
  if (error.code !== NOT_YET_INITIALIZED) throw error;
  first.adminCommand({ replSetInitiate: { _id: 'rs0', members: HOSTS.map((host, _id) => ({ _id, host })) } });
}

const admin = connectTo(HOSTS, 'replicaSet=rs0&serverSelectionTimeoutMS=60000');
for (const service of [...SERVICES, 'operator']) {
  const folder = `/etc/rentalbook/mongo-users/${service}`;
  const user = read(`${folder}/username`);
  const account = { pwd: read(`${folder}/password`), roles: rolesOf(service), mechanisms: ['SCRAM-SHA-256'] };
  if (admin.getUser(user)) admin.updateUser(user, account);
  else admin.createUser({ user, ...account });
  print(`The user ${user} has the roles ${JSON.stringify(account.roles)}.`);
}
