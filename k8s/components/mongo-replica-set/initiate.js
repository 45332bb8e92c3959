/* global connect, ensureUsers, load, print, require */
const { readFileSync } = require('fs');
load('/etc/rentalbook/mongo-accounts/users.js');

const NOT_YET_INITIALIZED = 94;
const SERVER = '/etc/rentalbook/mongo-server';
const HOSTS = [0, 1, 2].map((_id) => `mongo-${_id}.mongo.rentalbook.svc.cluster.local:27017`);

// White space is no part of the key. Who has it is a member, and may make the first users.
const key = encodeURIComponent(readFileSync(`${SERVER}/keyfile`, 'utf8').replace(/\s/g, ''));
const connectTo = (hosts, more) =>
  connect(
    `mongodb://__system:${key}@${hosts.join()}/admin?authSource=local&authMechanism=SCRAM-SHA-256&tls=true` +
      `&tlsCAFile=${encodeURIComponent(`${SERVER}/ca.crt`)}&${more}`,
  );

const first = connectTo(HOSTS.slice(0, 1), 'directConnection=true');
try {
  const { set } = first.adminCommand({ replSetGetStatus: 1 });
  print(`The set ${set} exists.`);
} catch (error) {
  if (error.code !== NOT_YET_INITIALIZED) throw error;
  first.adminCommand({ replSetInitiate: { _id: 'rs0', members: HOSTS.map((host, _id) => ({ _id, host })) } });
}

ensureUsers(connectTo(HOSTS, 'replicaSet=rs0&serverSelectionTimeoutMS=60000'));
