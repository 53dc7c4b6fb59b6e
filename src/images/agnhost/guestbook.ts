import type { ServerResponse } from "../../network/index.ts";
import type { ProcessContext } from "../../runtime/index.ts";
import { goAnswer, goError } from "../go-http.ts";
import { runServer } from "../run-server.ts";
import { dialHttp, log, query, type Subcommand } from "./common.ts";

interface Book {
  store: Record<string, string>;
  replicas: string[];
  registered: boolean;
}
const LIMIT_MS = 15_000;
const PAUSE_MS = 1000;

/** A guestbook of a primary, replicas and a front end, all of them this one server (k8s: test/images/agnhost/guestbook). */
export const guestbook: Subcommand = async (proc, { values }) => {
  const { "http-port": port = "80", "backend-port": backend = "6379", replicaof = "" } = values;
  const kept = (proc.restored as { readonly book?: Book } | undefined)?.book;
  const book: Book = kept
    ? { ...kept, store: { ...kept.store }, replicas: [...kept.replicas] }
    : { store: {}, replicas: [], registered: replicaof === "" };
  let fail: (code: number) => void = () => {};
  const failed = new Promise<number>((resolve) => (fail = resolve));
  const served = runServer(proc, {
    ports: [Number(port)],
    state: () => ({ book: { ...book, store: { ...book.store }, replicas: [...book.replicas] } }),
    handle: (request) => answer(proc, book, Number(backend), request.path, query(request)),
  });
  if (!book.registered) void register(proc, book, replicaof, Number(backend)).then((done) => done || fail(1));
  return Promise.race([served, failed]);
};

async function register(proc: ProcessContext, book: Book, primary: string, port: number): Promise<boolean> {
  const started = proc.clock.now();
  while (proc.clock.now() - started < LIMIT_MS) {
    const request = `register?host=${proc.net.ip}`;
    await log(proc, `Registering to primary: ${primary}:${port}/${request}`);
    try {
      const { data } = JSON.parse(await dialHttp(proc, primary, port, request)) as { readonly data: Record<string, string> };
      book.store = { ...data };
      book.registered = true;
      await log(proc, `Registered to node: ${primary}`);
      return true;
    } catch (error) {
      await log(proc, `encountered error while registering to primary: ${(error as Error).message}. Retrying in 1s.`);
      await proc.clock.sleep(PAUSE_MS);
    }
  }
  await log(proc, "Timed out while registering to primary.");
  return false;
}

async function answer(proc: ProcessContext, book: Book, port: number, path: string, q: URLSearchParams): Promise<ServerResponse> {
  const [key, value, cmd] = [q.get("key") ?? "", q.get("value") ?? "", (q.get("cmd") ?? "").toLowerCase()];
  const say = (body: unknown): ServerResponse => goAnswer(proc.clock.now(), JSON.stringify(body));
  const refuse = (status: number, text: string): ServerResponse => goError(proc.clock.now(), status, text);
  switch (path) {
    case "/register": {
      const host = q.get("host") ?? "";
      await log(proc, `GET /register?host=${host}`);
      book.replicas.push(host);
      await log(proc, `Node '${host}' registered.`);
      return say({ data: book.store });
    }
    case "/get":
      await log(proc, `GET /get?key=${key}`);
      return say({ data: key === "" ? book.store : (book.store[key] ?? "") });
    case "/set": {
      await log(proc, `GET /set?key=${key}&value=${value}`);
      if (key === "") return refuse(400, "cannot set with empty key.");
      book.store[key] = value;
      for (const replica of book.replicas) {
        try {
          await dialHttp(proc, replica, port, `set?key=${encodeURIComponent(key)}&value=${encodeURIComponent(value)}`);
        } catch (error) {
          return refuse(417, `encountered error while propagating to replica '${replica}': ${(error as Error).message}`);
        }
      }
      return say({ message: "Updated" });
    }
    case "/guestbook": {
      await log(proc, `GET /guestbook?cmd=${cmd}&key=${key}&value=${value}`);
      if (cmd !== "get" && cmd !== "set") return refuse(400, `unsupported cmd: '${cmd}'`);
      if (cmd === "set" && key === "") return refuse(400, "cannot set with empty key.");
      const host = cmd === "get" ? "agnhost-replica" : "agnhost-primary";
      try {
        const target = `${cmd}?key=${encodeURIComponent(key)}&value=${encodeURIComponent(value)}`;
        return goAnswer(proc.clock.now(), await dialHttp(proc, host, port, target));
      } catch (error) {
        return refuse(417, `encountered error: ${(error as Error).message}`);
      }
    }
    default:
      return refuse(404, "404 page not found");
  }
}
