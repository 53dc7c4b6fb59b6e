import type { Session } from "../database/sessions.ts";
import { subscribed } from "./blocking.ts";
import { dataCommands } from "./commands/index.ts";
import { float, globMatcher, integer, refuse, SYNTAX } from "./commands/types.ts";
import { client, config, follow, role } from "./admin.ts";
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
    refuse("ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?");
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

const refused = (name: string): ServerCommand => ({
  arity: -1,
  run: () => refuse(`ERR ${name.toUpperCase()} is not simulated by Timonel`),
});
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
      if (!session.state.authed)
        refuse(
          "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time",
        );
      const say = (name: string, value: string): readonly string[] => [bulk(name), value];
      return array([
        ...say("server", bulk(server.product.toLowerCase())),
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
      if (sub.toLowerCase() === "numsub")
        return array(args.flatMap((c) => [bulk(c), int(all.filter((s) => s.channels.includes(c)).length)]));
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
  lolwut: { arity: -1, run: (server) => bulk(`${server.product} ver. ${server.version}\n`) },
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
      if (server.replication.master && server.replication.master.link !== "up")
        refuse("NOMASTERLINK Can't SYNC while not connected with my master");
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
