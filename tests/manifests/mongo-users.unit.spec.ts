import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { hasKubectl, openWorkbench } from './support/kustomize';
import { isWorkload, runsPods, type Manifest } from './support/manifest';

const SERVICES = ['book', 'reserve', 'rental', 'mypage'];
const SCRIPT = join(__dirname, '../../k8s/components/mongo-replica-set/initiate.js');
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
    for (const service of SERVICES) {
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
      expect.arrayContaining(['/etc/rentalbook/mongo-server', ...[...SERVICES, 'operator'].map(folderOf)]),
    );
    const withKey = manifests.filter((one) => runsPods(one) && JSON.stringify(one).includes('"mongo-server"'));
    expect(withKey.map(({ metadata }) => metadata.name).sort()).toEqual(['mongo', 'mongo-initiate']);
    expect(isWorkload(job ?? ({ kind: '' } as Manifest))).toBe(false);
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
class NotInitialized extends Error {
  readonly code = 94;
}

/** The script as mongosh runs it, on a server that keeps what it was told. */
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
  const inFolder = (file: string): string => join(folder, file.replace('/etc/rentalbook/', ''));
  const modules = { fs: { readFileSync: (file: string) => readFileSync(inFolder(file), 'utf8') } };
  runInNewContext(readFileSync(SCRIPT, 'utf8'), {
    ...{ connect, print: () => undefined, encodeURIComponent },
    require: (name: keyof typeof modules) => modules[name],
  });
  return { urls, config };
}

describe('the Job that makes the set', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rentalbook-initiate-'));
    mkdirSync(join(folder, 'mongo-server'));
    writeFileSync(join(folder, 'mongo-server/keyfile'), 'ab+/c\nd\n');
    for (const user of [...SERVICES, 'operator']) {
      mkdirSync(join(folder, 'mongo-users', user), { recursive: true });
      writeFileSync(join(folder, 'mongo-users', user, 'username'), user);
      writeFileSync(join(folder, 'mongo-users', user, 'password'), `password of ${user}\n`);
    }
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const own = (service: string): Role => ({ role: 'readWrite', db: `rentalbook-${service}` });

  it('makes a user for each service with rights on its own database, and one for the operator’s commands', () => {
    const users = new Map<string, Account>();
    const { config } = runScript(folder, users, false);
    expect(config?.members).toHaveLength(3);
    for (const service of SERVICES)
      expect(users.get(service)).toMatchObject({ pwd: `password of ${service}`, roles: [own(service)] });
    expect(users.get('operator')?.roles).toEqual(SERVICES.map(own));
    expect(users.size).toBe(SERVICES.length + 1);
  });

  it('leaves a set that exists as it is, and gives its users the passwords and rights of now', () => {
    const users = new Map([['book', { user: 'book', pwd: 'old', roles: [own('rental')] }]]);
    const { config } = runScript(folder, users, true);
    expect(config).toBeUndefined();
    expect(users.get('book')).toMatchObject({ pwd: 'password of book', roles: [own('book')] });
  });

  it('connects with TLS, as a member of the set', () => {
    for (const url of runScript(folder, new Map(), true).urls) {
      expect(url).toContain('mongodb://__system:ab%2B%2Fcd@mongo-0.mongo.rentalbook.svc.cluster.local:27017');
      expect(new URL(url.replace(/@[^/]*/, '@host')).searchParams.get('tls')).toBe('true');
    }
  });
});
