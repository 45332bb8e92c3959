/* global print, require */
(() => {
  const { readFileSync } = require('fs');
  const SERVICES = ['book', 'reserve', 'rental', 'mypage'];

  /** The lines of a file of the user's Secret. While a password is changed there are two, and the last is the new one. */
  const linesOf = (user, file) =>
    readFileSync(`/etc/rentalbook/mongo-users/${user}/${file}`, 'utf8').split(/\r?\n/).filter(Boolean);
  const own = (service) => ({ role: 'readWrite', db: `rentalbook-${service}` });

  globalThis.operator = () => ({
    name: linesOf('operator', 'username')[0],
    passwords: linesOf('operator', 'password'),
  });

  /**
   * Makes a user for each service with rights on its own database, and the operator with those on all. One that exists gets the
   * password and the roles of now.
   */
  globalThis.ensureUsers = (admin, rolesOfOperator = []) => {
    for (const service of [...SERVICES, 'operator']) {
      const [user] = linesOf(service, 'username');
      const roles = service === 'operator' ? [...SERVICES.map(own), ...rolesOfOperator] : [own(service)];
      const account = { pwd: linesOf(service, 'password').at(-1), roles, mechanisms: ['SCRAM-SHA-256'] };
      if (admin.getUser(user)) admin.updateUser(user, account);
      else admin.createUser({ user, ...account });
      print(`The user ${user} has the roles ${JSON.stringify(roles)}.`);
    }
  };
})();
