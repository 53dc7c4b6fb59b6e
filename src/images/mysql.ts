import type { ImageDefinition } from "../runtime/index.ts";
import { since, VERSIONS } from "./mysql/versions.ts";

const PASSWD =
  "root:x:0:0:root:/root:/bin/bash\nmysql:x:999:999::/var/lib/mysql:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
const GROUP = "root:x:0:\nmysql:x:999:\nnogroup:x:65534:\n";
const CNF = "[client-server]\n\n!includedir /etc/mysql/conf.d/\n!includedir /etc/mysql/mariadb.conf.d/\n";

/** The official mysql and mariadb images. */
export function mysqlImages(debian: ImageDefinition["files"]): readonly ImageDefinition[] {
  return VERSIONS.map((v): ImageDefinition => {
    const bin = (names: readonly string[], program: string): ImageDefinition["files"] =>
      Object.fromEntries(names.map((n) => [`/usr/bin/${n}`, { program }]));
    const modern = v.maria && since(v.version, "10.6");
    const old = !(v.maria && since(v.version, "11.0"));
    const named = (mysql: string, maria: string): readonly string[] =>
      v.maria ? [...(old ? [mysql] : []), ...(since(v.version, "10.4") ? [maria] : [])] : [mysql];
    return {
      repository: `docker.io/library/${v.maria ? "mariadb" : "mysql"}`,
      tags: v.tags,
      size: v.size,
      config: {
        entrypoint: ["docker-entrypoint.sh"],
        cmd: [modern ? "mariadbd" : "mysqld"],
        exposedPorts: v.maria ? [3306] : [3306, 33_060],
        env: {
          PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
          GOSU_VERSION: v.maria ? "1.17" : "1.17",
          ...(v.maria
            ? { MARIADB_VERSION: `1:${v.version}+maria~ubu2204`, LANG: "C.UTF-8" }
            : { MYSQL_MAJOR: v.version.split(".").slice(0, 2).join("."), MYSQL_VERSION: `${v.version}-1.el9` }),
        },
      },
      files: {
        ...debian,
        "/etc/passwd": PASSWD,
        "/etc/group": GROUP,
        "/etc/mysql/my.cnf": CNF,
        "/etc/mysql/conf.d": { directory: true },
        "/var/lib/mysql": { directory: true, mode: 0o1777, uid: 999 },
        "/run/mysqld": { directory: true, mode: 0o1777, uid: 999 },
        "/var/run": { link: "/run" },
        "/docker-entrypoint-initdb.d": { directory: true },
        "/usr/local/bin/docker-entrypoint.sh": { program: "mysql-entrypoint" },
        "/usr/sbin/mysqld": { program: "mysqld" },
        ...(v.maria
          ? { "/usr/sbin/mariadbd": { program: "mysqld" }, "/usr/local/bin/healthcheck.sh": { program: "mariadb-healthcheck" } }
          : {}),
        ...bin(named("mysql", "mariadb"), "mysql-client"),
        ...bin(named("mysqladmin", "mariadb-admin"), "mysql-admin"),
        ...bin(named("mysqldump", "mariadb-dump"), "mysql-dump"),
        "/usr/local/lib/mysql/build": `${v.maria ? "mariadb" : "mysql"} ${v.version}\n`,
      },
    };
  });
}
