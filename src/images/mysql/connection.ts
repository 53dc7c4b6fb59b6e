import { NetError, type Socket } from "../../network/index.ts";
import type { ProcessContext } from "../../runtime/index.ts";
import { fromBinary, readable, toBinary, utf8 } from "../database/binary.ts";
import { readIfThere } from "../process.ts";
import { CAPABILITIES, COMMANDS, packet, Reader, readPacket, u32, u8 } from "./packets.ts";
import { answer } from "./password.ts";
import type { MysqlVersion } from "./versions.ts";

export class ServerError extends Error {
  readonly code: number;
  readonly state: string;
  constructor(code: number, state: string, message: string) {
    super(message);
    this.code = code;
    this.state = state;
  }
  get line(): string {
    return `ERROR ${this.code} (${this.state}): ${this.message}`;
  }
}
/** A row's values are texts; null is null. */
export interface Result {
  readonly columns: readonly { readonly name: string; readonly numeric: boolean; readonly notNull: boolean }[] | undefined;
  readonly rows: readonly (readonly (string | null)[])[];
  readonly affected: number;
  readonly warnings: number;
  readonly info: string;
}
export interface Where {
  readonly host: string;
  readonly port: number;
  readonly socket: string;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
  readonly tcp: boolean;
}

/** The client's end of the protocol. */
export class Connection {
  readonly #socket: Socket;
  #text = "";
  #sequence = 0;
  id = 0;
  version = "";

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Throws ServerError, also for what never reached a server (codes from 2000 on). */
  static async open(proc: ProcessContext, v: MysqlVersion, where: Where): Promise<Connection> {
    const local = !where.tcp && (where.host === "" || where.host === "localhost");
    let [host, port] = [where.host || "127.0.0.1", where.port];
    const kind = v.maria ? "local server" : "local MySQL server";
    if (local) {
      const file = readIfThere(proc, where.socket);
      if (file === undefined) throw new ServerError(2002, "HY000", `Can't connect to ${kind} through socket '${where.socket}' (2)`);
      [host, port] = [file.split(" ")[0] as string, Number(file.split(" ")[1])];
    }
    let socket: Socket;
    try {
      socket = await proc.net.connect(host, port);
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      if (local) throw new ServerError(2002, "HY000", `Can't connect to ${kind} through socket '${where.socket}' (111)`);
      if (error.code === "ENOTFOUND" || error.code === "EAI_AGAIN")
        throw new ServerError(
          2005,
          "HY000",
          v.maria
            ? `Unknown server host '${where.host}' (${error.code === "ENOTFOUND" ? -2 : -3})`
            : `Unknown MySQL server host '${where.host}' (${error.code === "ENOTFOUND" ? -2 : -3})`,
        );
      const number = { ECONNREFUSED: 111, ETIMEDOUT: 110, EHOSTUNREACH: 113 }[error.code as "ECONNREFUSED"] ?? 115;
      throw v.maria
        ? new ServerError(2002, "HY000", `Can't connect to server on '${where.host}' (${number})`)
        : new ServerError(2003, "HY000", `Can't connect to MySQL server on '${where.host}:${port}' (${number})`);
    }
    const connection = new Connection(socket);
    await connection.#login(where);
    return connection;
  }

  async #login({ user, password = "", database }: Where): Promise<void> {
    const hello = new Reader(await this.#packet());
    if (hello.int(1) === 0xff) {
      hello.at = 0;
      throw readError(hello);
    }
    this.version = hello.zero().replace(/^5\.5\.5-/, "");
    this.id = hello.int(4);
    let scramble = hello.bytes(8);
    hello.at += 1 + 2 + 1 + 2 + 2 + 1 + 10;
    scramble += hello.bytes(12);
    const flags = database === "" ? CAPABILITIES & ~8 : CAPABILITIES;
    const proof = answer(password, scramble);
    await this.#send(
      `${u32(flags)}${u32(16_777_216)}${u8(45)}${"\0".repeat(23)}${utf8(user)}\0${u8(proof.length)}${proof}${database === "" ? "" : `${utf8(database)}\0`}mysql_native_password\0`,
    );
    const reply = await this.#packet();
    if (reply[0] === "\xff") throw readError(new Reader(reply));
  }
  async #send(body: string): Promise<void> {
    await this.#socket.write(fromBinary(packet(this.#sequence++ & 0xff, body)));
  }
  async #packet(): Promise<string> {
    for (;;) {
      const got = readPacket(this.#text, 0);
      if (got) {
        this.#text = this.#text.slice(got.end);
        this.#sequence = got.sequence + 1;
        return got.body;
      }
      let data: Uint8Array | null = null;
      try {
        data = await this.#socket.read();
      } catch (error) {
        if (!(error instanceof NetError)) throw error;
      }
      if (data === null) throw new ServerError(2013, "HY000", "Lost connection to server during query");
      this.#text += toBinary(data);
    }
  }
  async #command(command: number, text: string): Promise<string> {
    this.#sequence = 0;
    try {
      await this.#send(u8(command) + utf8(text));
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      throw new ServerError(2006, "HY000", "Server has gone away");
    }
    const reply = await this.#packet();
    if (reply[0] === "\xff") throw readError(new Reader(reply));
    return reply;
  }
  ping = async (): Promise<void> => void (await this.#command(COMMANDS.ping, ""));
  statistics = async (): Promise<string> => readable(await this.#command(COMMANDS.statistics, ""));
  shutdown = async (): Promise<void> => void (await this.#command(COMMANDS.shutdown, ""));

  async query(sql: string): Promise<Result> {
    const first = new Reader(await this.#command(COMMANDS.query, sql));
    const count = first.lenenc() ?? 0;
    if (count === 0) {
      const affected = first.lenenc() ?? 0;
      first.lenenc();
      first.int(2);
      const warnings = first.int(2);
      return { columns: undefined, rows: [], affected, warnings, info: readable(first.rest()) };
    }
    const columns: { name: string; numeric: boolean; notNull: boolean }[] = [];
    for (let i = 0; i < count; i++) {
      const reader = new Reader(await this.#packet());
      for (let n = 0; n < 4; n++) reader.lenencText();
      const name = readable(reader.lenencText() ?? "");
      reader.lenencText();
      reader.at += 1 + 2 + 4;
      const type = reader.int(1);
      const flags = reader.int(2);
      columns.push({ name, notNull: (flags & 1) === 1, numeric: type < 7 || type === 8 || type === 9 || type === 13 || type === 246 });
    }
    await this.#packet();
    const rows: (string | null)[][] = [];
    for (;;) {
      const body = await this.#packet();
      if (body[0] === "\xfe" && body.length < 9) {
        const reader = new Reader(body, 1);
        return { columns, rows, affected: rows.length, warnings: reader.int(2), info: "" };
      }
      const reader = new Reader(body);
      rows.push(
        columns.map(() => {
          const text = reader.lenencText();
          return text === null ? null : readable(text);
        }),
      );
    }
  }
  async close(): Promise<void> {
    this.#sequence = 0;
    try {
      await this.#send(u8(COMMANDS.quit));
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
    }
    this.#socket.end();
  }
}

function readError(reader: Reader): ServerError {
  reader.at += 1;
  const code = reader.int(2);
  const rest = readable(reader.rest());
  return rest.startsWith("#") ? new ServerError(code, rest.slice(1, 6), rest.slice(6)) : new ServerError(code, "HY000", rest);
}
