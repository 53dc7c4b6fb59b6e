import { sha1 } from "@noble/hashes/legacy.js";
import type { Socket } from "../../network/index.ts";
import type { ProcessContext } from "../../runtime/index.ts";

/** How a database answers: it lets nobody in, has no such schema, or has it with or without a table. */
export type DatabaseState = "unreachable" | "no-schema" | "empty" | "filled";

const encoder = new TextEncoder();
const ERR = 0xff;
const INIT_DB = 2;
const QUERY = 3;
const QUIT = 1;
/** LONG_PASSWORD, PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH. */
const FLAGS = 0x1 | 0x200 | 0x8000 | 0x80000;

/** What mysql_native_password proves knowledge of the password with. */
export function proofOf(password: string, salt: Uint8Array): Uint8Array {
  if (password === "") return new Uint8Array(0);
  const once = sha1(encoder.encode(password));
  const mask = sha1(joined(salt, sha1(once)));
  return once.map((byte, i) => byte ^ (mask[i] as number));
}

function joined(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** One connection of MySQL's protocol: logs in, chooses the schema, and looks for a table. */
export async function askDatabase(
  proc: ProcessContext,
  {
    host,
    port,
    user,
    password,
    schema,
    table,
  }: Readonly<Record<"host" | "user" | "password" | "schema" | "table", string>> & { readonly port: number },
): Promise<DatabaseState> {
  let socket: Socket;
  try {
    socket = await proc.net.connect(host, port, { timeout: 10_000 });
  } catch {
    return "unreachable";
  }
  const packets = new Packets(socket);
  try {
    const hello = await packets.read();
    if (hello[0] !== 10) return "unreachable";
    const rest = hello.subarray(hello.indexOf(0) + 1);
    const salt = joined(rest.subarray(4, 12), rest.subarray(31, 43));
    const proof = proofOf(password, salt);
    const flags = [FLAGS & 255, (FLAGS >> 8) & 255, (FLAGS >> 16) & 255, 0];
    await packets.write(
      joined(
        flags,
        [0, 0, 0, 1, 45],
        new Uint8Array(23),
        encoder.encode(user),
        [0, proof.length],
        proof,
        encoder.encode("mysql_native_password\0"),
      ),
      1,
    );
    // Anything but OK: a wrong password, or a plugin that is not spoken here.
    if ((await packets.read())[0] !== 0) return "unreachable";
    await packets.write(joined([INIT_DB], encoder.encode(schema)));
    if ((await packets.read())[0] === ERR) return "no-schema";
    await packets.write(joined([QUERY], encoder.encode(`SELECT option_value FROM ${table} WHERE option_name = 'siteurl'`)));
    const state = (await packets.read())[0] === ERR ? "empty" : "filled";
    await packets.write(Uint8Array.of(QUIT));
    return state;
  } catch {
    return "unreachable";
  } finally {
    socket.destroy();
  }
}

class Packets {
  readonly #socket: Socket;
  #held: Uint8Array = new Uint8Array(0);

  constructor(socket: Socket) {
    this.#socket = socket;
  }
  async read(): Promise<Uint8Array> {
    const head = await this.#take(4);
    return this.#take((head[0] as number) | ((head[1] as number) << 8) | ((head[2] as number) << 16));
  }
  write(data: Uint8Array, sequence = 0): Promise<void> {
    const n = data.length;
    return this.#socket.write(joined([n & 255, (n >> 8) & 255, (n >> 16) & 255, sequence], data));
  }
  async #take(n: number): Promise<Uint8Array> {
    while (this.#held.length < n) {
      const more = await this.#socket.read();
      if (more === null) throw new Error("MySQL server has gone away");
      this.#held = joined(this.#held, more);
    }
    const data = this.#held.subarray(0, n);
    this.#held = this.#held.subarray(n);
    return data;
  }
}
