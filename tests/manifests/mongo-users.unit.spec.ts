import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { hasKubectl, openWorkbench } from './support/kustomize';
import { isWorkload, runsPods, type Manifest } from './support/manifest';
import { subgraphs } from '../../tools/services';

const COMPONENTS = join(__dirname, '../../k8s/components');
const described = hasKubectl ? describe : describe.skip;

described('the replica set of MongoDB', () => {
  const workbench = openWorkbench();
  let manifests: readonly Manifest[];
  beforeAll(async () => {
    manifests = await workbench.combination({ name: 'set', components: ['mongo-replica-set', 'network-policies'] });
  });
  afterAll(() => {
    workbench.close();
  });
  const named = (kind: string, name: string): Manifest | undefined =>
    manifests.find((one) => one.kind === kind && one.metadata.name === name);

  it('speaks TLS alone, and lets no client and no member in without a password or the key file', () => {
    const args = named('StatefulSet', 'mongo')?.spec?.template?.spec.containers[0]?.args ?? [];
    expect(args).toEqual(expect.arrayContaining(['--keyFile=/key/keyfile', '--tlsMode=requireTLS']));
    expect(args.filter((one) => /noauth|transitionToAuth|AllowInvalid/i.test(one))).toEqual([]);
  });

  it('is reached by each service as a user of its own, and its certificate is checked', () => {
    for (const service of subgraphs) {
      const pod = named('Deployment', service)?.spec?.template?.spec;
      const secrets = (pod?.volumes ?? []).flatMap(({ secret }) => secret?.secretName ?? []);
      expect(secrets.filter((name) => name.startsWith('mongo-'))).toEqual([`mongo-auth-${service}`]);
    }
    const engines = manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('engines'));
    expect(engines?.data).toMatchObject({
      MONGO_TLS_CA_FILE: '/etc/rentalbook/mongo-auth/ca.crt',
      MONGO_PASSWORD_FILE: '/etc/rentalbook/mongo-auth/password',
    });
  });

  it('has its key and the passwords of all users in the Job alone, which is given what its script reads', () => {
    const job = named('Job', 'mongo-initiate');
    const container = job?.spec?.template?.spec.containers[0];
    const folders = (container?.volumeMounts ?? []).map(({ mountPath }) => mountPath);
    expect(folders).toEqual(
      expect.arrayContaining(['/etc/rentalbook/mongo-server', ...[...subgraphs, 'operator'].map(folderOf)]),
    );
    const withKey = manifests.filter((one) => runsPods(one) && JSON.stringify(one).includes('"mongo-server"'));
    expect(withKey.map(({ metadata }) => metadata.name).sort()).toEqual(['mongo', 'mongo-initiate']);
    expect(isWorkload(job ?? ({ kind: '' } as Manifest))).toBe(false);
  });
});

described('the standalone of MongoDB with users', () => {
  it('lets no client in without a password, runs the script at its first start, and has what it reads', async () => {
    const workbench = openWorkbench();
    const manifests = await workbench.combination({
      name: 'one',
      components: ['mongo-standalone', 'mongo-standalone-users', 'network-policies'],
    });
    workbench.close();
    const pod = manifests.find(({ kind }) => kind === 'StatefulSet')?.spec?.template?.spec;
    const [container] = pod?.containers ?? [];
    expect(container?.args).toContain('--auth');
    expect((container?.volumeMounts ?? []).map(({ mountPath }) => mountPath)).toEqual(
      expect.arrayContaining([
        ...['/docker-entrypoint-initdb.d', '/etc/rentalbook/mongo-accounts'],
        ...[...subgraphs, 'operator'].map(folderOf),
      ]),
    );
    const engines = manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('engines'));
    expect(engines?.data).toMatchObject({ MONGO_PASSWORD_FILE: '/etc/rentalbook/mongo-auth/password' });
    expect(engines?.data).not.toHaveProperty('MONGO_TLS_CA_FILE');
  });
});

const folderOf = (user: string): string => `/etc/rentalbook/mongo-users/${user}`;

interface Role {
  readonly role: string;
  readonly db: string;
}
interface Account {
  readonly user: string;
  readonly pwd: string;
  readonly roles: readonly Role[];
}
class AuthenticationFailed extends Error {
  readonly code = 18;
}
class NotInitialized extends Error {
  readonly code = 94;
}

/** The script as mongosh runs it, on a server that records its commands. */
function runScript(folder: string, users: Map<string, Account>, hasSet: boolean) {
  const urls: string[] = [];
  let config: { readonly members: readonly { readonly host: string }[] } | undefined;
  const connect = (url: string) => {
    urls.push(url);
    return {
      adminCommand(command: { replSetGetStatus?: 1; replSetInitiate?: typeof config }) {
        if (command.replSetGetStatus && !hasSet) throw new NotInitialized('no replset config has been received');
        config = command.replSetInitiate;
        return { set: 'rs0' };
      },
      getUser: (name: string) => users.get(name) ?? null,
      createUser(account: Account) {
        if (users.has(account.user)) throw new Error('exists');
        users.set(account.user, account);
      },
      updateUser(user: string, account: Omit<Account, 'user'>) {
        if (!users.has(user)) throw new Error('does not exist');
        users.set(user, { user, ...account });
      },
    };
  };
  inMongosh(folder, 'mongo-replica-set/initiate.js', { connect });
  return { urls, config };
}

