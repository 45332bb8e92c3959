/* global rs, print */
const NOT_YET_INITIALIZED = 94;
try {
  print(`The set ${rs.status().set} exists.`);
} catch (error) {
  if (error.code !== NOT_YET_INITIALIZED) throw error;
  const members = [0, 1, 2].map((_id) => ({ _id, host: `mongo-${_id}.mongo.rentalbook.svc.cluster.local:27017` }));
  rs.initiate({ _id: 'rs0', members });
}
