import type { Session } from "../database/sessions.ts";
import { subscribed } from "./blocking.ts";
import { dataCommands } from "./commands/index.ts";
import { float, globMatcher, integer, refuse, SYNTAX } from "./commands/types.ts";
import { info } from "./info.ts";
import { array, bulk, bulks, error, int, NIL, NIL_ARRAY, OK, simple } from "./resp.ts";
import type { Server } from "./server.ts";
import { type Client, newClient } from "./state.ts";

export interface ServerCommand {
  readonly arity: number;
  readonly write?: true;
  readonly run: (
    server: Server,
    session: Session<Client>,
    args: readonly string[],
    inMulti: boolean,
  ) => string | undefined | Promise<string | undefined>;
}

const WRONGPASS = "WRONGPASS invalid username-password pair or user is disabled.";

function auth(server: Server, { state }: Session<Client>, args: readonly string[]): string {
  const wanted = server.config.get("requirepass");
  const [user, password] = args.length === 1 ? ["default", args[0]] : args;
  if (args.length > 2) refuse(SYNTAX);
  if (args.length === 1 && wanted === "")
    refuse(
      "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?",
    );
  if (user !== "default" || (wanted !== "" && password !== wanted)) refuse(WRONGPASS);
  state.authed = true;
  return OK;
}

function database(server: Server, text: string | undefined): number {
  const n = integer(text, "ERR invalid DB index");
  return n < 0 || n >= server.engine.dbs.length ? refuse("ERR DB index is out of range") : n;
}

const toggles =
  (field: "channels" | "patterns", on: boolean, kind: string) =>
  (server: Server, session: Session<Client>, names: readonly string[]): undefined => {
    const { state } = session;
    const all = on || names.length > 0 ? names : state[field];
    const total = (): number => state.channels.length + state.patterns.length;
    if (all.length === 0) server.push(session, subscribed(kind, undefined, total()));
    for (const name of all) {
      const without = state[field].filter((c) => c !== name);
      state[field] = on ? [...without, name] : without;
      server.push(session, subscribed(kind, name, total()));
    }
  };

async function execute(server: Server, session: Session<Client>): Promise<string> {
  const { state } = session;
  const queued = state.multi ?? refuse("ERR EXEC without MULTI");
  const { multiBad, touched } = state;
  leaveMulti(state);
  if (multiBad) refuse("EXECABORT Transaction discarded because of previous errors.");
  if (touched) return NIL_ARRAY;
  const replies: string[] = [];
  for (const args of queued) {
    try {
      replies.push((await server.perform(session, args, true)) ?? NIL);
    } catch (thrown) {
      replies.push(error((thrown as Error).message));
    }
  }
  return array(replies);
}
function leaveMulti(state: Client): void {
  state.multi = null;
  state.multiBad = false;
  state.watched = [];
  state.touched = false;
}

function describe(server: Server, { id, socket, since, state }: Session<Client>): string {
  const now = server.proc.clock.now();
  const flags = state.kind === "replica" ? "S" : state.kind === "master" ? "M" : `${state.monitor ? "O" : ""}${state.blocked ? "b" : ""}${state.multi ? "x" : ""}${state.channels.length + state.patterns.length > 0 ? "P" : ""}` || "N";
  const at = (end: { readonly ip: string; readonly port: number }): string => `${end.ip}:${end.port}`;
  return `id=${id} addr=${at(socket.remote)} laddr=${at(socket.local)} fd=${id + 7} name=${state.name} age=${Math.floor((now - since) / 1000)} idle=${Math.floor((now - state.at) / 1000)} flags=${flags} db=${state.db} sub=${state.channels.length} psub=${state.patterns.length} multi=${state.multi?.length ?? -1} qbuf=${state.input.length} cmd=${state.last} user=default`;
}

function client(server: Server, session: Session<Client>, [sub = "", ...args]: readonly string[]): string {
  const { sessions } = server;
  switch (sub.toLowerCase()) {
    case "id":
      return int(session.id);
    case "list":
      return bulk(sessions.all.map((s) => `${describe(server, s)}\n`).join(""));
    case "info":
      return bulk(`${describe(server, session)}\n`);
    case "getname":
      return session.state.name === "" ? NIL : bulk(session.state.name);
    case "setname":
      if (/[^!-~]/.test(args[0] ?? "")) refuse("ERR Client names cannot contain spaces, newlines or special characters.");
      session.state.name = args[0] ?? "";
      return OK;
    case "setinfo":
    case "no-evict":
    case "no-touch":
      return OK;
    case "kill": {
      const address = args.length === 1 ? args[0] : args[0]?.toLowerCase() === "addr" ? args[1] : undefined;
      const number = args[0]?.toLowerCase() === "id" ? Number(args[1]) : undefined;
      const found = sessions.all.filter((s) => s.id === number || `${s.socket.remote.ip}:${s.socket.remote.port}` === address);
      for (const s of found) sessions.drop(s);
      if (args.length === 1) return found.length > 0 ? OK : refuse("ERR No such client");
      return int(found.length);
    }
    default:
      return refuse(`ERR unknown subcommand '${sub}'. Try CLIENT HELP.`);
  }
}

