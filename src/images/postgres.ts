import type { ImageDefinition } from "../runtime/index.ts";
import { major, VERSIONS } from "./postgres/versions.ts";

/** The official postgres images. */
export function postgresImages(base: (alpine: boolean) => ImageDefinition["files"]): readonly ImageDefinition[] {
  return VERSIONS.map((v): ImageDefinition => {
    const uid = v.alpine ? 70 : 999;
    const data = major(v) >= 18 ? `/var/lib/postgresql/${major(v)}/docker` : "/var/lib/postgresql/data";
    const bin = v.alpine ? "/usr/local/bin" : `/usr/lib/postgresql/${major(v)}/bin`;
    return {
      repository: "docker.io/library/postgres",
      tags: v.tags,
      size: v.size,
      config: {
        entrypoint: ["docker-entrypoint.sh"],
        cmd: ["postgres"],
        stopSignal: "INT",
        exposedPorts: [5432],
        env: {
          PATH: `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin${v.alpine ? "" : `:${bin}`}`,
          LANG: "en_US.utf8",
          PG_MAJOR: String(major(v)),
          PG_VERSION: v.alpine ? v.version : `${v.version}-1.pgdg12+1`,
          PGDATA: data,
        },
      },
      files: {
        ...base(v.alpine),
        "/etc/passwd": `root:x:0:0:root:/root:/bin/sh\npostgres:x:${uid}:${uid}::/var/lib/postgresql:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n`,
        "/etc/group": `root:x:0:\npostgres:x:${uid}:\nnogroup:x:65534:\n`,
        "/var/lib/postgresql": { directory: true, mode: 0o1777, uid },
        ...(major(v) >= 18 ? {} : { [data]: { directory: true, mode: 0o1777, uid } }),
        "/var/run/postgresql": { directory: true, mode: 0o1777, uid },
        "/docker-entrypoint-initdb.d": { directory: true },
        "/usr/local/bin/docker-entrypoint.sh": { program: "postgres-entrypoint" },
        [`${bin}/postgres`]: { program: "postgres" },
        "/usr/local/bin/psql": { program: "psql" },
        "/usr/local/bin/pg_dump": { program: "pg-dump" },
        "/usr/local/bin/pg_restore": { program: "pg-restore" },
        "/usr/local/bin/pg_isready": { program: "pg-isready" },
        "/usr/local/lib/postgresql/build": `${v.version}${v.alpine ? "-alpine" : ""}\n`,
      },
    };
  });
}
