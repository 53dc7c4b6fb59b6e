import { NetError } from "../../network/index.ts";
import type { Session } from "../database/sessions.ts";
import { readable } from "../database/binary.ts";
import { parseDump, producedBy } from "./rdb.ts";
import { bulks } from "./resp.ts";
import type { Server } from "./server.ts";
import type { Client, Master, Stored } from "./state.ts";
import { since } from "./versions.ts";

const RETRY = 1000;
const NOBODY = "0".repeat(40);

/** Both sides of replication: replicas that follow us, and the master that we follow. Every resynchronisation is a full one. */
export class Replication {
  readonly #server: Server;
  #master: Master | null;
  #replId: string;
  #offset: number;
  /** What the master says is being done. */
  applying = false;
  #announced = false;

  constructor(server: Server, stored?: Stored) {
    this.#server = server;
    this.#master = stored?.master ?? null;
    this.#replId = stored?.replId ?? server.birth.replId;
    this.#offset = stored?.offset ?? 0;
    this.#announced = this.#offset > 0;
  }
  save(): Pick<Stored, "master" | "replId" | "offset"> {
    return { master: this.#master, replId: this.#replId, offset: this.#offset };
  }
  get master(): Master | null {
    return this.#master;
  }
  get offset(): number {
    return this.#offset;
  }
  get replId(): string {
    return this.#replId;
  }
  get replicas(): readonly Session<Client>[] {
    return this.#server.sessions.all.filter((s) => s.state.kind === "replica");
  }
  get online(): readonly Session<Client>[] {
    return this.replicas.filter((s) => s.state.online);
  }
  get link(): Session<Client> | undefined {
    return this.#server.sessions.all.find((s) => s.state.kind === "master");
  }
  resume(): void {
    for (const session of this.replicas) if (session.state.syncAt !== null) void this.#syncLater(session);
    if (this.#master?.link === "connecting") void this.#connect();
    else if (this.#master?.link === "down") void this.#retry();
  }

  // --- as a master ---

  feed(text: string): void {
    const followers = this.replicas;
    if (followers.length > 0 || this.#announced) this.#offset += text.length;
    for (const session of followers) if (session.state.online) this.#server.push(session, text);
  }
  /** PSYNC and SYNC. */
  async sync(session: Session<Client>): Promise<void> {
    const server = this.#server;
    const { state } = session;
    const name = `${session.socket.remote.ip}:${state.port || server.config.get("port")}`;
    await server.log("*", `Replica ${name} asks for synchronization`);
    await server.log("*", `Full resync requested by replica ${name}`);
    if (!this.#announced) {
      this.#announced = true;
      await server.log("*", `Replication backlog created, my new replication IDs are '${this.#replId}' and '${NOBODY}'`);
    }
    state.kind = "replica";
    server.stats.fullSyncs++;
    const delay =
      server.config.is("repl-diskless-sync") && since(server.version, "7.0") ? server.config.number("repl-diskless-sync-delay") * 1000 : 0;
    if (delay > 0) await server.log("*", "Delay next BGSAVE for diskless SYNC");
    state.syncAt = server.proc.clock.now() + delay;
    void this.#syncLater(session);
  }
  async #syncLater(session: Session<Client>): Promise<void> {
    const server = this.#server;
    const { state } = session;
    await server.timers.until(state.syncAt ?? 0);
    if (!server.sessions.get(session.id)) return;
    await server.sessions.work(async () => {
      const diskless = since(server.version, "7.0") && server.config.is("repl-diskless-sync");
      const name = `${session.socket.remote.ip}:${state.port || server.config.get("port")}`;
      await server.log("*", `Starting BGSAVE for SYNC with target: ${diskless ? "replicas sockets" : "disk"}`);
      const cpu = 2 + server.engine.bytes / 2 ** 17;
      const child = await server.proc.spawn({
        argv: [diskless ? "redis-rdb-to-slaves" : "redis-rdb-bgsave"],
        program: { name: "redis-child", arguments: { cpu } },
      });
      await server.log(
        "*",
        diskless ? `Background RDB transfer started by pid ${child.pid}` : `Background saving started by pid ${child.pid}`,
      );
      const dump = server.engine.dump(server.persistence.about());
      state.syncAt = null;
      state.online = true;
      server.engine.forgetSelected();
      server.push(session, `+FULLRESYNC ${this.#replId} ${this.#offset}\r\n$${dump.length}\r\n${dump}`);
      await child.exited;
      await server.log("*", diskless ? "Background RDB transfer terminated with success" : "Background saving terminated with success");
      if (diskless)
        await server.log(
          "*",
          `Streamed replication with replica ${name} succeeded (socket). Waiting for REPLCONF ACK from replica to enable streaming`,
        );
      await server.log("*", `Synchronization with replica ${name} succeeded`);
    });
  }
  closed(session: Session<Client>): void {
    const { kind, port } = session.state;
    if (this.#server.stopping) return;
    if (kind === "replica")
      void this.#server.log(
        this.#server.notice,
        `Connection with replica ${session.socket.remote.ip}:${port || this.#server.config.get("port")} lost.`,
      );
    if (kind !== "master" || !this.#master) return;
    const up = this.#master.link === "up";
    this.#set("down");
    void this.#server.sessions.work(async () => {
      if (up) {
        await this.#server.log(this.#server.notice, "Connection with master lost.");
        await this.#server.log("*", "Caching the disconnected master state.");
      }
      void this.#retry();
    });
  }

  // --- as a replica ---

  /** REPLICAOF host port, or no one. */
  async follow(host: string | undefined, port: number): Promise<void> {
    const server = this.#server;
    const old = this.link;
    if (host === undefined) {
      this.#master = null;
      if (old) server.sessions.drop(old);
      this.#replId = hex(server.proc.random.bytes(20));
      server.rebase();
      return;
    }
    this.#master = { host, port, link: "connecting", since: server.proc.clock.now() };
    if (old) server.sessions.drop(old);
    for (const session of this.replicas) server.sessions.drop(session);
    await server.log("*", `Connecting to MASTER ${host}:${port}`);
    await server.log("*", "MASTER <-> REPLICA sync started");
    void this.#connect();
  }
  #set(link: Master["link"]): void {
    if (this.#master) this.#master = { ...this.#master, link, since: this.#server.proc.clock.now() };
  }
  async #retry(): Promise<void> {
    const server = this.#server;
    const asked = this.#master;
    await server.timers.until((asked?.since ?? server.proc.clock.now()) + RETRY);
    if (!this.#master || this.#master !== asked || server.stopping) return;
    await server.sessions.work(async () => {
      if (!this.#master) return;
      this.#set("connecting");
      await server.log("*", `Connecting to MASTER ${this.#master.host}:${this.#master.port}`);
      await server.log("*", "MASTER <-> REPLICA sync started");
      void this.#connect();
    });
  }
  async #connect(): Promise<void> {
    const server = this.#server;
    const asked = this.#master;
    if (!asked) return;
    try {
      const socket = await server.proc.net.connect(readable(asked.host), asked.port, {
        timeout: server.config.number("repl-timeout") * 1000,
      });
      if (this.#master !== asked) return socket.destroy();
      await server.sessions.work(async () => {
        await server.log("*", "Non blocking connect for SYNC fired the event.");
        this.#set("handshake");
        const session = server.sessions.adopt(socket);
        session.state = { ...session.state, kind: "master", authed: true };
        server.push(session, bulks(["PING"]));
      });
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      if (this.#master !== asked) return;
      await server.sessions.work(async () => {
        const unknown = error.code === "ENOTFOUND" || error.code === "EAI_AGAIN";
        await server.log(
          "#",
          unknown ? `Unable to connect to MASTER: ${error.message}` : `Error condition on socket for SYNC: ${error.message}`,
        );
        this.#set("down");
        void this.#retry();
      });
    }
  }

  /** What the master says: answers to the handshake, the dump, then commands without end. */
  async received(session: Session<Client>, text: string): Promise<void> {
    const server = this.#server;
    const client = session.state;
    client.input += text;
    for (;;) {
      if (client.stage === "stream") return this.#apply(session);
      if (client.stage === "dump") {
        const head = /^\$(\d+)\r\n/.exec(client.input.slice(0, 32));
        if (!head) return;
        const size = Number(head[1]);
        const from = head[0].length;
        if (client.input.length < from + size) return;
        const dump = client.input.slice(from, from + size);
        client.input = client.input.slice(from + size);
        if (!(await this.#load(dump))) return server.sessions.drop(session);
        client.stage = "stream";
        continue;
      }
      const end = client.input.indexOf("\r\n");
      if (end < 0) return;
      const line = client.input.slice(0, end);
      client.input = client.input.slice(end + 2);
      if (!(await this.#answered(session, line))) return server.sessions.drop(session);
    }
  }
  async #answered(session: Session<Client>, line: string): Promise<boolean> {
    const server = this.#server;
    const client = session.state;
    const password = server.config.get("masterauth");
    const say = (...words: readonly string[]): boolean => {
      server.push(session, bulks(words));
      return true;
    };
    const port = (): boolean => {
      client.stage = "port";
      return say("REPLCONF", "listening-port", server.config.get("port"));
    };
    switch (client.stage) {
      case "ping":
        if (line.startsWith("-") && !line.startsWith("-NOAUTH")) {
          await server.log("#", `Error reply to PING from master: '${line}'`);
          return false;
        }
        await server.log("*", "Master replied to PING, replication can continue...");
        if (password === "") return port();
        client.stage = "auth";
        return say("AUTH", ...(server.config.get("masteruser") === "" ? [] : [server.config.get("masteruser")]), password);
      case "auth":
        if (line.startsWith("-")) {
          await server.log("#", `Unable to AUTH to MASTER: ${line}`);
          return false;
        }
        return port();
      case "port":
        if (line.startsWith("-")) await server.log("*", `(Non critical) Master does not understand REPLCONF listening-port: ${line}`);
        client.stage = "capa";
        return say("REPLCONF", "capa", "eof", "capa", "psync2");
      case "capa":
        if (line.startsWith("-")) await server.log("*", `(Non critical) Master does not understand REPLCONF capa: ${line}`);
        await server.log("*", "Partial resynchronization not possible (no cached master)");
        client.stage = "psync";
        return say("PSYNC", "?", "-1");
      default: {
        const [, replId, offset] = /^\+FULLRESYNC (\w+) (\d+)/.exec(line) ?? [];
        if (replId === undefined) {
          await server.log("#", `Unexpected reply to PSYNC from master: ${line}`);
          return false;
        }
        await server.log("*", `Full resync from master: ${replId}:${offset}`);
        this.#replId = replId;
        this.#offset = Number(offset);
        client.stage = "dump";
        return true;
      }
    }
  }
  async #load(dump: string): Promise<boolean> {
    const server = this.#server;
    await server.log("*", `MASTER <-> REPLICA sync: receiving ${dump.length} bytes from master to disk`);
    await server.log("*", "MASTER <-> REPLICA sync: Flushing old data");
    await server.log("*", "MASTER <-> REPLICA sync: Loading DB in memory");
    await server.proc.cpu(1 + dump.length / 2 ** 17);
    const loaded = parseDump(dump);
    if (typeof loaded === "string") {
      await server.log("#", `Failed trying to load the MASTER synchronization DB from disk, check server logs: ${loaded}`);
      return false;
    }
    const expired = server.engine.load(loaded);
    server.rebase();
    await server.log("*", producedBy(loaded));
    await server.log(server.notice, `Done loading RDB, keys loaded: ${loaded.keys.length - expired}, keys expired: ${expired}.`);
    await server.log("*", "MASTER <-> REPLICA sync: Finished with success");
    this.#set("up");
    if (server.config.is("appendonly")) await server.persistence.rewrite();
    return true;
  }
  async #apply(session: Session<Client>): Promise<void> {
    const server = this.#server;
    const client = session.state;
    await server.proc.cpu(0.01 + client.input.length / 100_000);
    const before = server.engine.dirty;
    const { end, db } = server.engine.replay(client.input, client.db);
    client.db = db;
    const done = client.input.slice(0, end);
    client.input = client.input.slice(end);
    this.#offset += end;
    server.engine.dirty = Math.max(server.engine.dirty, before);
    this.applying = true;
    server.pass(done);
    this.applying = false;
    server.push(session, bulks(["REPLCONF", "ACK", String(this.#offset)]));
    server.persistence.written();
  }
}

export const hex = (bytes: Uint8Array): string => [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
