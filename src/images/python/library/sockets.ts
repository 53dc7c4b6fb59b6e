import { NetError, type Listener, type Socket } from "../../../network/index.ts";
import { Host, PyBytes, PyExc, PyList, PyTuple, type PyType, T, type Value } from "../values.ts";
import { exceptions, osError, PyRaise, raised } from "../vm/errors.ts";
import type { Gen } from "../vm/frame.ts";
import type { Machine } from "../vm/machine.ts";
import { functions } from "../vm/native.ts";
import { asFloat } from "../vm/numbers.ts";
import { bytesOf } from "./encodings.ts";

/** A connected socket of the pod's network, with what has been read of it and not been asked for. */
class Connection extends Host {
  readonly socket: Socket;
  rest = new Uint8Array(0);
  /** A read that outlived the patience of whoever asked. */
  reading: Promise<Uint8Array | null> | undefined;
  constructor(socket: Socket) {
    super(T.cell);
    this.socket = socket;
  }
}
class Door extends Host {
  readonly listener: Listener;
  accepting: Promise<Socket> | undefined;
  constructor(listener: Listener) {
    super(T.cell);
    this.listener = listener;
  }
}
const LATE = Symbol("late");

/** socket.gaierror; made once, by the module that names it. */
function failure(m: Machine, error: unknown): unknown {
  if (!(error instanceof NetError)) return error;
  if (error.code === "ENOTFOUND" || error.code === "EAI_AGAIN") {
    const cls = m.shelf.get("gaierror") as PyType;
    const args: Value[] = error.code === "ENOTFOUND" ? [-2, "Name or service not known"] : [-3, "Temporary failure in name resolution"];
    return new PyRaise(new PyExc(cls, args));
  }
  return osError(error.code, error.message);
}

/** Waits, at most so many seconds. */
function* within<V>(m: Machine, wait: Promise<V>, timeout: Value | undefined): Gen<V | typeof LATE> {
  const limit = timeout === null || timeout === undefined ? undefined : asFloat(timeout);
  const settled = wait.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  const result = (yield limit === undefined
    ? settled
    : Promise.race([settled, m.proc.clock.sleep(limit * 1000).then(() => LATE)])) as unknown as
    | { readonly value: V }
    | { readonly error: unknown }
    | typeof LATE;
  if (result === LATE) return LATE;
  if ("error" in result) throw failure(m, result.error);
  return result.value;
}
const late = (): unknown => new PyRaise(new PyExc(exceptions["TimeoutError"] as never, ["timed out"]));
const peer = ({ ip, port }: { readonly ip: string; readonly port: number }): Value => new PyTuple([ip, port]);

/** What socket is built on. */
export function socketModule(m: Machine): Map<string, Value> {
  const { net } = m.proc;
  return functions({
    _gaierror: ["cls", (_, [cls]) => (m.shelf.set("gaierror", cls), null)],
    _listen: [
      "host, port",
      function* (_, [host, port]): Gen {
        const any = host === "" || host === "0.0.0.0" || host === "::";
        const listener = yield* within(
          m,
          net.listen(Number(port), any ? {} : { address: host === "localhost" ? "127.0.0.1" : String(host) }),
          null,
        );
        const door = new Door(listener as Listener);
        return new PyTuple([door, door.listener.port]);
      },
    ],
    _accept: [
      "door, timeout",
      function* (_, [given, timeout]): Gen {
        const door = given as Door;
        door.accepting ??= door.listener.accept();
        const socket = yield* within(m, door.accepting, timeout);
        if (socket === LATE) throw late();
        door.accepting = undefined;
        return new PyTuple([new Connection(socket as Socket), peer((socket as Socket).remote), peer((socket as Socket).local)]);
      },
    ],
    _connect: [
      "host, port, timeout",
      function* (_, [host, port, timeout]): Gen {
        const limit = timeout === null ? undefined : asFloat(timeout as Value);
        const dial = net.connect(String(host), Number(port), limit === undefined ? {} : { timeout: limit * 1000 });
        let socket: Socket | typeof LATE;
        try {
          socket = yield* within(m, dial, timeout);
        } catch (error) {
          if (limit !== undefined && error instanceof PyRaise && error.exc.cls.name === "TimeoutError") throw late();
          throw error;
        }
        if (socket === LATE) throw late();
        return new PyTuple([new Connection(socket as Socket), peer((socket as Socket).remote), peer((socket as Socket).local)]);
      },
    ],
    _recv: [
      "connection, size, timeout",
      function* (_, [given, size, timeout]): Gen {
        const c = given as Connection;
        if (c.rest.length === 0) {
          c.reading ??= c.socket.read();
          const data = yield* within(m, c.reading, timeout);
          if (data === LATE) throw late();
          c.reading = undefined;
          c.rest = Uint8Array.from((data as Uint8Array | null) ?? []);
        }
        const part = c.rest.slice(0, Number(size));
        c.rest = c.rest.slice(part.length);
        m.charge(part.length);
        return new PyBytes(part);
      },
    ],
    _send: [
      "connection, data, timeout",
      function* (_, [given, data, timeout]): Gen {
        const bytes = bytesOf(data as Value);
        if (!bytes) throw raised("TypeError", `a bytes-like object is required, not 'str'`);
        if ((yield* within(m, (given as Connection).socket.write(bytes), timeout)) === LATE) throw late();
        return bytes.length;
      },
    ],
    _end: ["connection", (_, [c]) => ((c as Connection).socket.end(), null)],
    _close: [
      "thing",
      (_, [thing]) => {
        if (thing instanceof Door) thing.listener.close();
        else if (thing instanceof Connection) {
          if (thing.socket.close) thing.socket.close();
          else thing.socket.end();
        }
        return null;
      },
    ],
    _lookup: [
      "host",
      function* (_, [host]): Gen {
        return new PyList([...((yield* within(m, net.lookup(String(host)), null)) as readonly string[])]);
      },
    ],
    _hostname: ["", () => m.proc.hostname],
    _ip: ["", () => net.ip],
  });
}
