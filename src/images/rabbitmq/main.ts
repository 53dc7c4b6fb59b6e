import { sha256 } from "@noble/hashes/sha2.js";
import { base64Encode } from "../../machinery/index.ts";
import { NetError } from "../../network/index.ts";
import { Errno, type ProcessContext, type Program } from "../../runtime/index.ts";
import { nextSignal, readIfThere } from "../process.ts";
import { HttpService } from "../serving.ts";
import { management } from "./management.ts";
import { hashOf } from "./password.ts";
import { CONTROL_PORT, RabbitServer } from "./server.ts";
import { readSettings } from "./settings.ts";
import type { StoredServer } from "./state.ts";
import { type RabbitVersion, versionOf } from "./versions.ts";
import { metrics } from "./views.ts";

export const buildOf = (proc: ProcessContext): RabbitVersion => versionOf(readIfThere(proc, "/opt/rabbitmq/build"));
export const HOME = "/var/lib/rabbitmq";
export const COOKIE = `${HOME}/.erlang.cookie`;
export const nodeName = (proc: ProcessContext): string => proc.env["RABBITMQ_NODENAME"] || `rabbit@${proc.hostname.split(".")[0]}`;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** rabbitmq-server. */
export const rabbitmqServer: Program = async (proc) => {
  const version = buildOf(proc);
  const node = nodeName(proc);
  const folder = `${HOME}/mnesia/${node}`;
  const settings = readSettings(proc);
  if (typeof settings === "string") {
    await proc.stderr.write(`${settings}\n\nBOOT FAILED\n===========\nError during startup: {error,failed_to_prepare_configuration}\n\n`);
    return 1;
  }
  const stored = proc.restored as StoredServer | undefined;
  const signals = nextSignal(proc, ["TERM", "INT", "QUIT"]);
  let cookie: string | undefined;
  try {
    cookie = readIfThere(proc, COOKIE)?.trim();
    if (cookie === undefined) {
      cookie = proc.env["RABBITMQ_ERLANG_COOKIE"] || Array.from({ length: 20 }, () => LETTERS[proc.random.int(26)]).join("");
      proc.fs.writeFile(COOKIE, cookie, { mode: 0o400 });
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    await proc.stderr.write(`Failed to create cookie file '${COOKIE}': ${error.code.toLowerCase()}\n`);
    return 1;
  }
  const server = new RabbitServer(proc, version, settings, node, folder, cookie, stored);
  if (!stored) {
    proc.memory(64 * 1024 * 1024);
    await proc.cpu(2600);
    await banner(server);
    try {
      if (!server.disk.load(server.broker)) first(server);
      server.settle();
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      const told = `Failed to create directory ${folder}: ${error.code.toLowerCase()}`;
      await proc.stderr.write(
        `\nBOOT FAILED\n===========\nError during startup: {error,\n                          {cannot_create_mnesia_dir,"${folder}",${error.code.toLowerCase()}}}\n`,
      );
      server.log("error", told);
      return 1;
    }
    await proc.cpu(900);
  }
  const service = new HttpService(
    (request, { socket: { local, remote } }) =>
      local.port === settings.prometheusPort
        ? request.path === "/metrics"
          ? metrics(server)
          : { status: 404 }
        : management(server, request, remote.ip),
    { idle: () => server.idle() },
  );
  server.busy = () => service.open > 0;
  if (!(await listens(server, service, stored !== undefined))) return 1;
  if (!stored) {
    server.log(
      "info",
      `Server startup complete; ${settings.plugins.length} plugins started.\n${settings.plugins.map((p) => ` * ${p}`).join("\n")}`,
    );
    await proc.stdout.write(` completed with ${settings.plugins.length} plugins.\n`);
  }
  server.run(stored);
  const signal = await Promise.race([signals, server.stopped]);
  server.stopping = true;
  if (signal === "TERM") server.log("info", "SIGTERM received - shutting down", "<0.69.0>");
  server.log("info", "Stopping RabbitMQ applications and their dependencies ...");
  for (const port of [settings.port]) server.log("info", `stopped TCP listener on [::]:${port}`);
  for (const session of server.sessions.all) server.sessions.end(session);
  service.abort();
  await proc.cpu(250);
  server.settle();
  server.log("info", `Stopping message store for directory '${folder}/msg_stores/vhosts/msg_store_persistent'`);
  server.log("info", `Message store for directory '${folder}/msg_stores/vhosts/msg_store_persistent' is stopped`);
  server.log("info", "Successfully stopped RabbitMQ and its dependencies");
  await proc.clock.sleep(1000);
  return 0;
};

/** What a node has that is new: a virtual host and an administrator. */
function first(server: RabbitServer): void {
  const { settings, broker, proc } = server;
  server.log(
    "info",
    `Node database directory at ${HOME}/mnesia/${server.node} is empty. Assuming we need to join an existing cluster or initialise from scratch...`,
  );
  broker.addVhost(settings.vhost);
  server.log("info", `Adding vhost '${settings.vhost}' (description: 'Default virtual host', tags: [])`);
  broker.putUser({ name: settings.user, hash: hashOf(settings.password, proc.random.bytes(4)), tags: ["administrator"] });
  server.log("info", `Created user '${settings.user}'`);
  server.log("info", `Successfully set user tags for user '${settings.user}' to [administrator]`);
  broker.permit({ user: settings.user, vhost: settings.vhost, configure: ".*", write: ".*", read: ".*" });
  server.log("info", `Successfully set permissions for user '${settings.user}' in virtual host '${settings.vhost}' to '.*', '.*', '.*'`);
}
async function banner(server: RabbitServer): Promise<void> {
  const { proc, version, settings, node, cookie } = server;
  const files = settings.files.length > 0 ? settings.files : ["(none)"];
  const hash = base64Encode(sha256(new TextEncoder().encode(cookie)).subarray(0, 16));
  server.log(
    "info",
    `Starting RabbitMQ ${version.version} on Erlang ${version.erlang} [jit]\nCopyright (c) 2007-${version.year} Broadcom Inc and/or its subsidiaries\nLicensed under the MPL 2.0. Website: https://rabbitmq.com`,
  );
  await proc.stdout.write(
    `\n  ##  ##      RabbitMQ ${version.version}\n  ##  ##\n  ##########  Copyright (c) 2007-${version.year} Broadcom Inc and/or its subsidiaries\n  ######  ##\n  ##########  Licensed under the MPL 2.0. Website: https://rabbitmq.com\n\n  Erlang:      ${version.erlang} [jit]\n\n  Doc guides:  https://www.rabbitmq.com/docs\n  Support:     https://www.rabbitmq.com/docs/contact\n  Tutorials:   https://www.rabbitmq.com/tutorials\n  Monitoring:  https://www.rabbitmq.com/docs/monitoring\n  Upgrading:   https://www.rabbitmq.com/docs/upgrade\n\n  Logs: <stdout>\n\n  Config file(s): ${files.join("\n                  ")}\n\n  Starting broker...`,
  );
  server.log(
    "info",
    `\n node           : ${node}\n home dir       : ${HOME}\n config file(s) : ${files.join("\n                : ")}\n cookie hash    : ${hash}\n log(s)         : <stdout>\n data dir       : ${HOME}/mnesia/${node}`,
  );
}
async function listens(server: RabbitServer, service: HttpService, again: boolean): Promise<boolean> {
  const { proc, settings } = server;
  const has = (plugin: string): boolean => settings.plugins.includes(plugin);
  const ports: readonly (readonly [port: number, web: boolean, said: string])[] = [
    [CONTROL_PORT, false, ""],
    ...(has("rabbitmq_management")
      ? [[settings.managementPort, true, `Management plugin: HTTP (non-TLS) listener started on port ${settings.managementPort}`] as const]
      : []),
    ...(has("rabbitmq_prometheus")
      ? [[settings.prometheusPort, true, `Prometheus metrics: HTTP (non-TLS) listener started on port ${settings.prometheusPort}`] as const]
      : []),
    [settings.port, false, `started TCP listener on [::]:${settings.port}`],
  ];
  if (!again) server.log("info", "Ready to start client connection listeners");
  for (const [port, web, said] of ports) {
    try {
      const listener = await proc.net.listen(port);
      void (web ? service.accept(listener) : server.sessions.accept(listener));
      if (!again && said !== "") server.log("info", said);
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      server.log(
        "error",
        `Failed to start Ranch listener {acceptor,{0,0,0,0,0,0,0,0},${port}} in ranch_tcp:listen(#{socket_opts => [{port,${port}}]}) for reason eaddrinuse (address already in use)`,
      );
      return false;
    }
  }
  server.ports = ports.map(([port]) => port);
  return true;
}

const DEPRECATED = [
  "RABBITMQ_DEFAULT_PASS_FILE",
  "RABBITMQ_DEFAULT_USER_FILE",
  "RABBITMQ_MANAGEMENT_SSL_CACERTFILE",
  "RABBITMQ_MANAGEMENT_SSL_CERTFILE",
  "RABBITMQ_MANAGEMENT_SSL_KEYFILE",
  "RABBITMQ_SSL_CACERTFILE",
  "RABBITMQ_SSL_CERTFILE",
  "RABBITMQ_SSL_KEYFILE",
  "RABBITMQ_VM_MEMORY_HIGH_WATERMARK",
];
/** docker-entrypoint.sh of the official image (docker-library/rabbitmq). */
export const rabbitmqEntrypoint: Program = async (proc) => {
  const args = proc.argv.slice(1);
  const [command = ""] = args;
  await proc.cpu(10);
  if (command.startsWith("rabbitmq") && proc.uid === 0) {
    const passwd = readIfThere(proc, "/etc/passwd") ?? "";
    const [, uid = "999", gid = "999"] = /^rabbitmq:x:(\d+):(\d+):/m.exec(passwd) ?? [];
    const user = { uid: Number(uid), gid: Number(gid), groups: [Number(gid)] };
    if (command === "rabbitmq-server") {
      try {
        owned(proc, HOME, user.uid, user.gid);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await proc.stderr.write(`chown: changing ownership of '${HOME}': ${error.message}\n`);
        return 1;
      }
    }
    return proc.exec([proc.argv[0] as string, ...args], { user });
  }
  const old = DEPRECATED.filter((name) => (proc.env[name] ?? "") !== "");
  if (old.length > 0) {
    await proc.stderr.write(
      `${old.map((name) => `error: ${name} is set but deprecated\n`).join("")}error: deprecated environment variables detected\n\nPlease use a configuration file instead; visit https://www.rabbitmq.com/configure.html to learn more\n\n`,
    );
    return 1;
  }
  return args.length === 0 ? 0 : proc.exec(args);
};
function owned(proc: ProcessContext, path: string, uid: number, gid: number): void {
  const stat = proc.fs.lstat(path);
  if (stat.uid !== uid) proc.fs.chown(path, uid, gid);
  if (stat.type === "directory") for (const name of proc.fs.readdir(path)) owned(proc, `${path}/${name}`, uid, gid);
}