async function config(server: Server, _: Session<Client>, [sub = "", ...args]: readonly string[]): Promise<string> {
  const { config: values, proc } = server;
  switch (sub.toLowerCase()) {
    case "get": {
      const matchers = args.map((a) => globMatcher(a.toLowerCase()));
      return bulks(values.matching((name) => matchers.some((m) => m(name))));
    }
    case "set": {
      if (args.length === 0 || args.length % 2 !== 0) refuse("ERR wrong number of arguments for 'config|set' command");
      for (let i = 0; i < args.length; i += 2) {
        const wrong = values.set(args[i] as string, args[i + 1] as string);
        if (wrong !== undefined) refuse(wrong);
      }
      const names = args.filter((_name, i) => i % 2 === 0).map((a) => a.toLowerCase());
      if (names.includes("appendonly")) {
        server.persistence.stopAppending();
        if (values.is("appendonly") && !(await server.persistence.begin())) refuse("ERR Unable to turn on AOF. Check server logs.");
      }
      if (names.includes("maxmemory") && values.number("maxmemory") > 0 && values.number("maxmemory") < server.usedMemory) {
        await server.log(
          "#",
          `WARNING: the new maxmemory value set via CONFIG SET (${values.get("maxmemory")}) is smaller than the current memory usage (${server.usedMemory}). This will result in key eviction and/or the inability to accept new write commands depending on the maxmemory-policy.`,
        );
        server.makeRoom();
      }
      return OK;
    }
    case "resetstat":
      Object.assign(server.stats, { connections: 0, commands: 0, input: 0, output: 0, hits: 0, misses: 0, evicted: 0, errors: {} });
      return OK;
    case "rewrite": {
      const path = server.birth.configFile;
      if (path === "") return refuse("ERR The server is running without a config file");
      const changed = values.changed();
      const kept = proc.fs
        .readText(path)
        .split("\n")
        .filter((line) => !((line.trim().split(/\s+/)[0] ?? "").toLowerCase() in changed));
      const lines = Object.entries(changed).map(([name, value]) => `${name} ${value === "" ? '""' : value}`);
      try {
        proc.fs.writeFile(path, `${[...kept, "# Generated by CONFIG REWRITE", ...lines].join("\n")}\n`);
      } catch (thrown) {
        refuse(`ERR Rewriting config file: ${(thrown as Error).message}`);
      }
      return OK;
    }
    default:
      return refuse(`ERR unknown subcommand '${sub}'. Try CONFIG HELP.`);
  }
}

function role(server: Server): string {
  const { master, offset, online } = server.replication;
  if (!master)
    return array([
      bulk("master"),
      int(offset),
      array(online.map((s) => bulks([s.socket.remote.ip, String(s.state.port), String(offset)]))),
    ]);
  const link = { up: "connected", connecting: "connecting", handshake: "sync", down: "connect" }[master.link];
  return array([bulk("slave"), bulk(master.host), int(master.port), bulk(link), int(server.replication.offset)]);
}

async function follow(server: Server, session: Session<Client>, [host = "", port = ""]: readonly string[]): Promise<string> {
  const { replication } = server;
  const from = `user request from '${describe(server, session)}'`;
  if (host.toLowerCase() === "no" && port.toLowerCase() === "one") {
    if (replication.master) {
      await replication.follow(undefined, 0);
      await server.log("*", `MASTER MODE enabled (${from})`);
    }
    return OK;
  }
  const n = integer(port, "ERR Invalid master port");
  if (replication.master?.host === host && replication.master.port === n) return simple("OK Already connected to specified master");
  await server.log("*", `REPLICAOF ${host}:${n} enabled (${from})`);
  await replication.follow(host, n);
  return OK;
}

