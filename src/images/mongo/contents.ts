import type { ImageContents } from "../../runtime/index.ts";
import { debianFiles } from "../base.ts";
import { major, versionOf } from "./versions.ts";

const CODENAMES: Readonly<Record<string, string>> = { "24.04": "noble", "22.04": "jammy", "20.04": "focal", "18.04": "bionic" };

export function mongo(version: string): ImageContents {
  const v = versionOf(version);
  return {
    config: {
      entrypoint: ["docker-entrypoint.sh"],
      cmd: ["mongod"],
      exposedPorts: [27_017],
      env: {
        PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        GOSU_VERSION: "1.17",
        JSYAML_VERSION: "3.13.1",
        MONGO_PACKAGE: "mongodb-org",
        MONGO_REPO: "repo.mongodb.org",
        MONGO_MAJOR: version.split(".").slice(0, 2).join("."),
        MONGO_VERSION: version,
        HOME: "/data/db",
      },
    },
    files: {
      ...debianFiles("ubuntu", v.ubuntu, CODENAMES[v.ubuntu] as string, ["procps", "jq"]),
      "/etc/passwd":
        "root:x:0:0:root:/root:/bin/bash\nmongodb:x:999:999::/data/db:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
      "/etc/group": "root:x:0:\nmongodb:x:999:\nnogroup:x:65534:\n",
      "/etc/mongod.conf.orig": CONF,
      "/data/db": { directory: true, uid: 999 },
      "/data/configdb": { directory: true, uid: 999 },
      "/docker-entrypoint-initdb.d": { directory: true },
      "/usr/local/bin/docker-entrypoint.sh": { program: "mongo-entrypoint" },
      "/usr/bin/mongod": { program: "mongod" },
      ...(v.shell !== undefined && { "/usr/bin/mongosh": { program: "mongosh" } }),
      ...(major(v) < 6 && { "/usr/bin/mongo": { program: "mongo-shell" } }),
      "/usr/local/lib/mongo/build": `${version}\n`,
    },
  };
}

/** What the package brings; the image does not use it. */
const CONF = `# mongod.conf

# for documentation of all options, see:
#   http://docs.mongodb.org/manual/reference/configuration-options/

# Where and how to store data.
storage:
  dbPath: /var/lib/mongodb

# where to write logging data.
systemLog:
  destination: file
  logAppend: true
  path: /var/log/mongodb/mongod.log

# network interfaces
net:
  port: 27017
  bindIp: 127.0.0.1
`;
