import { type Doc, isArray, isDoc, MongoError, type Value } from "./values.ts";

export interface Role {
  readonly role: string;
  readonly db: string;
}
export interface User {
  readonly user: string;
  readonly db: string;
  readonly verifier: string;
  readonly roles: readonly Role[];
}

/** Commands for everybody, before they have said who they are. */
const FREE = new Set(
  "hello isMaster ismaster ping buildInfo buildinfo connectionStatus saslStart saslContinue logout whatsmyuri endSessions getMore killCursors".split(
    " ",
  ),
);
const READ = "find aggregate count distinct listCollections listIndexes dbStats collStats".split(" ");
const WRITE = [...READ, ..."insert update delete findAndModify create drop createIndexes dropIndexes renameCollection".split(" ")];
const ADMIN = "listCollections listIndexes dbStats collStats create drop createIndexes dropIndexes dropDatabase renameCollection".split(
  " ",
);
const USERS = "createUser updateUser dropUser usersInfo grantRolesToUser revokeRolesFromUser".split(" ");
const WATCH =
  "serverStatus listDatabases getLog getParameter getCmdLineOpts replSetGetStatus hostInfo currentOp listCommands dbStats collStats listCollections".split(
    " ",
  );
const MANAGE = [...WATCH, ..."shutdown replSetInitiate setParameter".split(" ")];
/** What a role may do in its database; `*` in every one. */
const ROLES: Readonly<Record<string, { readonly may: readonly string[]; readonly any?: true }>> = {
  read: { may: READ },
  readWrite: { may: WRITE },
  dbAdmin: { may: ADMIN },
  userAdmin: { may: USERS },
  dbOwner: { may: [...WRITE, ...ADMIN, ...USERS] },
  readAnyDatabase: { may: [...READ, "listDatabases"], any: true },
  readWriteAnyDatabase: { may: [...WRITE, "listDatabases"], any: true },
  dbAdminAnyDatabase: { may: [...ADMIN, "listDatabases"], any: true },
  userAdminAnyDatabase: { may: [...USERS, "listDatabases"], any: true },
  clusterMonitor: { may: WATCH, any: true },
  clusterManager: { may: MANAGE, any: true },
  clusterAdmin: { may: [...MANAGE, "dropDatabase"], any: true },
  root: { may: [...WRITE, ...ADMIN, ...USERS, ...MANAGE], any: true },
};

/** Roles as a command gives them: names of the command's database, or {role, db}. Throws MongoError. */
export function rolesOf(given: Value | undefined, db: string): readonly Role[] {
  if (!isArray(given)) throw new MongoError(40_414, "Location40414", `BSON field 'createUser.roles' is missing but a required field`);
  return given.map((r) => {
    const role =
      typeof r === "string"
        ? { role: r, db }
        : { role: String(isDoc(r) ? r["role"] : r), db: String((isDoc(r) ? r["db"] : undefined) ?? db) };
    const known = ROLES[role.role];
    if (!known || (known.any && role.db !== "admin"))
      throw new MongoError(31, "RoleNotFound", `Could not find role: ${role.role}@${role.db}`);
    return role;
  });
}

/** Whether somebody with these roles may: in `db`. */
const permits = (roles: readonly Role[], command: string, db: string): boolean =>
  roles.some(({ role, db: where }) => {
    const known = ROLES[role];
    return known?.may.includes(command) === true && (known.any === true || where === db);
  });

/** Why a command is refused; undefined: it is not. Roles are undefined where nobody has said who they are. */
export function refusal(
  command: string,
  db: string,
  shown: string,
  roles: readonly Role[] | undefined,
  modern: boolean,
): MongoError | undefined {
  if (FREE.has(command)) return undefined;
  if (!roles) return new MongoError(13, "Unauthorized", `${modern ? "Command" : "command"} ${command} requires authentication`);
  if (command === "listDatabases" || permits(roles, command, db)) return undefined;
  return new MongoError(13, "Unauthorized", `not authorized on ${db} to execute command ${shown}`);
}
/** Databases that somebody may see at all. */
export const sees = (roles: readonly Role[], db: string): boolean =>
  roles.some(({ role, db: where }) => ROLES[role] !== undefined && (ROLES[role]?.any === true || where === db));

export const userDoc = (u: User): Doc => ({
  _id: `${u.db}.${u.user}`,
  user: u.user,
  db: u.db,
  credentials: { "SCRAM-SHA-256": u.verifier },
  roles: u.roles.map((r) => ({ role: r.role, db: r.db })),
});
export function userOf(doc: Doc | undefined): User | undefined {
  if (!doc) return undefined;
  const credentials = doc["credentials"] as Doc;
  return {
    user: doc["user"] as string,
    db: doc["db"] as string,
    verifier: credentials["SCRAM-SHA-256"] as string,
    roles: doc["roles"] as unknown as readonly Role[],
  };
}