const refused = (name: string): ServerCommand => ({ arity: -1, run: () => refuse(`ERR ${name.toUpperCase()} is not simulated by Timonel`) });
const REFUSED = [
  ...["eval", "evalsha", "eval_ro", "script", "fcall", "function", "cluster", "sentinel", "module", "migrate", "dump", "restore"],
  ...["xadd", "xread", "xrange", "xlen", "xgroup", "xreadgroup", "xack", "xinfo", "geoadd", "geosearch", "georadius", "geopos", "geodist"],
  ...["pfadd", "pfcount", "pfmerge", "bzpopmin", "bzpopmax", "zunionstore", "zinterstore", "zrangebylex", "lmpop", "failover", "acl"],
  ...["latency", "move", "bitop", "bitpos"],
];

export const serverCommands: Readonly<Record<string, ServerCommand>> = {
  ...Object.fromEntries(REFUSED.map((name) => [name, refused(name)])),
  ping: {
    arity: -1,
    run: (_, { state }, args) => {
      if (args.length > 1) refuse("ERR wrong number of arguments for 'ping' command");
      if (state.channels.length + state.patterns.length > 0) return bulks(["pong", args[0] ?? ""]);
      return args.length === 1 ? bulk(args[0]) : simple("PONG");
    },
  },
  echo: { arity: 2, run: (_, __, [text]) => bulk(text) },
  auth: { arity: -2, run: auth },
  hello: {
    arity: -1,
    run: (server, session, [version, ...rest]) => {
      if (version !== undefined && version !== "2" && version !== "3") refuse("NOPROTO unsupported protocol version");
      if (version === "3") refuse("NOPROTO RESP3 is not simulated by Timonel");
      if (rest[0]?.toLowerCase() === "auth") auth(server, session, rest.slice(1, 3));
      if (!session.state.authed) refuse("NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time");
      const say = (name: string, value: string): readonly string[] => [bulk(name), value];
      return array([
        ...say("server", bulk("redis")),
        ...say("version", bulk(server.version)),
        ...say("proto", int(2)),
        ...say("id", int(session.id)),
        ...say("mode", bulk("standalone")),
        ...say("role", bulk(server.replication.master ? "replica" : "master")),
        ...say("modules", array([])),
      ]);
    },
  },
  select: {
    arity: 2,
    run: (server, { state }, [n]) => {
      state.db = database(server, n);
      return OK;
    },
  },
  quit: {
    arity: -1,
    run: (server, session) => {
      server.sessions.send(session, OK);
      server.sessions.end(session);
      return undefined;
    },
  },
  reset: {
    arity: 1,
    run: (server, session) => {
      session.state = { ...newClient(server.config.get("requirepass") === "", session.state.at), input: session.state.input };
      return simple("RESET");
    },
  },
  multi: {
    arity: 1,
    run: (_, { state }) => {
      if (state.multi) refuse("ERR MULTI calls can not be nested");
      state.multi = [];
      return OK;
    },
  },
  exec: { arity: 1, run: (server, session) => execute(server, session) },
  discard: {
    arity: 1,
    run: (_, { state }) => {
      if (!state.multi) refuse("ERR DISCARD without MULTI");
      leaveMulti(state);
      return OK;
    },
  },
  watch: {
    arity: -2,
    run: (_, { state }, keys) => {
      if (state.multi) refuse("ERR WATCH inside MULTI is not allowed");
      state.watched = [...state.watched, ...keys.map((k) => `${state.db}/${k}`)];
      return OK;
    },
  },
  unwatch: {
    arity: 1,
    run: (_, { state }) => {
      state.watched = [];
      state.touched = false;
      return OK;
    },
  },
  subscribe: { arity: -2, run: toggles("channels", true, "subscribe") },
  unsubscribe: { arity: -1, run: toggles("channels", false, "unsubscribe") },
  psubscribe: { arity: -2, run: toggles("patterns", true, "psubscribe") },
  punsubscribe: { arity: -1, run: toggles("patterns", false, "punsubscribe") },
  publish: { arity: 3, run: (server, _, [channel = "", message = ""]) => int(server.publish(channel, message)) },
  pubsub: {
    arity: -2,
    run: (server, _, [sub = "", ...args]) => {
      const all = server.sessions.all.map((s) => s.state);
      const channels = [...new Set(all.flatMap((s) => s.channels))];
      if (sub.toLowerCase() === "channels") {
        const matches = args[0] === undefined ? () => true : globMatcher(args[0]);
        return bulks(channels.filter((c) => matches(c)));
      }
      if (sub.toLowerCase() === "numsub") return array(args.flatMap((c) => [bulk(c), int(all.filter((s) => s.channels.includes(c)).length)]));
      if (sub.toLowerCase() === "numpat") return int(new Set(all.flatMap((s) => s.patterns)).size);
      return refuse(`ERR unknown subcommand '${sub}'. Try PUBSUB HELP.`);
    },
  },
  monitor: {
    arity: 1,
    run: (_, { state }) => {
      state.monitor = true;
      return OK;
    },
  },
  info: { arity: -1, run: (server, _, sections) => bulk(info(server, sections)) },
  config: { arity: -2, run: config },
  client: { arity: -2, run: client },
  command: {
    arity: -1,
    run: (_, __, [sub = ""]) => {
      const names = [...dataCommands.keys(), ...Object.keys(serverCommands)];
      if (sub.toLowerCase() === "count") return int(names.length);
      if (sub.toLowerCase() === "list") return bulks(names);
      // Their descriptions are not kept: a client does without.
      if (sub.toLowerCase() === "docs") return array([]);
      return refuse(`ERR COMMAND ${sub.toUpperCase()} is not simulated by Timonel`.replace("  ", " "));
    },
  },
  lolwut: { arity: -1, run: (server) => bulk(`Redis ver. ${server.version}\n`) },
  flushdb: flush((server, state) => server.engine.flush(state.db)),
  flushall: flush((server) => server.engine.flush(undefined)),
  swapdb: {
    arity: 3,
    write: true,
    run: (server, _, [a, b]) => {
      server.engine.swap(database(server, a), database(server, b));
      return OK;
    },
  },
  save: {
    arity: 1,
    run: async (server) => {
      if (server.persistence.saving) refuse("ERR Background save already in progress");
      return (await server.persistence.now()) ? OK : refuse("ERR");
    },
  },
  bgsave: {
    arity: -1,
    run: async (server) => {
      if (server.persistence.saving) refuse("ERR Background save already in progress");
      await server.persistence.background();
      return simple("Background saving started");
    },
  },
  lastsave: { arity: 1, run: (server) => int(Math.floor(server.persistence.lastSave / 1000)) },
  bgrewriteaof: {
    arity: 1,
    run: async (server) => {
      await server.log("*", "Background append only file rewriting started");
      void server.sessions.work(() => server.persistence.rewrite());
      return simple("Background append only file rewriting started");
    },
  },
  shutdown: {
    arity: -1,
    run: async (server, _, args) => {
      const words = args.map((a) => a.toLowerCase());
      if (words.some((w) => !/^(nosave|save|now|force)$/.test(w))) refuse(SYNTAX);
      server.stop(words.includes("nosave") ? "nosave" : words.includes("save") ? "save" : "shutdown");
      return undefined;
    },
  },
  role: { arity: 1, run: (server) => role(server) },
  replicaof: { arity: 3, run: follow },
  slaveof: { arity: 3, run: follow },
  replconf: {
    arity: -1,
    run: (_, { state }, [option = "", value = ""]) => {
      if (option.toLowerCase() === "listening-port") state.port = integer(value);
      return option.toLowerCase() === "ack" ? undefined : OK;
    },
  },
  psync: {
    arity: -3,
    run: async (server, session) => {
      if (server.replication.master && server.replication.master.link !== "up") refuse("NOMASTERLINK Can't SYNC while not connected with my master");
      await server.replication.sync(session);
      return undefined;
    },
  },
  wait: {
    arity: 3,
    // What is written to a replica's connection is there in the next moment: nothing lags that is online.
    run: (server, _, [n]) => {
      integer(n);
      return int(server.replication.online.length);
    },
  },
  debug: {
    arity: -2,
    run: async (server, _, [sub = "", value]) => {
      if (sub.toLowerCase() === "sleep") {
        await server.stall(float(value) * 1000);
        return OK;
      }
      return refuse(`ERR DEBUG ${sub.toUpperCase()} is not simulated by Timonel`);
    },
  },
  slowlog: {
    arity: -2,
    run: (_, __, [sub = ""]) => refuse(`ERR SLOWLOG ${sub.toUpperCase()} is not simulated by Timonel`),
  },
};

function flush(what: (server: Server, state: Client) => void): ServerCommand {
  return {
    arity: -1,
    write: true,
    run: (server, { state }, args) => {
      if (args.length > 1 || (args[0] !== undefined && !/^(a)?sync$/i.test(args[0]))) refuse(SYNTAX);
      what(server, state);
      return OK;
    },
  };
}
