import { Errno, type ProcessContext } from "../../runtime/index.ts";
import { fromBinary, toBinary } from "../database/binary.ts";
import { isoTime } from "../times.ts";
import { type Db, dbSize, parseDb, writeDb } from "./disk.ts";
import { clusterId, memberId } from "./member.ts";
import { table } from "./print.ts";
import { humanize } from "./version.ts";

/** bbolt keeps so many keys about the database itself. */
const OWN_KEYS = 6;

async function read(proc: ProcessContext, path: string): Promise<Db | undefined> {
  let text: string;
  try {
    text = toBinary(proc.fs.readFile(path));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    await proc.stderr.write(`Error: stat ${path}: ${error.message.toLowerCase()}\n`);
    return undefined;
  }
  const db = parseDb(text);
  if (!db) await proc.stderr.write("Error: snapshot file integrity check failed. 1 errors found.\ninvalid database\n");
  return db;
}
export async function status(proc: ProcessContext, path: string, output: string): Promise<number> {
  const db = await read(proc, path);
  if (!db) return 1;
  const hash = db.hash.toString(16);
  const { store } = db;
  const [revision, keys, size] = [store.revision, store.size + OWN_KEYS, dbSize(store)];
  if (output === "json") await proc.stdout.write(`{"hash":${db.hash},"revision":${revision},"totalKey":${keys},"totalSize":${size}}\n`);
  else if (output === "table")
    await proc.stdout.write(
      table(["HASH", "REVISION", "TOTAL KEYS", "TOTAL SIZE"], [[hash, String(revision), String(keys), humanize(size)]]),
    );
  else await proc.stdout.write(`${hash}, ${revision}, ${keys}, ${humanize(size)}\n`);
  return 0;
}
/** Makes a data folder of a snapshot, for a cluster that is new. */
export async function restore(proc: ProcessContext, path: string, flags: ReadonlyMap<string, string>): Promise<number> {
  for (const name of ["wal-dir", "bump-revision", "mark-compacted"])
    if (flags.has(name)) {
      await proc.stderr.write(`Error: --${name} is not simulated by Timonel\n`);
      return 1;
    }
  const name = flags.get("name") ?? "default";
  const folder = flags.get("data-dir") ?? `${name}.etcd`;
  const peers = (flags.get("initial-advertise-peer-urls") ?? "http://localhost:2380").split(",");
  const cluster = flags.get("initial-cluster") ?? `${name}=http://localhost:2380`;
  if (cluster.includes(",")) {
    await proc.stderr.write("Error: a cluster of several members is not simulated by Timonel\n");
    return 1;
  }
  if (cluster !== `${name}=${peers.join(",")}`) {
    await proc.stderr.write(
      cluster.startsWith(`${name}=`)
        ? `Error: --initial-cluster has ${cluster} but missing from --initial-advertise-peer-urls=${peers.join(",")}\n`
        : `Error: couldn't find local name "${name}" in the initial cluster configuration\n`,
    );
    return 1;
  }
  if (proc.fs.exists(folder) && proc.fs.readdir(folder).length > 0) {
    await proc.stderr.write(`Error: data-dir "${folder}" not empty or could not be read\n`);
    return 1;
  }
  const db = await read(proc, path);
  if (!db) return 1;
  const line = (caller: string, msg: string, about: object): Promise<void> =>
    proc.stderr.write(`${JSON.stringify({ level: "info", ts: isoTime(proc.clock.now()), caller, msg, ...about })}\n`);
  const places = { path, "wal-dir": `${folder}/member/wal`, "data-dir": folder, "snap-dir": `${folder}/member/snap` };
  await line("snapshot/v3_snapshot.go:265", "restoring snapshot", places);
  const id = memberId(peers, flags.get("initial-cluster-token") ?? "etcd-cluster");
  const member = { name, id, cluster: clusterId([id]), peers, clients: [] };
  await proc.cpu(20);
  // Leases are not what a snapshot is restored for, but they are in it.
  try {
    writeDb(proc, folder, db.store, { member, term: 1, index: 3 });
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    await proc.stderr.write(`Error: mkdir ${folder}: ${error.message.toLowerCase()}\n`);
    return 1;
  }
  await line("membership/cluster.go:421", "added member", {
    "cluster-id": member.cluster,
    "local-member-id": "0",
    "added-peer-id": id,
    "added-peer-peer-urls": peers,
  });
  await line("snapshot/v3_snapshot.go:293", "restored snapshot", places);
  return 0;
}
export const save = (proc: ProcessContext, path: string, text: string): void => proc.fs.writeFile(path, fromBinary(text), { mode: 0o600 });
