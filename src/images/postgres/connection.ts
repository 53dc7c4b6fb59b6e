import { NetError, type Socket } from "../../network/index.ts";
import type { ProcessContext } from "../../runtime/index.ts";
import { fromBinary, readable, toBinary, utf8 } from "../database/binary.ts";
import { i32, message, PROTOCOL, readFields, readI16, readI32, readMessage } from "./packets.ts";
import { isRight } from "./rows.ts";
import { proofOf } from "../database/scram.ts";

export interface Where {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password: string | undefined;
}
/** Why there is no connection: what follows "psql: error: ". */
export class ConnectionError extends Error {
  readonly needsPassword: boolean;
  constructor(text: string, needsPassword = false) {
    super(text);
    this.needsPassword = needsPassword;
  }
}
export type Event =
  | {
      readonly kind: "rows";
      readonly columns: readonly { readonly name: string; readonly right: boolean }[];
      readonly rows: readonly (readonly (string | null)[])[];
      readonly tag: string;
    }
  | { readonly kind: "tag"; readonly tag: string }
  | { readonly kind: "error" | "notice"; readonly fields: Readonly<Record<string, string>> }
  | { readonly kind: "copy in" }
  | { readonly kind: "copy out"; readonly text: string }
  | { readonly kind: "lost" };

/** The client's end of the protocol. */
export class Connection {
  readonly #socket: Socket;
  #text = "";
  status = "I";
  serverVersion = "";
  pid = 0;
  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static async open(proc: ProcessContext, where: Where): Promise<Connection> {
    const local = where.host === "" || where.host.startsWith("/");
    const name = local ? `connection to server on socket "/var/run/postgresql/.s.PGSQL.${where.port}" failed: ` : "";
    let socket: Socket;
    try {
      socket = await proc.net.connect(local ? "127.0.0.1" : where.host, where.port);
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      if (local)
        throw new ConnectionError(
          `${name}No such file or directory\n\tIs the server running locally and accepting connections on that socket?`,
        );
      if (error.code === "ENOTFOUND" || error.code === "EAI_AGAIN")
        throw new ConnectionError(`could not translate host name "${where.host}" to address: ${error.message}`);
      const [ip = where.host] = await proc.net.lookup(where.host);
      const at = ip === where.host ? `"${ip}"` : `"${where.host}" (${ip})`;
      throw new ConnectionError(
        `connection to server at ${at}, port ${where.port} failed: ${error.message}\n\tIs the server running on that host and accepting TCP/IP connections?`,
      );
    }
    const connection = new Connection(socket);
    const at = socket.remote.ip === where.host ? `"${where.host}"` : `"${where.host}" (${socket.remote.ip})`;
    await connection.#login(proc, where, local ? name : `connection to server at ${at}, port ${where.port} failed: `);
    return connection;
  }
  async #send(text: string): Promise<void> {
    try {
      await this.#socket.write(fromBinary(text));
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
    }
  }
  async #next(): Promise<{ readonly type: string; readonly body: string } | undefined> {
    for (;;) {
      const got = readMessage(this.#text, 0);
      if (got) {
        this.#text = this.#text.slice(got.end);
        return got;
      }
      let data: Uint8Array | null = null;
      try {
        data = await this.#socket.read();
      } catch (error) {
        if (!(error instanceof NetError)) throw error;
      }
      if (data === null) return undefined;
      this.#text += toBinary(data);
    }
  }
  async #login(proc: ProcessContext, { user, database, password }: Where, prefix: string): Promise<void> {
    const options = `user\0${utf8(user)}\0database\0${utf8(database)}\0application_name\0psql\0client_encoding\0UTF8\0\0`;
    await this.#send(i32(options.length + 8) + i32(PROTOCOL) + options);
    let first = "";
    for (;;) {
      const got = await this.#next();
      if (!got)
        throw new ConnectionError(
          `${prefix}server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.`,
        );
      if (got.type === "E") throw new ConnectionError(`${prefix}FATAL:  ${readable(readFields(got.body)["M"] ?? "")}`);
      if (got.type === "S") {
        const [key, value] = got.body.split("\0");
        if (key === "server_version") this.serverVersion = value ?? "";
      }
      if (got.type === "K") this.pid = readI32(got.body, 0);
      if (got.type === "Z") return;
      if (got.type !== "R") continue;
      const kind = readI32(got.body, 0);
      if (kind === 10) {
        if (password === undefined) {
          this.#socket.end();
          throw new ConnectionError(`${prefix}fe_sendauth: no password supplied`, true);
        }
        first = `n=,r=${[...proc.random.bytes(18)].map((b) => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[b & 63]).join("")}`;
        await this.#send(message("p", `SCRAM-SHA-256\0${i32(first.length + 3)}n,,${first}`));
      } else if (kind === 11) {
        await proc.cpu(4);
        await this.#send(message("p", proofOf(password ?? "", first, got.body.slice(4))?.final ?? ""));
      }
    }
  }

  /** What a query comes to, one by one; after "copy in" the data are asked for. */
  async *query(sql: string, data?: () => Promise<string>): AsyncGenerator<Event> {
    await this.#send(message("Q", `${utf8(sql)}\0`));
    let columns: { readonly name: string; readonly right: boolean }[] | undefined;
    let rows: (string | null)[][] = [];
    let out = "";
    for (;;) {
      const got = await this.#next();
      if (!got) {
        yield { kind: "lost" };
        return;
      }
      switch (got.type) {
        case "T":
          columns = readColumns(got.body);
          rows = [];
          break;
        case "D":
          rows.push(readRow(got.body));
          break;
        case "C": {
          const tag = got.body.replace(/\0$/, "");
          yield columns ? { kind: "rows", columns, rows, tag } : { kind: "tag", tag };
          columns = undefined;
          break;
        }
        case "E":
        case "N":
          yield {
            kind: got.type === "E" ? "error" : "notice",
            fields: Object.fromEntries(Object.entries(readFields(got.body)).map(([k, v]) => [k, readable(v)])),
          };
          break;
        case "G":
          yield { kind: "copy in" };
          await this.#send(message("d", utf8((await data?.()) ?? "")) + message("c", ""));
          break;
        case "H":
          out = "";
          break;
        case "d":
          out += readable(got.body);
          break;
        case "c":
          yield { kind: "copy out", text: out };
          break;
        case "Z":
          this.status = got.body;
          return;
      }
    }
  }
  async close(): Promise<void> {
    await this.#send(message("X", ""));
    this.#socket.end();
  }
}

function readColumns(body: string): { readonly name: string; readonly right: boolean }[] {
  const columns: { name: string; right: boolean }[] = [];
  let at = 2;
  for (let n = readI16(body, 0); n > 0; n--) {
    const end = body.indexOf("\0", at);
    columns.push({ name: readable(body.slice(at, end)), right: isRight(readI32(body, end + 7)) });
    at = end + 19;
  }
  return columns;
}
function readRow(body: string): (string | null)[] {
  const row: (string | null)[] = [];
  let at = 2;
  for (let n = readI16(body, 0); n > 0; n--) {
    const length = readI32(body, at);
    at += 4;
    if (length === 0xffffffff) row.push(null);
    else {
      row.push(readable(body.slice(at, at + length)));
      at += length;
    }
  }
  return row;
}
