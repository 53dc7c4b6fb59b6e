import type { ImageContents } from "../../runtime/index.ts";
import { alpineFiles, debianFiles } from "../base.ts";
import { versionOf } from "./versions.ts";

const SBIN = "/opt/rabbitmq/sbin";

export function rabbitmq(version: string, management: boolean, alpine: boolean): ImageContents {
  const v = versionOf(version);
  const uid = alpine ? 100 : 999;
  const plugins = [...(management ? ["rabbitmq_management"] : []), "rabbitmq_prometheus"];
  return {
    config: {
      entrypoint: ["docker-entrypoint.sh"],
      cmd: ["rabbitmq-server"],
      exposedPorts: [4369, 5671, 5672, 15_691, 15_692, 25_672, ...(management ? [15_671, 15_672] : [])],
      env: {
        PATH: `${SBIN}:/opt/erlang/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
        ERLANG_INSTALL_PATH_PREFIX: "/opt/erlang",
        RABBITMQ_DATA_DIR: "/var/lib/rabbitmq",
        RABBITMQ_VERSION: v.version,
        RABBITMQ_HOME: "/opt/rabbitmq",
        HOME: "/var/lib/rabbitmq",
        LANG: "C.UTF-8",
        LANGUAGE: "C.UTF-8",
        LC_ALL: "C.UTF-8",
      },
    },
    files: {
      ...(alpine ? alpineFiles(undefined, ["bash", "procps"]) : debianFiles("ubuntu", "24.04", "noble", ["procps"])),
      "/etc/passwd": `root:x:0:0:root:/root:/bin/bash\nrabbitmq:x:${uid}:${uid === 100 ? 101 : uid}::/var/lib/rabbitmq:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n`,
      "/etc/group": `root:x:0:\nrabbitmq:x:${uid === 100 ? 101 : uid}:\nnogroup:x:65534:\n`,
      "/var/lib/rabbitmq": { directory: true, uid, mode: 0o1777 },
      "/etc/rabbitmq": { directory: true, uid, mode: 0o777 },
      "/etc/rabbitmq/conf.d/10-defaults.conf": {
        text: "## DEFAULT SETTINGS ARE NOT MEANT TO BE TAKEN STRAIGHT INTO PRODUCTION\n## see https://www.rabbitmq.com/configure.html for further information\n## on configuring RabbitMQ\n\n## allow access to the guest user from anywhere on the network\n## https://www.rabbitmq.com/access-control.html#loopback-users\n## https://www.rabbitmq.com/production-checklist.html#users\nloopback_users.guest = false\n\n## Send all logs to stdout/TTY. Necessary to see logs when running via\n## a container\nlog.console = true\n",
        uid,
      },
      "/etc/rabbitmq/enabled_plugins": { text: `[${plugins.join(",")}].\n`, uid },
      "/usr/local/bin/docker-entrypoint.sh": { program: "rabbitmq-entrypoint" },
      [`${SBIN}/rabbitmq-server`]: { program: "rabbitmq-server" },
      [`${SBIN}/rabbitmqctl`]: { program: "rabbitmqctl" },
      [`${SBIN}/rabbitmq-diagnostics`]: { program: "rabbitmqctl" },
      [`${SBIN}/rabbitmq-plugins`]: { program: "rabbitmqctl" },
      "/opt/rabbitmq/build": `${version}\n`,
    },
  };
}