/** Runs a script of a component with what mongosh offers; the folder holds what is mounted in /etc/rentalbook. */
function inMongosh(folder: string, script: string, offered: object): void {
  const inFolder = (file: string): string => join(folder, file.replace('/etc/rentalbook/', ''));
  const modules = { fs: { readFileSync: (file: string) => readFileSync(inFolder(file), 'utf8') } };
  const run = (file: string): void => {
    runInContext(readFileSync(join(COMPONENTS, file), 'utf8'), context);
  };
  const context = createContext({
    ...{ ...offered, print: () => undefined, encodeURIComponent },
    require: (name: keyof typeof modules) => modules[name],
    load: (file: string) => {
      run(file.replace('/etc/rentalbook/', ''));
    },
  });
  run(script);
}

/** At the first start the server needs no login; later it does. */
function startStandalone(folder: string, users: Map<string, Account>): void {
  let isLoggedIn = users.size === 0;
  const requireLogin = (): void => {
    if (!isLoggedIn) throw new Error('not authorized');
  };
  const admin = {
    auth(name: string, password: string) {
      if (users.get(name)?.pwd !== password) throw new AuthenticationFailed('Authentication failed.');
      isLoggedIn = (users.get(name)?.roles ?? []).some(({ role, db }) => role === 'userAdmin' && db === 'admin');
      return { ok: 1 };
    },
    getUser(name: string) {
      requireLogin();
      return users.get(name) ?? null;
    },
    createUser(account: Account) {
      requireLogin();
      users.set(account.user, account);
    },
    updateUser(user: string, account: Omit<Account, 'user'>) {
      requireLogin();
      users.set(user, { user, ...account });
    },
  };
  inMongosh(folder, 'mongo-standalone-users/start.js', {
    db: { getSiblingDB: (name: string) => (name === 'admin' ? admin : undefined) },
  });
}

describe('the scripts that make the users', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rentalbook-initiate-'));
    mkdirSync(join(folder, 'mongo-server'));
    writeFileSync(join(folder, 'mongo-server/keyfile'), 'ab+/c\nd\n');
    for (const user of [...subgraphs, 'operator']) {
      mkdirSync(join(folder, 'mongo-users', user), { recursive: true });
      writeFileSync(join(folder, 'mongo-users', user, 'username'), user);
      writeFileSync(join(folder, 'mongo-users', user, 'password'), `password of ${user}\n`);
    }
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const own = (service: string): Role => ({ role: 'readWrite', db: `rentalbook-${service}` });

  it('make a user for each service with rights on its own database, and one for the operator’s commands', () => {
    const users = new Map<string, Account>();
    const { config } = runScript(folder, users, false);
    expect(config?.members).toHaveLength(3);
    for (const service of subgraphs)
      expect(users.get(service)).toMatchObject({ pwd: `password of ${service}`, roles: [own(service)] });
    expect(users.get('operator')?.roles).toEqual(subgraphs.map(own));
    expect(users.size).toBe(subgraphs.length + 1);
  });

  it('leave a set that exists as it is, and give its users the passwords and rights of now', () => {
    const users = new Map([['book', { user: 'book', pwd: 'old', roles: [own('rental')] }]]);
    const { config } = runScript(folder, users, true);
    expect(config).toBeUndefined();
    expect(users.get('book')).toMatchObject({ pwd: 'password of book', roles: [own('book')] });
  });

  it('make the same users on a standalone, where the operator may change them', () => {
    const users = new Map<string, Account>();
    startStandalone(folder, users);
    for (const service of subgraphs)
      expect(users.get(service)).toMatchObject({ pwd: `password of ${service}`, roles: [own(service)] });
    expect(users.get('operator')?.roles).toEqual([...subgraphs.map(own), { role: 'userAdmin', db: 'admin' }]);
    expect(users.size).toBe(subgraphs.length + 1);
  });

  it.each([
    ['the set', (users: Map<string, Account>) => void runScript(folder, users, true)],
    [
      'a standalone',
      (users: Map<string, Account>) => {
        startStandalone(folder, users);
      },
    ],
  ])('give a user on %s the last password of the Secret, which has the one before too', (_which, run) => {
    const users = new Map<string, Account>();
    run(users);
    for (const user of [...subgraphs, 'operator'])
      writeFileSync(join(folder, 'mongo-users', user, 'password'), `password of ${user}\nnext of ${user}\n`);
    run(users);
    for (const user of [...subgraphs, 'operator']) expect(users.get(user)?.pwd).toBe(`next of ${user}`);
  });

  it('connect to the set with TLS, as a member of it', () => {
    for (const url of runScript(folder, new Map(), true).urls) {
      expect(url).toContain('mongodb://__system:ab%2B%2Fcd@mongo-0.mongo.rentalbook.svc.cluster.local:27017');
      expect(new URL(url.replace(/@[^/]*/, '@host')).searchParams.get('tls')).toBe('true');
    }
  });
});
