/* global db, ensureUsers, load, operator, print */
// Runs when the image makes the database, which lets everybody in from inside its pod, and again when passwords have changed.
load('/etc/rentalbook/mongo-accounts/users.js');

const AUTHENTICATION_FAILED = 18;
const admin = db.getSiblingDB('admin');
const { name, passwords } = operator();
let isLoggedIn = false;
// The operator may change users here; at the first start there is none, and no login is needed. mongosh awaits nothing in a callback.
for (const password of passwords) {
  if (isLoggedIn) break;
  try {
    admin.auth(name, password);
    isLoggedIn = true;
  } catch (error) {
    if (error.code !== AUTHENTICATION_FAILED) throw error;
  }
}
if (!isLoggedIn) print('There is no operator with these passwords yet.');
ensureUsers(admin, [{ role: 'userAdmin', db: 'admin' }]);
