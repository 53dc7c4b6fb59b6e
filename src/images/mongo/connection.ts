import { NetError, type Socket } from "../../network/index.ts";
import type { ProcessContext } from "../../runtime/index.ts";
import { fromBinary, readable, toBinary, utf8 } from "../database/binary.ts";
import { base64, proofOf } from "../database/scram.ts";
import type { Doc } from "./values.ts";

export interface Target {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly source: string;
  /** Ms until it gives up. */
  readonly patience: number;
}
/** A failure to reach or to be let in, as the driver names it. */
export class ConnectError extends Error {
  readonly kind: string;
  constructor(kind: string, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** `mongodb://user:password@host:port/database?authSource=admin`. A text is what is wrong with it. */
export function parseUri(uri: string): Target | string {
  const [, scheme, login, hosts = "", path, query = ""] =
    /^(mongodb(?:\+srv)?):\/\/(?:([^@/]*)@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/.exec(uri) ?? [];
  if (scheme === undefined) return 'Invalid scheme, expected connection string to start with "mongodb://" or "mongodb+srv://"';
  if (scheme === "mongodb+srv") return "mongodb+srv:// is not simulated by Timonel";
  const options = new Map(
    query
      .split("&")
      .filter(Boolean)
      .map((o) => o.split("=") as [string, string]),
  );
  for (const name of options.keys()) {
    if (/^(tls|ssl)$/i.test(name) && options.get(name) !== "false") return `the option ${name} is not simulated by Timonel`;
    if (
      !/^(authSource|authMechanism|directConnection|serverSelectionTimeoutMS|connectTimeoutMS|socketTimeoutMS|appName|retryWrites|w|replicaSet|readPreference|maxPoolSize|tls|ssl|retryReads|loadBalanced)$/i.test(
        name,
      )
    )
      return `option ${name.toLowerCase()} is not supported`;
  }
  const [first = ""] = hosts.split(",");
  const [host = "", port] = first.split(":");
  if (host === "") return "Invalid connection string";
  const [user, password] = (login ?? "").split(/:(.*)/s);
  const database = decodeURIComponent(path ?? "");
  return {
    host,
    port: Number(port ?? 27_017),
    database: database === "" ? "test" : database,
    user: user === undefined || user === "" ? undefined : decodeURIComponent(user),
    password: password === undefined ? undefined : decodeURIComponent(password),
    source: options.get("authSource") ?? (database === "" ? "admin" : database),
    patience: Number(options.get("serverSelectionTimeoutMS") ?? 30_000),
  };
}

/** A client's side of a conversation with mongod. */
export class Connection {
  readonly #proc: ProcessContext;
  readonly #target: Target;
  #socket: Socket | undefined;
  #text = "";

  constructor(proc: ProcessContext, target: Target) {
    this.#proc = proc;
    this.#target = target;
  }
  /** Throws ConnectError. */
  async open(client: Doc): Promise<Doc> {
    const { host, port, user, password, source } = this.#target;
    try {
      this.#socket = await this.#proc.net.connect(host, port, { timeout: this.#target.patience });
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      const { code } = error;
      if (code === "ENOTFOUND" || code === "EAI_AGAIN") throw new ConnectError("MongoNetworkError", `getaddrinfo ${code} ${host}`);
      if (code === "ECONNREFUSED")
        throw new ConnectError(
          "MongoNetworkError",
          `connect ECONNREFUSED ${/^[\d.]+$/.test(host) ? host : await this.#address(host)}:${port}`,
        );
      throw new ConnectError(
        "MongoServerSelectionError",
        code === "ETIMEDOUT" ? `Server selection timed out after ${this.#target.patience} ms` : `connect ${code} ${host}:${port}`,
      );
    }
    const hello = await this.ask({ hello: 1, client, $db: "admin" });
    if (user === undefined) return hello;
    const first = `n=${user},r=${base64(String.fromCharCode(...this.#proc.random.bytes(24)))}`;
    const start = await this.ask({ saslStart: 1, mechanism: "SCRAM-SHA-256", payload: `n,,${first}`, $db: source });
    await this.#proc.cpu(10);
    const proof = start["ok"] === 1 ? proofOf(password ?? "", first, String(start["payload"])) : undefined;
    const done = proof ? await this.ask({ saslContinue: 1, conversationId: 1, payload: proof.final, $db: source }) : start;
    if (done["ok"] !== 1) throw new ConnectError("MongoServerError", String(done["errmsg"]));
    return hello;
  }
  async #address(host: string): Promise<string> {
    return (await this.#proc.net.lookup(host))[0] ?? host;
  }
  /** Throws ConnectError when the server has gone. */
  async ask(command: Doc): Promise<Doc> {
    try {
      await this.#socket?.write(fromBinary(utf8(`${JSON.stringify(command)}\n`)));
      for (;;) {
        const end = this.#text.indexOf("\n");
        if (end >= 0) {
          const line = this.#text.slice(0, end);
          this.#text = this.#text.slice(end + 1);
          return JSON.parse(readable(line)) as Doc;
        }
        const data = await this.#socket?.read();
        if (!data) break;
        this.#text += toBinary(data);
      }
    } catch (error) {
      if (!(error instanceof NetError) && !(error instanceof SyntaxError)) throw error;
    }
    throw new ConnectError("MongoNetworkError", `connection to ${this.#target.host}:${this.#target.port} closed`);
  }
  close(): void {
    this.#socket?.end();
  }
}
